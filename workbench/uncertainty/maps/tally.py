"""How right probabilities of maps are, counted map by map."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from workbench.bootstrap import Interval, interval
from workbench.uncertainty.calibration import BINS, Reliability, bin_of, brier, nll
from workbench.uncertainty.maps.asking import Points
from workbench.uncertainty.scores import FEW


@dataclass(frozen=True)
class Tally:
    """Of one method on N maps; points weigh as much as their area.

    Attributes:
        bins: Share of area, sums of confidence and of right answers, of the likeliest
            class and then of each (N, 1 + K, BINS, 3).
        nll: Mean of −log p of the points' classes, nats (N,).
        brier: Mean squared distance from certainty (N,).
    """

    bins: np.ndarray
    nll: np.ndarray
    brier: np.ndarray

    @classmethod
    def of(cls, chances: np.ndarray, labels: np.ndarray, points: Points) -> Self:
        """Count one map.

        Args:
            chances: Of known points (P, K).
            labels: Their classes (P,).
            points: Their areas.
        """
        share = points.shares
        pairs = [(chances.max(1), chances.argmax(1) == labels)]
        pairs += [(chances[:, k], labels == k) for k in range(chances.shape[1])]
        bins = np.stack([_sorted(*pair, share) for pair in pairs])
        lost, far = (each(chances, labels) @ share for each in (nll, brier))
        return cls(bins[None], np.array([lost]), np.array([far]))

    @classmethod
    def joined(cls, parts: "list[Tally]") -> Self:
        """Of all maps."""
        return cls(
            np.concatenate([part.bins for part in parts]),
            np.concatenate([part.nll for part in parts]),
            np.concatenate([part.brier for part in parts]),
        )

    def reliability(self, kind: int = 0, rows: np.ndarray | None = None) -> Reliability:
        """Of the likeliest class, or of class ``kind`` − 1, over all or some maps."""
        chosen = self.bins[:, kind] if rows is None else self.bins[rows, kind]
        total, sure, right = chosen.sum(0).T
        with np.errstate(invalid="ignore"):  # nothing by nothing
            return Reliability(total, sure / total, right / total)

    def ece(self, kind: int = 0, seed: int = 0) -> Interval:
        """Expected calibration error, maps resampled."""
        return interval(
            lambda rows: self.reliability(kind, rows).ece, len(self.nll), seed, FEW
        )


def mean(values: np.ndarray, seed: int = 0) -> Interval:
    """Mean over maps (N,), these resampled; those that are no numbers left out."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Interval(np.nan, np.nan, np.nan)
    return interval(lambda rows: float(known[rows].mean()), len(known), seed)


def _sorted(sure: np.ndarray, right: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Sums over points in each bin of confidence (BINS, 3)."""
    place = bin_of(sure)
    sums = (share, share * sure, share * right)
    return np.stack([np.bincount(place, values, BINS) for values in sums], 1)
