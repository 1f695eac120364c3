"""Gaussian fields on periodic patches, drawn wave by wave."""

import numpy as np
from scipy import fft


def amplitude(power: np.ndarray, area: float) -> np.ndarray:
    """Rms of the waves that make a field of a power spectrum.

    A real transform reads the waves of its first and last column twice, as partners of
    each other: independent ones are doubled in power for that.

    Args:
        power: (side, side // 2 + 1) in sr, as ``rfft2`` orders waves.
        area: Of a pixel in sr.

    Returns:
        The same shape, float32.
    """
    rms = np.sqrt(power * len(power) ** 2 / area / 2)  # a half each: real, imaginary
    rms[:, [0, -1]] *= np.sqrt(2)
    return rms.astype(np.float32)


def draw(rms: np.ndarray, draws: list[np.random.Generator]) -> np.ndarray:
    """Fields, one from each stream of random numbers, (n, side, side) float32."""
    waves = np.empty((len(draws), *rms.shape), np.complex64)
    for wave, stream in zip(waves, draws, strict=True):
        stream.standard_normal(out=wave.view(np.float32), dtype=np.float32)
    waves *= rms
    return fft.irfft2(waves, s=(len(rms),) * 2, overwrite_x=True)
