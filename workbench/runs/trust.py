"""A configuration from someone else runs nothing of theirs.

Reading a configuration imports the classes that it names, and importing runs code. So
the file is looked through before anything is imported.
"""

import re
from collections.abc import Iterator
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from workbench.errors import BadInput

DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")


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


def refuse_foreign(path: Path) -> None:
    """Refuse a configuration that names code outside the workbench and its tasks.

    Raises:
        BadInput: names the place in the file, the foreign name and the way out.
    """
    trusted = {"workbench"}
    trusted |= {e.module.split(".")[0] for e in entry_points(group="workbench.tasks")}
    for place, value in _strings(read_config(path), ""):
        foreign = _foreign(place, value, trusted)
        if foreign:
            raise BadInput(
                f"{path}: {place} names {value!r}, {foreign}: if you trust this file, "
                "add --trust"
            )


def _foreign(place: str, value: str, trusted: set[str]) -> str | None:
    first = value.split(".")[0]
    if place.endswith("class_path"):
        return None if first in trusted else "which is not the workbench's"
    if place.startswith(("data.init_args.", "ckpt_path")):
        return None
    if DOTTED.fullmatch(value) and first not in trusted and find_spec(first):
        return "which is code outside the workbench"
    if Path(value).is_file():
        return "a file that may hold more configuration"
    return None


def _strings(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _strings(item, f"{place}[{i}]")
