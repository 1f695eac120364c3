"""Sets of classes that hold the true one as often as is promised.

Vovk et al. (2005), Algorithmic Learning in a Random World. The promise is about events
of the kind that calibrated it, on average over all of them, and over calibrations.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from workbench.errors import BadInput

Method = Literal["lac", "aps", "raps"]
FREE, PRICE = 2, 0.01  # RAPS: classes that cost nothing, and what each further costs


def foreignness(probabilities: np.ndarray, method: Method, seed: int) -> np.ndarray:
    """How ill each class fits each event (N, K): sets hold what fits well enough.

    ``lac``: 1 − p (Sadinle et al. 2019, arXiv:1609.00451), the smallest sets, empty
    ones among them. ``aps``: the probability of all likelier classes and a random part
    of its own (Romano et al. 2020, arXiv:2006.02544). ``raps``: that plus a price for
    each class after the second (Angelopoulos et al. 2021, arXiv:2009.14193).

    Args:
        probabilities: (N, K).
        method: One of the three.
        seed: Of the random part.
    """
    if method == "lac":
        return 1 - probabilities
    order = np.argsort(-probabilities, 1, kind="stable")
    ordered = np.take_along_axis(probabilities, order, 1)
    part = np.random.default_rng(seed).random((len(probabilities), 1))
    scores = ordered.cumsum(1) - ordered * (1 - part)
    if method == "raps":
        ranks = np.arange(1, probabilities.shape[1] + 1)
        scores = scores + PRICE * np.maximum(0, ranks - FREE)
    found = np.empty_like(scores)
    np.put_along_axis(found, order, scores, 1)
    return found


def threshold(scores: np.ndarray, alpha: float) -> float:
    """What a new score stays below with a chance of 1 − α, given scores (n,).

    The ⌈(n + 1)(1 − α)⌉-th smallest; infinite where n is too small for α.
    """
    place = math.ceil((len(scores) + 1) * (1 - alpha) - 1e-9)
    return math.inf if place > len(scores) else float(np.sort(scores)[place - 1])


@dataclass(frozen=True)
class Conformal:
    """A promise that was calibrated.

    Attributes:
        method: Of the score.
        alpha: How often the true class may be missing.
        thresholds: Of each class (K,), all alike unless it is promised for each.
        events: That calibrated each (K,).
    """

    method: Method
    alpha: float
    thresholds: np.ndarray
    events: np.ndarray

    @classmethod
    def fit(
        cls,
        probabilities: np.ndarray,
        labels: np.ndarray,
        alpha: float,
        method: Method = "aps",
        each: bool = False,
        seed: int = 0,
    ) -> "Conformal":
        """Calibrate by events that neither trained nor chose the model.

        Args:
            probabilities: (n, K).
            labels: (n,).
            alpha: How often the true class may be missing.
            method: Of the score.
            each: Whether it is promised for each class by itself (Mondrian).
            seed: Of the random part of scores.

        Raises:
            BadInput: α is not between 0 and 1, or there are too few events for it.
        """
        if not 0 < alpha < 1:
            raise BadInput(f"alpha {alpha}: give a number between 0 and 1, like 0.1")
        if len(labels) < least(alpha):
            raise BadInput(
                f"{len(labels)} calibration events: {least(alpha)} are the least for "
                f"alpha {alpha:g}: give more, or a larger alpha"
            )
        scores = foreignness(probabilities, method, seed)
        scores = scores[np.arange(len(labels)), labels]
        classes = probabilities.shape[1]
        if not each:
            same = np.full(classes, threshold(scores, alpha))
            return cls(method, alpha, same, np.full(classes, len(labels)))
        parts = [scores[labels == k] for k in range(classes)]
        limits = np.array([threshold(part, alpha) for part in parts])
        return cls(method, alpha, limits, np.array([len(part) for part in parts]))

    @property
    def idle(self) -> np.ndarray:
        """Classes (M,) that had too few events, so that every set holds them."""
        return np.flatnonzero(np.isinf(self.thresholds))

    def sets(self, probabilities: np.ndarray, seed: int = 1) -> np.ndarray:
        """Which classes are in each event's set (N, K), as promised."""
        return foreignness(probabilities, self.method, seed) <= self.thresholds

    def shown(self, probabilities: np.ndarray, seed: int = 1) -> np.ndarray:
        """Sets (N, K) for people: never empty, for the likeliest class is in each.

        They hold the true class more often than is promised.
        """
        found = self.sets(probabilities, seed)
        found[np.arange(len(found)), probabilities.argmax(1)] = True
        return found


def least(alpha: float) -> int:
    """The fewest calibration events with which anything can be left out of a set."""
    return math.ceil(1 / alpha - 1e-9) - 1


def covered(sets: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Whether each set (N, K) holds the label (N,)."""
    return sets[np.arange(len(labels)), labels]


def band(
    alpha: float, calibration: int, test: int, sigmas: float = 3.0
) -> tuple[float, float]:
    """Where the coverage found on test events lies, for one calibration.

    Beta-binomial: the coverage of a calibration of n events is Beta(k, n + 1 − k) with
    k = ⌈(n + 1)(1 − α)⌉, and tests scatter about that.
    """
    k = math.ceil((calibration + 1) * (1 - alpha) - 1e-9)
    a, b = k, calibration + 1 - k
    mean = a / (a + b)
    variance = a * b * (a + b + test) / (test * (a + b) ** 2 * (a + b + 1))
    half = sigmas * math.sqrt(variance)
    return max(0.0, mean - half), min(1.0, mean + half)


def suited_alpha(accuracy: float) -> float:
    """An α at which sets mean something for a model that is right so often.

    Half of the error rate, rounded down to 1, 2 or 5 in the first digit; 0.1 at most.
    Where 1 − α is below the accuracy, single classes would be promised too much.
    """
    half = (1 - accuracy) / 2
    if half >= 0.1:
        return 0.1
    steps = [digit / 10**power for power in range(2, 7) for digit in (5, 2, 1)]
    return next((step for step in steps if step <= half + 1e-12), steps[-1])
