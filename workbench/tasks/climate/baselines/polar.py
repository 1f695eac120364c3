"""Fields on rings round a place: what a vortex looks like from its middle."""

import numpy as np
from scipy import ndimage

from workbench.tasks.climate.sphere import Grid

AZIMUTHS = np.arange(24) * (2 * np.pi / 24)  # clockwise from north


def rings(
    lat: np.ndarray, lon: np.ndarray, radii: np.ndarray, grid: Grid
) -> np.ndarray:
    """Row and column of points on rings, (2, places, azimuths, radii).

    Args:
        lat: Of each place, degrees.
        lon: The same.
        radii: Degrees along great circles.
        grid: Of the map.
    """
    phi = np.radians(lat)[:, None, None]
    far, turn = np.radians(radii), AZIMUTHS[:, None]
    sine = np.sin(phi) * np.cos(far) + np.cos(phi) * np.sin(far) * np.cos(turn)
    east = np.arctan2(
        np.sin(turn) * np.sin(far) * np.cos(phi), np.cos(far) - np.sin(phi) * sine
    )
    row = (np.degrees(np.arcsin(sine)) + 90) / grid.step
    column = (lon[:, None, None] + np.degrees(east)) / 360 * grid.columns
    return np.stack([row, column % grid.columns])


def on(field: np.ndarray, places: np.ndarray) -> np.ndarray:
    """A map's field (rows, columns) between its points, at ``rings``."""
    round_globe = np.concatenate([field, field[:, :1]], axis=1)
    return ndimage.map_coordinates(round_globe, places, order=1, mode="nearest")


def swirl(u: np.ndarray, v: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Cyclonic wind along the rings from (places, azimuths, radii) winds, m/s."""
    turn = AZIMUTHS[:, None]
    return np.sign(lat)[:, None, None] * (v * np.sin(turn) - u * np.cos(turn))
