"""Whether probabilities are as often right as they say."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.rates import Rate

BINS = 15
FEW = 10  # a bin with fewer events says next to nothing
WIDE = 1.96  # standard deviations to either side: 95 %
FLOOR_DRAWS = 200
Binning = Literal["width", "count"]
TINY = 1e-12  # the least probability that a logarithm is taken of


def nll(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """−log p of each label (N,), in nats."""
    right = probabilities[np.arange(len(labels)), labels]
    return -np.log(np.maximum(right, TINY))


def brier(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Squared distance of each event's probabilities from certainty (N,), 0 to 2.

    Brier, Monthly Weather Review 78, 1 (1950).
    """
    right = probabilities[np.arange(len(labels)), labels]
    return 1 - 2 * right + np.square(probabilities).sum(1)


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """−Σ p log p over the last axis, nats."""
    return -(probabilities * np.log(np.maximum(probabilities, TINY))).sum(-1)


@dataclass(frozen=True)
class Reliability:
    """Events sorted into bins by how sure the model was.

    Attributes:
        counts: Events of each bin (B,).
        confidence: Mean probability of the answer (B,); not a number without events.
        accuracy: Share of right answers (B,).
    """

    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray

    @property
    def ece(self) -> float:
        """Expected calibration error: mean of |accuracy − confidence| over events."""
        filled = self.counts > 0
        apart = np.abs(self.accuracy - self.confidence)[filled]
        return float(apart @ self.counts[filled] / self.counts.sum())

    @property
    def telling(self) -> np.ndarray:
        """Bins (M,) with enough events to be looked at."""
        return np.flatnonzero(self.counts >= FEW)

    @property
    def band(self) -> np.ndarray:
        """Where the accuracy of each bin lies (2, B): 95 % Wilson intervals."""
        right = np.round(np.nan_to_num(self.accuracy) * self.counts)
        pairs = zip(right, self.counts, strict=True)
        return np.array([Rate(int(r), int(n)).interval(WIDE) for r, n in pairs]).T


def reliability(
    confidence: np.ndarray,
    right: np.ndarray,
    bins: int = BINS,
    binning: Binning = "width",
) -> Reliability:
    """Sort answers by confidence (N,) and compare with whether they are right (N,).

    Args:
        confidence: Probability of the answer.
        right: Whether it is true.
        bins: How many.
        binning: Bins of equal ``width``, or of an equal ``count`` of events (adaptive).
    """
    if binning == "width":
        place = bin_of(confidence, bins)
    else:
        place = np.empty(len(confidence), int)
        place[np.argsort(confidence, kind="stable")] = (
            np.arange(len(confidence)) * bins // len(confidence)
        )
    counts = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):  # nothing by nothing
        means = [
            np.bincount(place, values, bins) / counts for values in (confidence, right)
        ]
    return Reliability(counts, *means)


def bin_of(confidence: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Number of each one's bin (N,), of bins of equal width."""
    return np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)


def answers(
    probabilities: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Probability of the likeliest class (N,), and whether that is the label (N,)."""
    return probabilities.max(1), probabilities.argmax(1) == labels


def ece(
    probabilities: np.ndarray, labels: np.ndarray, binning: Binning = "width"
) -> float:
    """Expected calibration error of the likeliest class, in 15 bins.

    Naeini et al. (2015), AAAI 29; with bins of equal counts Nixon et al. (2019),
    arXiv:1904.01685.
    """
    return reliability(*answers(probabilities, labels), binning=binning).ece


def classwise_ece(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Mean over classes of the error of each class's own probability.

    Kull et al. (2019), arXiv:1910.12656.
    """
    classes = range(probabilities.shape[1])
    errors = [reliability(probabilities[:, k], labels == k).ece for k in classes]
    return float(np.mean(errors))


@dataclass(frozen=True)
class Floor:
    """What a measure gives for probabilities that are true.

    Attributes:
        mean: Over draws.
        high: 95 % of draws are below.
    """

    mean: float
    high: float


def ece_floor(
    probabilities: np.ndarray, binning: Binning = "width", seed: int = 0
) -> Floor:
    """ECE of as many events if labels were drawn by these probabilities.

    Then the model is perfectly calibrated, and what is measured is chance.
    """
    draw = np.random.default_rng(seed)
    sure = probabilities.max(1)
    drawn = (draw.random(len(sure)) < sure for _ in range(FLOOR_DRAWS))
    found = [reliability(sure, right, BINS, binning).ece for right in drawn]
    return Floor(float(np.mean(found)), float(np.quantile(found, 0.95)))
