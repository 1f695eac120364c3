"""Connected areas on the sphere: which points hang together, how large, how long.

Labelling is scipy's, joined at the seam in longitude: the library that knows periodic
boundaries, connected-components-3d, is under the LGPL. Nothing is joined across a pole,
where rows that are neighbours on the sphere are not so in the array.
"""

from functools import cache
from typing import Any

import numpy as np
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from workbench.tasks.climate.sphere import RADIUS, Grid

EARTH = RADIUS / 1000  # km


@cache
def cells(grid: Grid) -> np.ndarray:
    """Area of a grid point by row, (rows,), km²."""
    return grid.area / grid.columns * 4 * np.pi * EARTH**2


@cache
def directions(grid: Grid) -> np.ndarray:
    """The unit vector of each grid point, (rows, columns, 3)."""
    phi, turn = np.radians(grid.lat)[:, None], np.radians(grid.lon)
    x, y = np.cos(phi) * np.cos(turn), np.cos(phi) * np.sin(turn)
    return np.stack([x, y, np.sin(phi) + 0 * turn], axis=-1)


def unit(lat: Any, lon: Any) -> np.ndarray:
    """Unit vectors of places in degrees, (..., 3)."""
    phi, turn = np.radians(lat), np.radians(lon)
    x, y = np.cos(phi) * np.cos(turn), np.cos(phi) * np.sin(turn)
    return np.stack([x, y, np.sin(phi)], axis=-1)


def place(vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude (0 to 360) in degrees of vectors (..., 3)."""
    lat = np.degrees(
        np.arctan2(vector[..., 2], np.hypot(vector[..., 0], vector[..., 1]))
    )
    return lat, np.degrees(np.arctan2(vector[..., 1], vector[..., 0])) % 360


def distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Kilometres along the great circle between unit vectors (..., 3)."""
    chord = np.linalg.norm(one - other, axis=-1)
    return 2 * EARTH * np.arcsin(np.minimum(chord / 2, 1))


def label(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """Number the areas whose points touch, by a side or a corner, round the globe.

    Args:
        mask: (rows, columns) bool.

    Returns:
        Numbers from 1, 0 outside, (rows, columns) int32; and how many there are.
    """
    found: Any = ndimage.label(mask, np.ones((3, 3)))
    numbers, count = found
    east, west = numbers[:, -1], numbers[:, 0]
    pairs = [(east, west), (east[1:], west[:-1]), (east[:-1], west[1:])]
    left, right = (np.concatenate(side) for side in zip(*pairs, strict=True))
    both = (left > 0) & (right > 0)
    if not both.any():
        return numbers, count
    joins = (np.ones(both.sum()), (left[both] - 1, right[both] - 1))
    count, group = connected_components(coo_array(joins, (count, count)), False)
    return np.concatenate([[0], group + 1]).astype(np.int32)[numbers], int(count)


def sizes(numbers: np.ndarray, count: int, grid: Grid) -> np.ndarray:
    """Area in km² of each number from 0 on, (count + 1,)."""
    weight = np.repeat(cells(grid), grid.columns)
    return np.bincount(numbers.ravel(), weight, count + 1)


def members(numbers: np.ndarray, count: int) -> list[np.ndarray]:
    """The points of each number from 1 on, as places in the flattened map."""
    flat = numbers.ravel()
    inside = np.flatnonzero(flat)
    order = inside[np.argsort(flat[inside], kind="stable")]
    ends = np.cumsum(np.bincount(flat[inside], minlength=count + 1))
    return np.split(order, ends[1:-1])[:count]


def length(points: np.ndarray, grid: Grid) -> float:
    """Kilometres from end to end of an area, by the great circle.

    The end is the point farthest from its middle, the other the farthest from that.
    """
    vectors = directions(grid).reshape(-1, 3)[points]
    first = vectors[(vectors @ vectors.mean(0)).argmin()]
    last = vectors[(vectors @ first).argmin()]
    return float(distance(first, last))
