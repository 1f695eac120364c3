"""Correlated noise on the sphere that changes smoothly with time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from workbench.tasks.climate.generator.harmonics import (
    FINEST,
    degree,
    degrees_of,
    packed,
    synthesis,
)
from workbench.tasks.climate.sphere import Grid

GOLDEN = 0.618033988749895


@dataclass(frozen=True)
class Spectrum:
    """How variance is spread over scales, and how fast the pattern moves.

    Attributes:
        slope: Of the variance along a parallel against wavenumber, at small scales.
        peak: The degree below which variance is even.
        drift: Degrees of longitude eastward a day.
        days: The time in which a pattern of the peak's size changes.
        least: The lowest degree that has any.
    """

    slope: float
    peak: float
    drift: float = 0.0
    days: float = 2.0
    least: int = 1


@cache
def _size(spectrum: Spectrum) -> np.ndarray:
    """Spread of each coefficient for a field of unit variance."""
    degrees = degrees_of(FINEST)
    power = (1 + (degrees / spectrum.peak) ** 2) ** (-(spectrum.slope + 1) / 2)
    power[degrees < spectrum.least] = 0
    return np.sqrt(power / power.sum())


class Noise:
    """A Gaussian field of unit variance, a pure function of seed and time.

    Args:
        seed: Whatever tells it from others.
        spectrum: Its scales.
        largest: The finest degree that will be asked for.
    """

    def __init__(self, seed: tuple[int, ...], spectrum: Spectrum, largest: int) -> None:
        number = (largest + 1) ** 2
        draw = np.random.default_rng(seed)
        rows = draw.standard_normal((number, 2), np.float32)  # in order: see harmonics
        pair = rows.T * _size(spectrum)[:number]
        self.spectrum, self._one, self._other = spectrum, pair[0], pair[1]
        spread = 0.5 + 0.5 * (np.arange(number) * GOLDEN % 1)  # no two alike
        size = degrees_of(largest) / spectrum.peak
        self._rate = (1 + size) ** 0.7 / spectrum.days * spread  # rad/day

    def coefficients(self, largest: int, days: np.ndarray) -> np.ndarray:
        """Complex coefficients at times in days, (times, order, degree)."""
        keep = slice((largest + 1) ** 2)
        angle = days[:, None] * self._rate[keep]
        real = self._one[keep] * np.cos(angle) + self._other[keep] * np.sin(angle)
        speed = np.radians(self.spectrum.drift) * np.arange(largest + 1)
        turn = np.exp(-1j * days[:, None] * speed).astype(np.complex64)
        return packed(real, largest) * turn[:, :, None]


def fields(
    noises: Sequence[Noise], grid: Grid, days: Sequence[float], largest: int = FINEST
) -> np.ndarray:
    """Several fields at times in days, (noises, times, rows, columns)."""
    largest = min(largest, degree(grid))
    when = np.array(days, np.float64)
    return synthesis(np.stack([n.coefficients(largest, when) for n in noises]), grid)
