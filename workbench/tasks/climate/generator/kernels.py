"""Compiled loops over grid points: blobs, trajectories, distances to a curve."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

_F = TypeVar("_F", bound=Callable[..., object])
EARTH = 6371.0  # km


def kernel(function: _F) -> _F:
    """Compile a function that threads may run side by side."""
    options: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy"}
    return cast(Any, njit)(**options)(function)


@kernel
def add_blobs(field: np.ndarray, blobs: np.ndarray) -> None:
    """Add Gaussians to a field; a row of blobs is lat, lon, height, radius in km."""
    rows, columns = field.shape
    turn = 2 * np.pi / columns
    for k in range(blobs.shape[0]):
        lat, lon, size, radius = blobs[k]
        reach = 3.2 * radius / EARTH  # rad
        phi0, lambda0 = np.radians(lat), np.radians(lon)
        least = np.cos(min(abs(phi0) + reach, 1.55))
        aside = min(int(np.ceil(reach / least / turn)), columns // 2 - 1)
        middle = round(lambda0 / turn)
        first = max(0, int((phi0 - reach + np.pi / 2) / np.pi * (rows - 1)))
        last = int(np.ceil((phi0 + reach + np.pi / 2) / np.pi * (rows - 1)))
        scale = EARTH * EARTH / (radius * radius)
        turned = np.empty(2 * aside + 1)
        for n in range(2 * aside + 1):
            turned[n] = np.cos((middle - aside + n) * turn - lambda0)
        for i in range(first, min(last, rows - 1) + 1):
            phi = -np.pi / 2 + np.pi * i / (rows - 1)
            flat = np.sin(phi) * np.sin(phi0)
            along = np.cos(phi) * np.cos(phi0)
            for n in range(2 * aside + 1):
                far = (1 - flat - along * turned[n]) * scale
                if far < 5:
                    field[i, (middle - aside + n) % columns] += size * np.exp(-far)


@kernel
def bilinear(field: np.ndarray, y: float, x: float) -> float:
    """A field between its points, at row y and column x, round the globe."""
    rows, columns = field.shape
    y = min(max(y, 0.0), rows - 1.000001)
    x = x % columns
    i, j = int(y), int(x)
    if j >= columns:
        j, x = 0, 0.0
    b, a = y - i, x - j
    k = (j + 1) % columns
    return (1 - b) * ((1 - a) * field[i, j] + a * field[i, k]) + b * (
        (1 - a) * field[i + 1, j] + a * field[i + 1, k]
    )


@kernel
def departures(
    winds: np.ndarray, seconds: float, rows: int, columns: int
) -> np.ndarray:
    """Where the air of each grid point was: row and column, (2, rows, columns).

    ``winds`` (steps, coarse rows, coarse columns, 2) east and north, latest first, m/s.
    """
    found = np.empty((2, rows, columns), np.float32)
    steps, height, width, _ = winds.shape
    pole = np.pi / 2
    up, along = (height - 1) / np.pi, width / (2 * np.pi)
    scale = seconds / (EARTH * 1000)
    for i in range(rows):
        for j in range(columns):
            phi, turn = -pole + np.pi * i / (rows - 1), 2 * np.pi * j / columns
            for k in range(steps):
                y = min((phi + pole) * up, height - 1.001)
                x = turn * along
                m, n = int(y), int(x)
                b, a = y - m, x - n
                n = n if n < width else n - width
                r = n + 1 if n + 1 < width else 0
                sw, se = (1 - b) * (1 - a), (1 - b) * a
                nw, ne = b * (1 - a), b * a
                w = winds[k]
                east = sw * w[m, n, 0] + se * w[m, r, 0]
                east += nw * w[m + 1, n, 0] + ne * w[m + 1, r, 0]
                north = sw * w[m, n, 1] + se * w[m, r, 1]
                north += nw * w[m + 1, n, 1] + ne * w[m + 1, r, 1]
                turn -= east * scale / max(np.cos(phi), 0.1)
                phi = min(max(phi - north * scale, -1.55), 1.55)
                if turn < 0:
                    turn += 2 * np.pi
                elif turn >= 2 * np.pi:
                    turn -= 2 * np.pi
            found[0, i, j] = (phi + pole) / np.pi * (rows - 1)
            found[1, i, j] = turn / (2 * np.pi) * columns
    return found


@kernel
def sample(field: np.ndarray, place: np.ndarray) -> np.ndarray:
    """A field at rows and columns (2, rows, columns)."""
    _, rows, columns = place.shape
    found = np.empty((rows, columns), np.float32)
    for i in range(rows):
        for j in range(columns):
            found[i, j] = bilinear(field, place[0, i, j], place[1, i, j])
    return found


@kernel
def beside_curve(
    curve: np.ndarray, reach: float, rows: int, columns: int
) -> np.ndarray:
    """What grid points within ``reach`` km of a curve (points, lat and lon) see of it.

    Returns:
        A line each of: row, column, km to the left of the curve, part of its length
        passed, its direction east and north.
    """
    points = curve.shape[0]
    top, low = curve[:, 0].max(), curve[:, 0].min()
    edge = reach / 111.2
    first = max(0, int((low - edge + 90) / 180 * (rows - 1)))
    last = min(rows - 1, int(np.ceil((top + edge + 90) / 180 * (rows - 1))))
    least = np.cos(np.radians(min(max(abs(top), abs(low)) + edge, 85.0)))
    west, east = curve[:, 1].min() - edge / least, curve[:, 1].max() + edge / least
    start = int(np.floor(west / 360 * columns))
    stop = int(np.ceil(east / 360 * columns))
    stop = min(stop, start + columns - 1)
    found = np.empty(((last - first + 1) * (stop - start + 1), 6), np.float32)
    number = 0
    for i in range(first, last + 1):
        lat = -90 + 180 * i / (rows - 1)
        narrow = 111.2 * np.cos(np.radians(lat))
        for j in range(start, stop + 1):
            lon = 360 * j / columns
            best, side, part, ex, ey = 1e9, 1.0, 0.0, 1.0, 0.0
            for k in range(points - 1):
                ax = (curve[k, 1] - lon) * narrow
                ay = (curve[k, 0] - lat) * 111.2
                dx = (curve[k + 1, 1] - curve[k, 1]) * narrow
                dy = (curve[k + 1, 0] - curve[k, 0]) * 111.2
                length2 = dx * dx + dy * dy
                t = min(max(-(ax * dx + ay * dy) / length2, 0.0), 1.0)
                px, py = ax + t * dx, ay + t * dy
                far = px * px + py * py
                if far < best:
                    best, part = far, (k + t) / (points - 1)
                    length = np.sqrt(length2)
                    ex, ey = dx / length, dy / length
                    side = 1.0 if dx * py - dy * px < 0 else -1.0
            if best < reach * reach:
                row = found[number]
                row[0], row[1] = i, j % columns
                row[2], row[3], row[4], row[5] = side * np.sqrt(best), part, ex, ey
                number += 1
    return found[:number]


@kernel
def round_point(
    lat: float, lon: float, reach: float, rows: int, columns: int
) -> np.ndarray:
    """Grid points within ``reach`` km of a point.

    Returns:
        A line each of: row, column, km away, direction outward east and north.
    """
    edge = reach / 111.2
    first = max(0, int((lat - edge + 90) / 180 * (rows - 1)))
    last = min(rows - 1, int(np.ceil((lat + edge + 90) / 180 * (rows - 1))))
    least = np.cos(np.radians(min(abs(lat) + edge, 80.0)))
    start = int(np.floor((lon - edge / least) / 360 * columns))
    stop = min(int(np.ceil((lon + edge / least) / 360 * columns)), start + columns - 1)
    found = np.empty(((last - first + 1) * (stop - start + 1), 5), np.float32)
    number = 0
    for i in range(first, last + 1):
        y = (-90 + 180 * i / (rows - 1) - lat) * 111.2
        narrow = 111.2 * np.cos(np.radians((-90 + 180 * i / (rows - 1) + lat) / 2))
        for j in range(start, stop + 1):
            x = (360 * j / columns - lon) * narrow
            far = np.sqrt(x * x + y * y)
            if far < reach:
                row = found[number]
                row[0], row[1], row[2] = i, j % columns, far
                row[3], row[4] = x / max(far, 1.0), y / max(far, 1.0)
                number += 1
    return found[:number]
