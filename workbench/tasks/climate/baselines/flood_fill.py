"""The heuristic that labelled the maps of the exascale work (Kurth et al. 2018).

Rivers (Mahesh): vapour damped towards the equator by a Gaussian, above a threshold,
flood-filled; an area is kept whose box has a long diagonal and which is narrow.
Cyclones: a box of 6.6° to each side of a middle, in it the points above the box's own
93rd percentile of vapour, of either wind and of rain, the largest area of each, and of
their union again the largest. Winds count with their sign, as published. Their middles
were TECA's with very loose thresholds; here they are those of ``closed_contours``. What
was added to win: areas also touch by corners and across the seam in longitude.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from workbench.tasks.climate.areas import label, length, members, sizes
from workbench.tasks.climate.baselines import closed_contours
from workbench.tasks.climate.baselines.fields import pick
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CYCLONE, RIVER

CHANNELS = ("TMQ", "U850", "V850", "PRECT")


@dataclass(frozen=True)
class Settings:
    """Thresholds.

    Attributes:
        vapour: Damped, from which on a river is, kg/m².
        damping: Standard deviation of the damping, degrees.
        long: km from end to end.
        broad: Largest area over length, km.
        half: Side of a cyclone's box, halved, degrees.
        percentile: Within the box.
    """

    vapour: float
    damping: float
    long: float
    broad: float
    half: float
    percentile: float


PUBLISHED = Settings(24, 19, 1500, 1000, 6.6, 93)
TRIALS = {
    "vapour": (16.0, 18.0, 20.0, 21.0, 22.0, 24.0, 26.0, 28.0, 30.0),
    "damping": (10.0, 13.0, 16.0, 19.0, 22.0, 25.0, 30.0),
    "long": (500.0, 1000.0, 1500.0, 2000.0),
    "broad": (600.0, 800.0, 1000.0, 1200.0, 1600.0, 2000.0, 2500.0),
    "half": (4.5, 5.0, 5.5, 6.0, 6.6, 7.5),
    "percentile": (20.0, 35.0, 50.0, 60.0, 70.0, 80.0, 93.0),
}
RIVERS = ("vapour", "damping", "long", "broad")
CYCLONES = ("half", "percentile")
CHOSEN = Settings(18, 19, 1500, 2000, 5.5, 20)


def classes(data: Mapping[str, Any], settings: Settings = CHOSEN) -> np.ndarray:
    """Class codes, (time, rows, columns) uint8; a cyclone covers a river.

    Raises:
        BadInput: a channel is missing or unfit.
    """
    fields, grid = pick(data, *CHANNELS)
    every, _ = pick(data, *closed_contours.CHANNELS)
    middles = closed_contours.candidates(every, grid)
    made: list[np.ndarray] = []
    for k, found in enumerate(middles):
        one = {name: field[k] for name, field in fields.items()}
        code = rivers(one["TMQ"], grid, settings)
        kept = closed_contours.chosen(found, closed_contours.CHOSEN)
        for lat, lon in zip(found.lat[kept], found.lon[kept], strict=True):
            box = _box(lat, lon, settings.half, grid)
            code[box] = np.where(_cyclone(one, box, settings), CYCLONE, code[box])
        made.append(code)
    return np.stack(made)


def rivers(vapour: np.ndarray, grid: Grid, settings: Settings) -> np.ndarray:
    """Rivers of one map, (rows, columns) uint8, from precipitable water in kg/m²."""
    away = np.degrees(grid.phi) / settings.damping
    damped = vapour * (1 - np.exp(-(away**2) / 2))
    numbers, count = label(damped > settings.vapour)
    area, keep = sizes(numbers, count, grid), np.zeros(count + 1, bool)
    for k, points in enumerate(members(numbers, count), 1):
        far = length(points, grid)
        keep[k] = far > settings.long and area[k] < settings.broad * far
    return np.where(keep[numbers], RIVER, 0).astype(np.uint8)


def _box(
    lat: float, lon: float, half: float, grid: Grid
) -> tuple[np.ndarray, np.ndarray]:
    rows = np.flatnonzero(np.abs(grid.lat - lat) <= half)
    east = (grid.lon - lon + 180) % 360 - 180
    columns = np.flatnonzero(np.abs(east) <= half)
    order = np.argsort(east[columns])  # west to east across the seam
    return rows[:, None], columns[order][None, :]


def _cyclone(
    fields: dict[str, np.ndarray],
    box: tuple[np.ndarray, np.ndarray],
    settings: Settings,
) -> np.ndarray:
    union = np.zeros((box[0].size, box[1].size), bool)
    for field in fields.values():
        part = field[box]
        union |= _largest(part > np.percentile(part, settings.percentile))
    return _largest(union)


def _largest(mask: np.ndarray) -> np.ndarray:
    found: Any = ndimage.label(mask, np.ones((3, 3)))
    numbers, count = found
    if not count:
        return mask
    return numbers == np.bincount(numbers.ravel())[1:].argmax() + 1
