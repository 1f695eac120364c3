"""Networks that find the segment of a neutrino vertex from three views."""

from collections.abc import Mapping
from typing import Any, Literal

from workbench.errors import BadInput
from workbench.tasks.neutrino.geometry import WIDTHS
from workbench.tasks.neutrino.networks.planes import PlaneNetwork, Planes
from workbench.tasks.neutrino.networks.towers import TOWERS, Tower, TowerNetwork

Name = Literal[
    "planes",
    "epsilon",
    "epsilon-x",
    "alpha",
    "betaprime",
    "one-view",
    "one-column",
    "three-layers",
    "four-layers",
    "five-layers",
]
Network = PlaneNetwork | TowerNetwork


def shape_of(network: Name | Planes | Tower | Mapping[str, Any]) -> Planes | Tower:
    """The shape a name stands for, or that a checkpoint's plain types describe.

    Raises:
        BadInput: no network of that name or with such fields.
    """
    if isinstance(network, Planes | Tower):
        return network
    if isinstance(network, str):
        if network == "planes":
            return Planes()
        if network in TOWERS:
            return TOWERS[network]
        known = ", ".join(["planes", *TOWERS])
        raise BadInput(f"unknown network {network!r}: choose one of {known}")
    kind = Tower if "kernels" in network else Planes
    try:
        return kind(**{key: _tuples(value) for key, value in network.items()})
    except TypeError as error:
        raise BadInput(f"network {dict(network)}: {error}") from error


def build(
    shape: Planes | Tower, x_columns: int, channels: int, outputs: int
) -> Network:
    """A fresh network.

    Args:
        shape: What it is made of.
        x_columns: Columns of the X view; U and V have half as many.
        channels: 1 for energy, 2 for energy and time.
        outputs: 11 segments, or 67 or 174 plane codes.

    Raises:
        BadInput: a number of columns that no layout has.
    """
    if x_columns not in WIDTHS:
        raise BadInput(f"x_columns {x_columns}: the layouts have 50 or 94")
    kind = PlaneNetwork if isinstance(shape, Planes) else TowerNetwork
    return kind(shape, x_columns, channels, outputs)  # pyright: ignore


def _tuples(value: Any) -> Any:
    """Lists of a configuration as the tuples that frozen shapes hold."""
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value
