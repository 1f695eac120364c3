"""Lognormal convergence: the right power spectrum and skewness, and no filaments."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from workbench.tasks.cosmogan.simulation import gaussian
from workbench.tasks.cosmogan.simulation.cosmology import (
    FIDUCIAL,
    HUBBLE_LENGTH,
    Cosmology,
)
from workbench.tasks.cosmogan.simulation.matter import convergence
from workbench.tasks.cosmogan.simulation.patch import (
    correlation,
    pixel_area,
    pixel_power,
    power,
)

# Convergence of the emptiest lines of sight by redshift of the sources, in the fiducial
# cosmology. At 1: skewness 1.5 in pixels of 3.3′, as the particle mesh has and, scaled
# by redshift, the κTNG and MassiveNuS maps. At 2: the lower end of the CosmoGAN paper's
# histogram of pixels (arXiv:1706.02390). Between: the fit of Hilbert, Hartlap &
# Schneider 2011 (A&A 536, A85, eq. 38), which has 0.030 at 1 and 0.079 at 2.
EMPTIEST = {0.5: 0.0103, 1.0: 0.0245, 1.5: 0.054, 2.0: 0.09, 2.5: 0.103}


@dataclass(frozen=True)
class LognormalField:
    """κ = λ (exp(G − σ²/2) − 1) with a Gaussian field G on a periodic patch.

    Coles & Jones 1991 (MNRAS 248, 1); shifted: Hilbert, Hartlap & Schneider 2011.

    Attributes:
        shift: λ, minus the smallest value there can be.
        power: Of G on the patch, (side, side // 2 + 1) in sr.
        arcmin: Width of a pixel.
        variance: σ² of G.
        cut: Share of G's power that no field can have, left out.
    """

    shift: float
    power: np.ndarray
    arcmin: float
    variance: float
    cut: float

    @classmethod
    def of(cls, wanted: np.ndarray, shift: float, arcmin: float) -> "LognormalField":
        """The field whose power is as wanted, (side, side // 2 + 1) in sr."""
        xi = np.log1p(correlation(wanted, arcmin) / shift**2)
        every = power(xi, arcmin)
        kept = np.maximum(every, 0)
        cut = float((kept - every).sum() / kept.sum())
        variance = float(correlation(kept, arcmin)[0, 0])
        return cls(shift, kept, arcmin, variance, cut)

    @cached_property
    def rms(self) -> np.ndarray:
        """Of the waves of G."""
        return gaussian.amplitude(self.power, pixel_area(self.arcmin))

    def correlation(self) -> np.ndarray:
        """Correlation function of κ by lag, (side, side)."""
        return self.shift**2 * np.expm1(correlation(self.power, self.arcmin))

    def draw(self, draws: list[np.random.Generator]) -> np.ndarray:
        """Periodic maps, one from each stream of random numbers, float32."""
        field = gaussian.draw(self.rms, draws)
        field -= np.float32(self.variance / 2)
        np.expm1(field, out=field)
        field *= np.float32(self.shift)
        return field


def skewness(spread: float, shift: float) -> float:
    """Skewness of a lognormal field of that standard deviation and shift."""
    ratio = spread / shift
    return ratio**3 + 3 * ratio


def shift_of(spread: float, skewness: float) -> float:
    """The shift that gives a field of that standard deviation a positive skewness."""
    ratio = 2 * np.sinh(np.arcsinh(skewness / 2) / 3)  # root of y³ + 3y = skewness
    return float(spread / ratio)


def emptiest(cosmology: Cosmology, source: float) -> float:
    """λ of a cosmology: the table's, times how empty its empty lines of sight are."""
    table = np.interp(source, list(EMPTIEST), list(EMPTIEST.values()))
    return float(table * vacuum(cosmology, source) / vacuum(FIDUCIAL, source))


def vacuum(cosmology: Cosmology, source: float) -> float:
    """Minus the convergence of a line of sight without any matter."""
    chi = np.linspace(0, cosmology.distance(source), 513)
    kernel = chi * (1 - chi / chi[-1]) * (1 + cosmology.redshift(chi))
    depth = np.trapezoid(kernel, chi) / HUBBLE_LENGTH**2
    return float(1.5 * cosmology.omega_m * depth)


@lru_cache(maxsize=128)
def lognormal(
    cosmology: Cosmology, source: float, side: int, arcmin: float
) -> LognormalField:
    """Lognormal maps of a cosmology on a periodic patch."""
    wanted = pixel_power(convergence(cosmology, source), side, arcmin)
    return LognormalField.of(wanted, emptiest(cosmology, source), arcmin)
