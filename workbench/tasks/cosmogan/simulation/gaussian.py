"""Gaussian fields on periodic patches, drawn wave by wave."""

import numpy as np


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
    parts = np.empty((len(draws), *rms.shape, 2), np.float32)  # real and imaginary
    for number, stream in enumerate(draws):
        stream.standard_normal(out=parts[number], dtype=np.float32)
    waves = parts.view(np.complex64)[..., 0]
    waves *= rms
    return np.fft.irfft2(waves, s=(len(rms),) * 2)
