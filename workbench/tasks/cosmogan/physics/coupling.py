"""What the spectrum of a crop is expected to be, leakage through its edges included."""

import math

import numpy as np
import torch

from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.physics.spectrum import Bands, hann


def expected(
    power: np.ndarray, whole: Field, bands: Bands, apodise: bool = False
) -> np.ndarray:
    """Mean of ``power_spectrum`` over crops of a periodic field.

    A window multiplies the correlation function by its own: no approximation.

    Args:
        power: C_l in steradians of every mode of the whole field's ``fft2`` (M, M).
        whole: The field cropped from, of pixels as large as the crop's.
        bands: Of the crop.
        apodise: As for ``power_spectrum``.

    Returns:
        C_l (bands,) in steradians.
    """
    size, big = bands.field.pixels, whole.pixels
    window = np.ones((size, size))
    if apodise:
        window = hann(size).double().numpy()
    area = math.radians(whole.degrees) ** 2
    correlation = np.fft.ifft2(power).real * big**2 / area  # ξ(x), (M, M)
    reach = np.fft.fftfreq(2 * size, 1 / (2 * size)).astype(int)
    near = correlation[np.ix_(reach % big, reach % big)]  # (2S, 2S)
    overlap = np.fft.ifft2(np.abs(np.fft.fft2(window, (2 * size, 2 * size))) ** 2).real
    seen = np.fft.fft2(near * overlap).real[::2, ::2][:, : size // 2 + 1]
    theta = math.radians(bands.field.degrees)
    return bands.mean(torch.as_tensor(seen * (theta / size**2) ** 2)).numpy()
