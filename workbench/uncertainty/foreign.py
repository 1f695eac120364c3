"""How foreign single events are: scores that are higher for what was not trained on.

None is reliable alone: which finds a shift depends on the shift, and some turn round
under one (Zhang et al., OpenOOD v1.5, arXiv:2306.09301).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbench.uncertainty.calibration import WIDE, entropy
from workbench.uncertainty.sight import Sight

NEIGHBOURS = 50
KEPT = 0.9  # of the variance of features lies in the space that ViM leaves out


def unsure(known: Sight, new: Sight) -> np.ndarray:
    """1 − probability of the answer (N,). Hendrycks and Gimpel, arXiv:1610.02136."""
    return 1 - new.confidence


def torn(known: Sight, new: Sight) -> np.ndarray:
    """Entropy of the answer (N,), nats."""
    return entropy(new.probabilities)


def far(known: Sight, new: Sight) -> np.ndarray:
    """Distance to the 50th nearest known event in features of length one (N,).

    Sun et al. (2022), arXiv:2204.06507.
    """
    from sklearn.neighbors import NearestNeighbors

    middle = known.features.mean(0)
    mine, theirs = (_long_one(one.features - middle) for one in (known, new))
    number = min(NEIGHBOURS, len(mine))
    search = NearestNeighbors(n_neighbors=number).fit(mine)
    return search.kneighbors(theirs)[0][:, -1]


def outside(known: Sight, new: Sight) -> np.ndarray:
    """Length of what is left of features outside of the known ones' main space (N,).

    The residual of ViM; its logit is left out, for networks may answer with
    probabilities. Wang et al. (2022), arXiv:2203.10807.
    """
    middle = known.features.mean(0)
    values, axes = np.linalg.eigh(np.cov(known.features, rowvar=False))
    shares = np.cumsum(values) / values.sum()
    least = axes[:, : max(1, int(np.searchsorted(shares, 1 - KEPT)))]
    return np.linalg.norm((new.features - middle) @ least, axis=1)


def _long_one(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


SCORES: dict[str, Callable[[Sight, Sight], np.ndarray]] = {
    "unsure": unsure,
    "entropy": torn,
    "nearest known": far,
    "outside (ViM)": outside,
}


@dataclass(frozen=True)
class Area:
    """Chance that a new event scores above a known one; a half by guessing.

    Attributes:
        value: Of the sample.
        low: 95 % of samples like these give more than that.
        high: 95 % of samples like these give less than that.
    """

    value: float
    low: float
    high: float


def area(known: np.ndarray, new: np.ndarray) -> Area:
    """Area under the ROC curve of scores (N,) and (M,)."""
    from scipy.stats import mannwhitneyu

    n, m = len(known), len(new)
    return spread(float(mannwhitneyu(new, known).statistic / (n * m)), n, m)


def spread(value: float, n: int, m: int) -> Area:
    """Where an area that was found with n and m events lies in truth.

    Hanley and McNeil (1982), Radiology 143, 29.
    """
    same, other = value / (2 - value), 2 * value**2 / (1 + value)
    square = value * (1 - value)
    square += (m - 1) * (same - value**2) + (n - 1) * (other - value**2)
    half = WIDE * np.sqrt(max(square, 0) / (n * m))
    low, high = max(0.0, value - half), min(1.0, value + half)
    return Area(value, float(low), float(high))
