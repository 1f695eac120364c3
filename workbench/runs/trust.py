"""A configuration from someone else runs nothing of theirs.

Reading a configuration imports the classes that it names, and importing runs code. So
what it says is looked through twice: before anything is imported, and once short names
have been turned into classes but none has been called.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml

from workbench.errors import BadInput

PLAIN = (str, int, float, bool, NoneType, Path)
WAY_OUT = "if you trust it, add --trust"


def read_config(path: Path) -> dict[str, Any]:
    """The configuration as plain values.

    Raises:
        BadInput: no such file, or not a YAML mapping.
    """
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read as a configuration: {error}") from error
    except yaml.YAMLError as error:
        where = str(error).replace("\n", " ")
        raise BadInput(f"{path}: not valid YAML: {where}") from error
    if not isinstance(config, dict):
        raise BadInput(
            f"{path}: a configuration is a mapping with model, data, trainer"
        )
    return config


def refuse_foreign(path: Path, words: Sequence[str] = ()) -> None:
    """Refuse a configuration, or words, that name code outside workbench and tasks.

    Raises:
        BadInput: says where, the foreign name and the way out.
    """
    config = read_config(path)
    classes = {part: _class_named(config.get(part)) for part in ("model", "data")}
    roots = (Path(), path.parent)  # jsonargparse looks beside the file, too
    sources = ((str(path), _strings(config, "")), ("the command line", _said(words)))
    for source, strings in sources:
        for place, value in strings:
            if _takes_text(place, classes):
                continue
            foreign = _foreign(place, value, roots)
            if foreign:
                raise BadInput(
                    f"{source}: {place} names {value!r}, {foreign}: {WAY_OUT}"
                )


def refuse_foreign_classes(path: Path, parsed: Any, place: str = "") -> None:
    """Refuse a parsed configuration in which a short name stands for a foreign class.

    Raises:
        BadInput: as :func:`refuse_foreign`.
    """
    items = (
        parsed.items()
        if isinstance(parsed, dict)
        else enumerate(parsed)
        if isinstance(parsed, list)
        else ()
    )
    for key, value in items:
        here = f"{place}.{key}".lstrip(".")
        if key == "class_path" and not ours(value):
            raise BadInput(
                f"{path}: {place} names {value!r}, which is not the workbench's: "
                f"{WAY_OUT}"
            )
        refuse_foreign_classes(path, value, here)


def ours(name: Any) -> bool:
    """Whether a dotted name leads to a class written in the workbench or a task.

    What our modules merely import from elsewhere is not ours.
    """
    found = _load(str(name))
    return isinstance(found, type) and _package(found.__module__) in _trusted()


@cache  # to look costs the metadata of every package, and is asked for each name
def _trusted() -> frozenset[str]:
    tasks = entry_points(group="workbench.tasks")
    return frozenset({"workbench", *(_package(entry.module) for entry in tasks)})


def _package(name: str) -> str:
    return name.split(".")[0]


def _load(name: str) -> Any:
    """What a dotted name in a trusted package leads to; ``None`` if nowhere."""
    module, _, last = name.rpartition(".")
    if not module or _package(name) not in _trusted():
        return None
    try:
        return getattr(import_module(module), last, None)
    except ImportError:
        return None


def _absent(name: str) -> bool:
    """Whether a module of a trusted package lacks what a name asks of it."""
    module, _, last = name.rpartition(".")
    if not module or _package(name) not in _trusted():
        return False
    try:
        return not hasattr(import_module(module), last)
    except ImportError:
        return False


def _class_named(section: Any) -> Any:
    named = section.get("class_path") if isinstance(section, dict) else section
    return _load(named) if isinstance(named, str) and ours(named) else None


def _takes_text(place: str, classes: dict[str, Any]) -> bool:
    """Whether nothing but plain values can stand there: a file name, a word."""
    if place.split(".")[-1] == "ckpt_path":
        return True
    part, *rest = place.replace(".init_args.", ".").split(".")
    if classes.get(part) is None or len(rest) != 1:
        return False
    try:
        hints = get_type_hints(classes[part].__init__)
    except (NameError, TypeError):
        return False
    return rest[0] in hints and _plain(hints[rest[0]])


def _plain(kind: Any) -> bool:
    if get_origin(kind) in (Union, UnionType, list, tuple):
        return all(_plain(inner) for inner in get_args(kind))
    return kind in (*PLAIN, ...) or get_origin(kind) is Literal


def _foreign(place: str, value: str, roots: tuple[Path, ...]) -> str | None:
    if _is_config(place):
        return "a file that may hold more configuration"
    if place.split(".")[-1] == "class_path":
        fine = ours(value) or _absent(value)  # the parser says better what is missing
        return None if fine else "which is not the workbench's"
    if "." in value and all(part.isidentifier() for part in value.split(".")):
        found = _load(value)
        if found is not None and not ours(value):
            return "which is not the workbench's"
        if _package(value) not in _trusted() and _importable(_package(value)):
            return "which is code outside the workbench"
    if "://" in value or "::" in value or value.startswith("file:"):
        return "an address that may hold more configuration"
    if any(_is_file(root, value) for root in roots):
        return "a file that may hold more configuration"
    return None


def _is_config(place: str) -> bool:
    """Whether an option is ``--config``, which may be shortened."""
    return place != "" and "config".startswith(place)


def _importable(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):  # such as of __main__
        return True


def _is_file(root: Path, value: str) -> bool:
    try:
        return (root / Path(value).expanduser()).is_file()
    except (OSError, ValueError, RuntimeError):  # too long, a NUL, no such home
        return False


def _said(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each option of the command line with what is given to it."""
    place = ""
    for word in words:
        if word.startswith("-c"):
            yield "config", word
        elif word.startswith("--"):
            name, equals, value = word.lstrip("-").partition("=")
            place = name.rstrip("+")
            if _is_config(place):
                yield "config", word
            if equals:
                yield from _strings(value, place)
        else:
            yield from _strings(word, place)


def _strings(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
        inner = _inside(value)
        if isinstance(inner, dict | list):
            yield from _strings(inner, place)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, f"{place}.{key}".lstrip(".").rstrip("+"))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _strings(item, f"{place}[{i}]")


def _inside(text: str) -> Any:
    """What jsonargparse makes of a text where it wants a class."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None
