"""Gaussian means of fields on the sphere."""

import numpy as np
from scipy import ndimage

from workbench.tasks.climate.sphere import Grid


def smooth(field: np.ndarray, degrees: float, grid: Grid) -> np.ndarray:
    """The mean round each point, weighted by a Gaussian of the great circle.

    Along the parallel, where its width grows in longitude towards the poles, then along
    the meridian, across the poles.

    Args:
        field: (..., rows, columns) of an even number of columns.
        degrees: The Gaussian's standard deviation.
        grid: Of the map.
    """
    width = degrees / np.maximum(np.cos(grid.phi), 0.02) * np.pi / 180  # rad
    waves = np.arange(grid.columns // 2 + 1)
    part = np.fft.rfft(field, axis=-1) * np.exp(-0.5 * (width * waves) ** 2)
    along = np.fft.irfft(part, grid.columns, axis=-1)
    over = min(int(4 * degrees / grid.step) + 1, grid.rows - 1)
    across = np.roll(along, grid.columns // 2, axis=-1)
    south = across[..., over:0:-1, :]
    north = across[..., -2 : -2 - over : -1, :]
    whole = np.concatenate([south, along, north], axis=-2)
    mean = ndimage.gaussian_filter1d(whole, degrees / grid.step, axis=-2)
    return mean[..., over:-over, :].astype(np.float32)
