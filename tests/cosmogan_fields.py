"""Random fields whose statistics are known, to test the tests with."""

import numpy as np
from scipy.optimize import brentq

from workbench.tasks.cosmogan.field import Field

SKEWNESS = 1.8


def smooth_power(ell: np.ndarray, beam: float = 0.0) -> np.ndarray:
    """A C_l like that of lensing, falling as l^-1.2 beyond l = 800; steradians."""
    return 2e-9 * (1 + (ell / 800) ** 2) ** -0.6 * np.exp(-((ell * beam) ** 2))


def on_grid(field: Field, power=smooth_power) -> np.ndarray:
    """C_l of every mode of ``fft2``, nothing for the mean."""
    waves = np.fft.fftfreq(field.pixels, 1 / field.pixels)
    ell = np.hypot(waves[:, None], waves) * field.fundamental
    return np.where(ell > 0, power(ell), 0.0)


def gaussian(maps: int, field: Field, seed: int, power=smooth_power) -> np.ndarray:
    """Periodic Gaussian maps (N, S, S)."""
    return _waves(maps, on_grid(field, power), field, seed).astype(np.float32)


def _waves(maps: int, power: np.ndarray, field: Field, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(maps, *power.shape))
    amplitude = np.sqrt(power) * field.pixels / np.radians(field.degrees)
    return np.fft.irfft2(
        np.fft.rfft2(noise) * amplitude[:, : field.pixels // 2 + 1], s=power.shape
    )


def lognormal(
    maps: int,
    field: Field,
    seed: int,
    skewness: float = SKEWNESS,
    factor: float = 1.0,
    cut: bool = True,
) -> np.ndarray:
    """Shifted lognormal maps of any skewness and the same C_l, times ``factor``.

    Those that are ``cut`` are quarters of periodic ones twice as wide.
    """
    whole = Field(2 * field.pixels, 2 * field.degrees) if cut else field
    power = on_grid(whole)
    area = np.radians(whole.degrees) ** 2
    correlation = np.fft.ifft2(power).real * whole.pixels**2 / area
    ratio = brentq(lambda y: y**3 + 3 * y - skewness, 1e-6, 10)
    shift = np.sqrt(correlation[0, 0]) / ratio
    log_power = np.fft.fft2(np.log1p(correlation / shift**2)).real
    log_power = log_power.clip(0) * area / whole.pixels**2
    each = 4 if cut else 1
    made = []
    for start in range(0, -(-maps // each), 256):
        count = min(256, -(-maps // each) - start)
        waves = _waves(count, log_power, whole, seed * 100_003 + start)
        sigma2 = log_power.sum() / area
        values = factor**0.5 * shift * np.expm1(waves - sigma2 / 2)
        made.append(values.astype(np.float32))
    whole_maps = np.concatenate(made)
    if not cut:
        return whole_maps
    size = field.pixels
    halves = whole_maps.reshape(-1, 2, size, 2, size).swapaxes(2, 3)
    return halves.reshape(-1, size, size)[:maps]
