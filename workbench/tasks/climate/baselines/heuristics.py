"""The methods that learn nothing, each with the settings that were chosen for it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.tasks.climate.baselines import (
    bard,
    closed_contours,
    flood_fill,
    transport,
)
from workbench.tasks.climate.variables import CYCLONE, RIVER


@dataclass(frozen=True)
class Heuristic:
    """A method that learns nothing.

    Attributes:
        classes: Gives class codes, (time, rows, columns), of channels by name.
        channels: Those it wants.
        finds: Codes of the classes that it looks for.
    """

    classes: Callable[[Mapping[str, Any]], np.ndarray]
    channels: tuple[str, ...]
    finds: tuple[int, ...]


CONTOURS = Heuristic(
    closed_contours.cyclones, closed_contours.CHANNELS, finds=(CYCLONE,)
)
HEURISTICS = {
    "flood fill": Heuristic(
        flood_fill.classes,
        (*flood_fill.CHANNELS, *closed_contours.CHANNELS),
        finds=(CYCLONE, RIVER),
    ),
    "closed contours": CONTOURS,
    "transport": Heuristic(transport.rivers, transport.CHANNELS, finds=(RIVER,)),
    "posterior": Heuristic(bard.rivers, bard.CHANNELS, finds=(RIVER,)),
}


def heuristics(data: Mapping[str, Any]) -> Iterator[tuple[str, np.ndarray]]:
    """Class codes, (time, rows, columns), of every method that has its channels.

    Rivers of methods that find no cyclones have those of closed contours laid over
    them, where these have their channels.
    """
    contours: np.ndarray | None = None
    for name, one in HEURISTICS.items():
        if all(channel in data for channel in one.channels):
            codes = one.classes(data)
            if one is CONTOURS:
                contours = codes
            if CYCLONE not in one.finds and contours is not None:
                codes = over(codes, contours)
            yield name, codes


def over(rivers: np.ndarray, cyclones: np.ndarray) -> np.ndarray:
    """Cyclones laid over rivers."""
    return np.where(cyclones == CYCLONE, cyclones, rivers)
