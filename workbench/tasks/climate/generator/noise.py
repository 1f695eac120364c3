"""Correlated noise on the sphere that changes smoothly with time."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workbench.tasks.climate.generator.harmonics import (
    FINEST,
    degree,
    degrees_of,
    packed,
    synthesis,
)
from workbench.tasks.climate.sphere import Grid


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


@dataclass(frozen=True)
class Noise:
    """A Gaussian field of unit variance, a pure function of seed and time."""

    seed: tuple[int, ...]
    spectrum: Spectrum

    @cached_property
    def _parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Two sets of coefficients, and how fast one turns into the other, rad/day."""
        draw = np.random.default_rng(self.seed)
        number = (FINEST + 1) ** 2
        degrees = degrees_of(FINEST)
        shape = (1 + (degrees / self.spectrum.peak) ** 2) ** (
            -(self.spectrum.slope + 1) / 2
        )
        shape[degrees < self.spectrum.least] = 0
        size = np.sqrt(shape / shape.sum())
        pair = draw.standard_normal((2, number), np.float32) * size
        rate = (1 + degrees / self.spectrum.peak) ** 0.7 / self.spectrum.days
        rate = rate * draw.uniform(0.5, 1.0, number)
        return pair[0], pair[1], rate

    def coefficients(self, largest: int, day: float) -> np.ndarray:
        """Complex coefficients at a time in days, (order, degree)."""
        number = (largest + 1) ** 2
        one, other, rate = (part[:number] for part in self._parts)
        real = one * np.cos(rate * day) + other * np.sin(rate * day)
        table = packed(real, largest)
        turned = np.radians(self.spectrum.drift * day) * np.arange(largest + 1)
        return table * np.exp(-1j * turned)[:, None].astype(np.complex64)


def fields(noises: list[Noise], grid: Grid, day: float) -> np.ndarray:
    """Several fields at a time in days, (noises, rows, columns)."""
    largest = degree(grid)
    return synthesis(np.stack([n.coefficients(largest, day) for n in noises]), grid)
