"""Atmospheric rivers as long, narrow areas of strong vapour transport.

Published: transport of 250 kg/m/s and more over 2000 km and more (Rutz et al. 2014),
length over width more than 2 (Guan & Waliser 2015). What was added to win: air moister
than is usual at its latitude, edges that a lower threshold draws round the core that a
higher one finds, and no rivers within the tropics or in cyclones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.tasks.climate.areas import label, length, members, sizes
from workbench.tasks.climate.baselines.fields import pick, transport
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import RIVER

CHANNELS = ("TMQ", "U850", "V850")


@dataclass(frozen=True)
class Settings:
    """What a river has to have.

    Attributes:
        edge: Transport at its edge, kg/m/s.
        core: Transport somewhere in it.
        moist: Vapour at its edge over the mean of its latitude.
        core_moist: The same somewhere in it.
        tropics: Degrees from the equator where none is.
        long: km from end to end.
        narrow: Length over width.
    """

    edge: float
    core: float
    moist: float
    core_moist: float
    tropics: float
    long: float
    narrow: float


PUBLISHED = Settings(250, 250, 0, 0, 0, 2000, 2)
TRIALS = {
    "edge": (100.0, 125.0, 150.0, 175.0, 200.0, 225.0, 250.0, 300.0),
    "core": (200.0, 250.0, 300.0, 350.0, 400.0, 450.0, 500.0),
    "moist": (0.0, 0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4),
    "core_moist": (0.0, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0),
    "tropics": (10.0, 14.0, 16.0, 18.0, 20.0, 22.0, 24.0),
    "long": (0.0, 500.0, 1000.0, 1250.0, 1500.0, 1750.0, 2000.0),
    "narrow": (0.5, 1.0, 1.5, 2.0, 2.5),
}
CHOSEN = Settings(250, 450, 0.5, 1.0, 18, 500, 2)


def rivers(data: Mapping[str, Any], settings: Settings = CHOSEN) -> np.ndarray:
    """Class codes, (time, rows, columns) uint8: rivers and background.

    Raises:
        BadInput: a channel is missing or unfit.
    """
    fields, grid = pick(data, *CHANNELS)
    flow, vapour = transport(fields), fields["TMQ"]
    moist = vapour / vapour.mean(axis=2, keepdims=True)
    return np.stack(
        [
            ribbons(one, damp, grid, settings)
            for one, damp in zip(flow, moist, strict=True)
        ]
    )


def ribbons(
    flow: np.ndarray, moist: np.ndarray, grid: Grid, settings: Settings
) -> np.ndarray:
    """Class codes of one map, (rows, columns) uint8.

    Args:
        flow: Transport, kg/m/s.
        moist: Vapour over the mean of its latitude.
        grid: Of the map.
        settings: What a river has to have.
    """
    outside = (np.abs(grid.lat) >= settings.tropics)[:, None]
    numbers, count = label(
        (flow >= settings.edge) & (moist >= settings.moist) & outside
    )
    strong = (flow >= settings.core) & (moist >= settings.core_moist)
    keep = np.bincount(numbers[strong], minlength=count + 1) > 0
    keep[0] = False
    area = sizes(numbers, count, grid)
    for k, points in enumerate(members(numbers, count), 1):
        if keep[k]:
            far = length(points, grid)
            keep[k] = far >= settings.long and far**2 >= settings.narrow * area[k]
    return np.where(keep[numbers], RIVER, 0).astype(np.uint8)
