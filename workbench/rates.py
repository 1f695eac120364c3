"""A fraction of counted events with its 68 % Wilson interval."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np


@dataclass(frozen=True)
class Rate:
    """``successes`` out of ``trials``; the value is not a number without trials."""

    successes: int
    trials: int

    @property
    def value(self) -> float:
        """The fraction itself."""
        return self.successes / self.trials if self.trials else nan

    def interval(self, sigmas: float = 1.0) -> tuple[float, float]:
        """Wilson score interval; the whole of 0 to 1 without trials.

        Formula: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209.
        """
        if not self.trials:
            return 0.0, 1.0
        n, p, s2 = self.trials, self.value, sigmas**2
        centre = (p + s2 / (2 * n)) / (1 + s2 / n)
        half = sigmas * sqrt(p * (1 - p) / n + s2 / (4 * n**2)) / (1 + s2 / n)
        return max(0.0, centre - half), min(1.0, centre + half)

    @property
    def error(self) -> float:
        """Half the width of the 68 % interval."""
        low, high = self.interval()
        return (high - low) / 2


def rate(passed: np.ndarray) -> Rate:
    """The share of events for which ``passed`` (N,) bool holds."""
    return Rate(int(np.count_nonzero(passed)), len(passed))
