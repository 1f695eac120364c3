"""Masks that miss no more of an object than is promised.

Angelopoulos et al., Conformal Risk Control, ICLR 2024, arXiv:2208.02814.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from workbench.errors import BadInput

STEPS = 200  # thresholds that are tried


@dataclass(frozen=True)
class MaskControl:
    """A threshold on a class's probability, calibrated for false negatives.

    Attributes:
        alpha: Share of the object's pixels that may be missing, on average over maps.
        threshold: Pixels at least as probable are in the mask.
        maps: That calibrated it, those with the object.
    """

    alpha: float
    threshold: float
    maps: int

    @classmethod
    def fit(cls, missed: np.ndarray, thresholds: np.ndarray, alpha: float) -> Self:
        """The highest threshold that keeps the promise.

        Args:
            missed: Share of the object that is missing, maps × thresholds.
            thresholds: Rising, the first of them zero (T,).
            alpha: Promised share.

        Raises:
            BadInput: so few maps that no threshold keeps it.
        """
        maps = len(missed)
        bound = (missed.sum(0) + 1) / (maps + 1)
        kept = np.flatnonzero(bound <= alpha)
        if not len(kept):
            raise BadInput(
                f"{maps} maps with the object: {int(np.ceil(1 / alpha)) - 1} are the "
                f"least for alpha {alpha:g}: give more maps, or a larger alpha"
            )
        return cls(alpha, float(thresholds[kept[-1]]), maps)


def missed(probability: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Share of one map's object (pixels, bool) below each threshold (STEPS,)."""
    inside = np.sort(probability[mask])
    return np.searchsorted(inside, thresholds()) / max(1, len(inside))


def thresholds() -> np.ndarray:
    """Zero, and steps of logarithms of odds from a millionth to a million."""
    odds = np.linspace(-14, 14, STEPS - 1)
    return np.append(0.0, 1 / (1 + np.exp(-odds)))
