"""The methods that learn nothing, each with the settings that were chosen for it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from workbench.tasks.climate.baselines import (
    bard,
    closed_contours,
    flood_fill,
    transport,
)
from workbench.tasks.climate.variables import CYCLONE

Method = Callable[[Mapping[str, Any]], np.ndarray]
METHODS: dict[str, tuple[tuple[str, ...], Method]] = {  # channels, and what is done
    "flood fill": (
        (*flood_fill.CHANNELS, *closed_contours.CHANNELS),
        flood_fill.classes,
    ),
    "closed contours": (closed_contours.CHANNELS, closed_contours.cyclones),
    "transport": (transport.CHANNELS, transport.rivers),
    "posterior": (bard.CHANNELS, bard.rivers),
}
ALONE = ("transport", "posterior")  # find no cyclones


def heuristics(data: Mapping[str, Any]) -> Iterator[tuple[str, np.ndarray]]:
    """Class codes, (time, rows, columns), of every method that has its channels.

    Rivers of methods that find no cyclones have those of closed contours laid over
    them, where these have their channels.
    """
    found: np.ndarray | None = None
    for name, (channels, method) in METHODS.items():
        if all(channel in data for channel in channels):
            codes = method(data)
            if name == "closed contours":
                found = codes
            elif name in ALONE and found is not None:
                codes = over(codes, found)
            yield name, codes


def over(rivers: np.ndarray, cyclones: np.ndarray) -> np.ndarray:
    """Cyclones laid over rivers."""
    return np.where(cyclones == CYCLONE, cyclones, rivers)
