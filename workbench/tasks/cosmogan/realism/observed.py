"""What is measured of maps: pixels, one by one and together, and waves."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.stats import kurtosis, skew

from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.simulation.patch import pixel_area

SHARES = (1, 5, 50, 95, 99)  # % of pixels
SMOOTHING = 1.0  # arcminutes, of the maps that are held against real ones


@dataclass(frozen=True)
class Observed:
    """Statistics of a sample of maps.

    Attributes:
        spread: Standard deviation of κ.
        skewness: Of pixels.
        kurtosis: Of pixels, 0 for a Gaussian.
        least: Smallest κ.
        quantiles: At ``SHARES``, from the mean, in standard deviations.
    """

    spread: float
    skewness: float
    kurtosis: float
    least: float
    quantiles: np.ndarray


def observe(maps: np.ndarray) -> Observed:
    """Measure pixels of maps (N, S, S)."""
    values = maps.ravel().astype(float)
    spread = float(values.std())
    quantiles = (np.percentile(values, SHARES) - values.mean()) / spread
    return Observed(
        spread,
        float(skew(values)),
        float(kurtosis(values)),
        float(values.min()),
        quantiles,
    )


def smoothed(maps: np.ndarray, arcmin: float) -> np.ndarray:
    """Maps smoothed by ``SMOOTHING``, without the rim that lacks neighbours."""
    wide = SMOOTHING / arcmin
    rim = int(np.ceil(4 * wide))
    inside = slice(rim, -rim)
    return gaussian_filter(maps, (0, wide, wide))[:, inside, inside]


def map_power(maps: np.ndarray, field: Field) -> np.ndarray:
    """Mean power of the waves of maps, (S, S // 2 + 1) in sr."""
    waves = np.abs(np.fft.rfft2(maps - maps.mean(dtype=float))) ** 2
    return waves.mean(0) * pixel_area(field.arcmin) / field.pixels**2
