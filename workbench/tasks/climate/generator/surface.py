"""Land, sea and mountains on any grid."""

from functools import cache
from itertools import pairwise

import numpy as np

from workbench.paths import folder
from workbench.tasks.climate.sphere import Grid


@cache
def _table() -> dict[str, np.ndarray]:
    with np.load(folder("datasets") / "climate" / "surface.npz") as file:
        return dict(file)


@cache
def coastlines() -> tuple[np.ndarray, ...]:
    """Coastlines as degrees east (−180 to 180) and north, each (points, 2)."""
    table = _table()
    points = table["coast"] / 100
    return tuple(np.split(points, table["coast_start"][1:-1]))


@cache
def land(grid: Grid) -> np.ndarray:
    """Whether a grid point is on land, (rows, columns) bool.

    Along a meridian from the north pole, which is sea, every coastline crossed changes
    sea to land or back.
    """
    lon = (grid.lon + 180) % 360 - 180 + 1e-4  # off the points' hundredths
    crossed = np.zeros(grid.shape, bool)
    for line in coastlines():
        for (x1, y1), (x2, y2) in pairwise(line):
            column = np.flatnonzero((lon >= min(x1, x2)) & (lon < max(x1, x2)))
            if not len(column):
                continue
            y = y1 + (y2 - y1) * (lon[column] - x1) / (x2 - x1)
            crossed[:, column] ^= grid.lat[:, None] < y
    return crossed


@cache
def height(grid: Grid) -> np.ndarray:
    """Height of the ground in metres as a model of 1.9° has it, (rows, columns)."""
    table = _table()
    source = np.maximum(table["orography"], 0).astype(np.float64)
    lat = np.concatenate([[-90], table["orography_lat"], [90]])
    source = np.concatenate([source[:1], source, source[-1:]])
    source = np.concatenate([source, source[:, :1]], axis=1)
    lon = np.linspace(0, 360, source.shape[1])
    along = np.array([np.interp(grid.lon, lon, row) for row in source])
    both = [np.interp(grid.lat, lat, column) for column in along.T]
    return np.array(both, np.float32).T.copy()
