"""Moist filaments that the flow made by itself: rivers that nobody placed.

They meet the usual definition (strong transport, long, narrow), so neither "river" nor
"background" is wrong there. The truth leaves them out of any count.
"""

from typing import Any

import numpy as np
from scipy import ndimage

from workbench.tasks.climate.sphere import Grid

TRANSPORT = 300.0  # kg/m/s
MOIST = 1.25  # times the mean of its latitude
LONG = 2000.0  # km
NARROW = 2.0  # length over width
CLEAR = 1.4  # of a placed system's outline
TROPICS = 20.0  # degrees


def transport(fields: dict[str, np.ndarray]) -> np.ndarray:
    """Vapour transport in kg/m/s, roughly: 0.75 × vapour × wind at 850 hPa."""
    return 0.75 * fields["TMQ"] * np.hypot(fields["U850"], fields["V850"])


def filaments(
    fields: dict[str, np.ndarray], outline: np.ndarray, grid: Grid
) -> np.ndarray:
    """Grid points of filaments clear of the systems placed, (rows, columns) bool."""
    vapour = fields["TMQ"]
    moist = vapour > MOIST * vapour.mean(axis=1, keepdims=True)
    strong = (transport(fields) > TRANSPORT) & moist & (outline > CLEAR)
    strong &= (np.abs(grid.lat) > TROPICS)[:, None]
    found_areas: Any = ndimage.label(strong, np.ones((3, 3)))
    label, number = found_areas
    _join_seam(label)
    found = np.zeros(grid.shape, bool)
    cell = grid.area / grid.columns * 5.1e8  # km²
    for one, box in enumerate(ndimage.find_objects(label, number), 1):
        if box is None:
            continue
        rows, columns = np.nonzero(label[box] == one)
        rows += box[0].start
        area = cell[rows].sum()
        narrow = 111.2 * np.cos(np.radians(grid.lat[rows].mean()))
        spread = _extent(columns * 360 / grid.columns) * narrow
        length = np.hypot(spread, np.ptp(grid.lat[rows]) * 111.2)
        if length > LONG and length**2 > NARROW * area:
            found[label == one] = True
    return found


def _extent(lon: np.ndarray) -> float:
    """Degrees from end to end, the short way round."""
    place = np.sort(np.unique(lon))
    gaps = np.diff(np.append(place, place[0] + 360))
    return float(360 - gaps.max())


def _join_seam(label: np.ndarray) -> None:
    """Give what touches across the seam in longitude one number."""
    for row in range(label.shape[0]):
        east, west = label[row, -1], label[row, 0]
        if east and west and east != west:
            label[label == east] = west
