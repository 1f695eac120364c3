"""How far one cloud of vectors would have to be carried to become another."""

import numpy as np

from workbench.tasks.cosmogan.physics.permutation import p_of_shuffles

DIRECTIONS = 32


class Sliced:
    """Two clouds (N, D) and (M, D) seen along random directions, the same for a seed.

    The sliced Wasserstein distance of Rabin et al. (2011): the mean over directions of
    the mean distance that sorted projections are apart.
    """

    def __init__(self, reference: np.ndarray, other: np.ndarray, seed: int) -> None:
        self._sizes = len(reference), len(other)
        directions = np.random.default_rng(seed).normal(
            size=(reference.shape[1], DIRECTIONS)
        )
        directions /= np.linalg.norm(directions, axis=0)
        seen = np.concatenate([reference, other]) @ directions
        self._order = seen.argsort(0)
        self._gaps = np.diff(np.take_along_axis(seen, self._order, 0), axis=0)

    def _distance(self, member: np.ndarray) -> float:
        n, m = self._sizes
        weight = np.where(member, 1 / n, -1 / m).astype(np.float32)
        apart = np.abs(weight[self._order].cumsum(0)[:-1])
        return float((apart * self._gaps).sum(0).mean())

    @property
    def distance(self) -> float:
        """Of the two clouds."""
        return self._distance(np.arange(sum(self._sizes)) < self._sizes[0])

    def p(self, seed: int) -> float:
        """Chance of so large a distance between halves of one cloud."""
        return p_of_shuffles(self._distance, *self._sizes, seed)
