"""What a survey makes of a map: noise of the galaxies' own shapes, then smoothing."""

import numpy as np
from scipy.ndimage import fourier_gaussian

from workbench.tasks.cosmogan.simulation.sky import Sky


def shape_noise(galaxies: float, ellipticity: float, arcmin: float) -> float:
    """Standard deviation of κ in a pixel from the shapes of the galaxies in it.

    van Waerbeke 2000 (MNRAS 313, 524): σ_ε² / (2 n A).

    Args:
        galaxies: n, per square arcminute.
        ellipticity: σ_ε, rms of |ε|.
        arcmin: Width of a pixel, whose square is A.
    """
    return float(ellipticity / np.sqrt(2 * galaxies) / arcmin)


def observed(
    maps: np.ndarray, sky: Sky, draws: list[np.random.Generator]
) -> np.ndarray:
    """The middle of larger maps, noisy and smoothed, (n, pixels, pixels) float32.

    Args:
        maps: (n, side, side) float32, at least ``sky.margin`` wider at each edge.
        sky: What is simulated.
        draws: A stream of random numbers for each map.
    """
    margin = sky.margin
    side = sky.field.pixels + 2 * margin
    maps = maps[:, :side, :side]
    if sky.noise:
        spread = shape_noise(*sky.noise, sky.field.arcmin)
        noise = [stream.standard_normal((side, side), np.float32) for stream in draws]
        maps = maps + np.float32(spread) * np.stack(noise)
    if sky.smoothing:
        wide = sky.smoothing / sky.field.arcmin
        waves = fourier_gaussian(np.fft.rfft2(maps), (0, wide, wide), n=side)
        maps = np.fft.irfft2(waves, s=(side, side))
    inside = slice(margin, margin + sky.field.pixels)
    return np.ascontiguousarray(maps[:, inside, inside], np.float32)
