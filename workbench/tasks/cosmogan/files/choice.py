"""Which array of a file with several holds the maps."""

from collections.abc import Mapping
from pathlib import Path

from workbench.errors import BadInput
from workbench.tasks.cosmogan.files.attributes import NAME
from workbench.tasks.cosmogan.files.stack import plain_shape

_LISTED = 6  # arrays


def stacks(arrays: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Names of the arrays whose shape is that of square maps, (S, S) or more."""
    found: list[str] = []
    for name, shape in arrays.items():
        plain = plain_shape(shape)
        if plain is not None and plain[1] == plain[2] > 1:
            found.append(name)
    return found


def chosen(arrays: Mapping[str, tuple[int, ...]], name: str, path: Path) -> str:
    """The name asked for, or else the only stack, or else the one called ``kappa``.

    Raises:
        BadInput: lists what there is and says how to name one.
    """
    shown = [f"{key} {shape}" for key, shape in arrays.items()]
    if len(shown) > _LISTED:
        shown = [*shown[:_LISTED], f"{len(shown) - _LISTED} more"]
    listed = ", ".join(shown) or "nothing"
    if name in arrays:
        return name
    if name:
        raise BadInput(f"{path}: no array {name!r}: it holds {listed}")
    known = stacks(arrays)
    if len(known) == 1:
        return known[0]
    called = [key for key in known if key.rpartition("/")[2] == NAME]
    if len(called) == 1:
        return called[0]
    if not known:
        raise BadInput(f"{path}: holds {listed}, wanted square maps (maps, S, S)")
    raise BadInput(f"{path}: holds {listed}: say which, such as with {path}/{known[0]}")
