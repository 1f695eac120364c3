"""Light through slabs of matter: maps of convergence without bending its path."""

import numpy as np

from workbench.tasks.cosmogan.simulation.cosmology import Cosmology
from workbench.tasks.cosmogan.simulation.particles.planes import slabs
from workbench.tasks.cosmogan.simulation.sky import BOX


class Cone:
    """The slabs that light crosses, each a box at the time of the crossing.

    Every slab of every map is seen along a random axis, turned, mirrored and shifted
    at random, as is usual (Kratochvil et al. 2012, Phys. Rev. D 85, 103513).

    Args:
        planes: (slabs, 3, pixels, pixels), as ``planes`` gives them.
        cosmology: Of the box.
        source: Redshift of the sources.
    """

    def __init__(self, planes: np.ndarray, cosmology: Cosmology, source: float) -> None:
        self._middles, self._weights = slabs(cosmology, source)
        pixels = planes.shape[-1]
        summed = np.zeros((*planes.shape[:2], pixels + 1, pixels + 1))
        summed[..., 1:, 1:] = planes.cumsum(-1, dtype=float).cumsum(-2)
        self._summed = summed  # over all pixels before a corner

    def map(self, side: int, arcmin: float, draw: np.random.Generator) -> np.ndarray:
        """One map (side, side) float32 of means over square pixels."""
        total = np.zeros((side, side))
        cells = self._summed.shape[-1] - 1
        for middle, weight, axes in zip(
            self._middles, self._weights, self._summed, strict=True
        ):
            wide = middle * np.radians(arcmin / 60) * cells / BOX
            summed = axes[draw.integers(3)]
            begin = draw.random(2) * cells
            edges = begin[:, None] + wide * np.arange(side + 1)
            mean = _between(_between(summed, edges[0]).T, edges[1]).T / wide**2
            flip, mirror, turn = draw.integers(2, size=3)
            mean = mean[:: 1 - 2 * flip, :: 1 - 2 * mirror]
            total += weight * (mean.T if turn else mean)
        return total.astype(np.float32)


def _between(summed: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """What lies between edges along the first axis, which is periodic.

    Args:
        summed: (cells + 1, n), of all before.
        edges: (m + 1,) in cells.

    Returns:
        (m, n).
    """
    turns, place = np.divmod(edges, len(summed) - 1)
    below = place.astype(int)
    share = (place - below)[:, None]
    before = summed[below] * (1 - share) + summed[below + 1] * share
    return np.diff(before + turns[:, None] * summed[-1], axis=0)
