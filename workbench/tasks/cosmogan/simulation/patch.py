"""Spectra on a patch of pixels: what a pixel averages, what a patch cuts out."""

import numpy as np

from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.simulation.matter import Spectrum

_FOLDS = (-1, 0, 1)  # of the waves that pixels cannot tell apart, along each side


def pixel_area(arcmin: float) -> float:
    """Solid angle of a square pixel in sr."""
    return float(np.radians(arcmin / 60) ** 2)


def multipoles(side: int, arcmin: float) -> np.ndarray:
    """Multipole l of every wave of a real transform, (side, side // 2 + 1)."""
    per_pixel = np.radians(arcmin / 60)
    rows = np.fft.fftfreq(side, per_pixel / (2 * np.pi))
    columns = np.fft.rfftfreq(side, per_pixel / (2 * np.pi))
    return np.hypot(rows[:, None], columns)


def pixel_power(spectrum: Spectrum, side: int, arcmin: float) -> np.ndarray:
    """Power of a periodic patch of pixels, each the mean over its square, in sr.

    Waves too short for the pixels are damped by the mean and folded to longer ones.

    Args:
        spectrum: C(l) in sr of the field on the sky.
        side: Pixels along a side.
        arcmin: Width of a pixel.

    Returns:
        (side, side // 2 + 1), as ``rfft2`` orders waves; 0 for the mean.
    """
    rows, columns = np.fft.fftfreq(side), np.fft.rfftfreq(side)  # in cycles a pixel
    total = np.zeros((side, side // 2 + 1))
    for down in _FOLDS:
        for along in _FOLDS:
            y, x = (rows + down)[:, None], columns + along
            ell = np.hypot(y, x) * 2 * np.pi / np.radians(arcmin / 60)
            ell[ell == 0] = np.inf
            total += spectrum(ell) * (np.sinc(y) * np.sinc(x)) ** 2
    return total


def correlation(power: np.ndarray, arcmin: float) -> np.ndarray:
    """Correlation function of a periodic patch by lag in pixels, (side, side)."""
    return np.fft.irfft2(power, s=(len(power),) * 2) / pixel_area(arcmin)


def power(correlated: np.ndarray, arcmin: float) -> np.ndarray:
    """The inverse of :func:`correlation`."""
    return np.fft.rfft2(correlated).real * pixel_area(arcmin)


def crop_power(correlated: np.ndarray, side: int, arcmin: float) -> np.ndarray:
    """Mean power of crops, whose waves mix because their edges do not meet, in sr.

    Args:
        correlated: Correlation function by lag, of a patch at least twice as wide.
        side: Pixels along a side of a crop.
        arcmin: Width of a pixel.

    Returns:
        (side, side // 2 + 1): the expectation of |rfft2|² · pixel area / side².
    """
    lag = np.arange(-side, side)
    overlap = 1 - np.abs(lag) / side
    inside = correlated[np.ix_(lag, lag)] * overlap[:, None] * overlap
    folded = inside.reshape(2, side, 2, side).sum((0, 2))
    return np.fft.rfft2(folded).real * pixel_area(arcmin)


def ring_power(power: np.ndarray, field: Field) -> np.ndarray:
    """Mean power by ring, each one wave across the field wide; the first is the mean.

    Args:
        power: (pixels, pixels // 2 + 1), as ``rfft2`` orders waves.
        field: The patch of sky.
    """
    ell = multipoles(field.pixels, field.arcmin)
    ring = np.rint(ell / field.fundamental).astype(int).ravel()
    once = np.full(power.shape, 2.0)  # a real transform has half of the waves
    once[:, [0, -1]] = 1
    return np.bincount(ring, (once * power).ravel()) / np.bincount(ring, once.ravel())
