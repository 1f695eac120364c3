"""What a class can be told, from its constructor's signature and docstring."""

import inspect
import re
import types
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

NUMBERS = (int, float)


@dataclass(frozen=True)
class Parameter:
    """One argument of a constructor.

    Attributes:
        name: Its name.
        kind: ``bool``, ``int``, ``float`` or ``str``.
        default: Its default.
        choices: The values it may have; empty if it may have any.
        optional: Whether it may be ``None``.
        help: What the docstring's ``Args:`` says of it.
    """

    name: str
    kind: type
    default: Any
    choices: tuple[Any, ...] = ()
    optional: bool = False
    help: str = ""


def parameters(owner: type) -> list[Parameter]:
    """Arguments that a person can give as a number, a word or a tick, in order."""
    hints, about = get_type_hints(owner.__init__), arguments_text(owner.__doc__ or "")
    found: list[Parameter] = []
    for name, given in inspect.signature(owner).parameters.items():
        known = _kind(hints.get(name, str))
        if known is None or given.default is inspect.Parameter.empty:
            continue
        kind, choices, optional = known
        help = about.get(name, "")
        found.append(Parameter(name, kind, given.default, choices, optional, help))
    return found


def arguments_text(doc: str) -> dict[str, str]:
    """What ``Args:`` of a docstring says of each argument, in one line each."""
    lines = inspect.cleandoc(doc).split("\n")
    if "Args:" not in lines:
        return {}
    about: dict[str, str] = {}
    name = ""
    for line in lines[lines.index("Args:") + 1 :]:
        if line and not line.startswith(" "):
            break
        begun = re.match(r" {4}(\w+): *(.*)", line)
        if begun:
            name, text = begun.groups()
            about[name] = text
        elif name and line.strip():
            about[name] += " " + line.strip()
    return {name: text.replace("``", "") for name, text in about.items()}


def _kind(hint: Any) -> tuple[type, tuple[Any, ...], bool] | None:
    """Kind, choices, and whether ``None`` will do; ``None`` if it wants a structure."""
    if get_origin(hint) in (Union, types.UnionType):
        parts = get_args(hint)
        known = [k for k in map(_kind, parts) if k is not None]
        if not known:
            return None
        return known[0][0], known[0][1], types.NoneType in parts
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        return type(choices[0]), choices, False
    return (hint, (), False) if hint in (bool, int, float, str) else None
