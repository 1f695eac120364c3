"""What a number might have been had other events come."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

DRAWS = 1000
WITHIN = 0.95


@dataclass(frozen=True)
class Interval:
    """A number, and where 95 % of resampled ones lie."""

    value: float
    low: float
    high: float

    @property
    def above_zero(self) -> bool:
        """Whether chance alone does not explain that the number is positive."""
        return self.low > 0


def interval(
    measure: Callable[[np.ndarray], float],
    events: int,
    seed: int = 0,
    draws: int = DRAWS,
) -> Interval:
    """Percentile interval of a measure of rows, resampled with replacement.

    Efron (1979), Annals of Statistics 7, 1. To compare two models give the difference
    of their scores on the same rows: what events have in common then drops out.

    Args:
        measure: Of row numbers (n,).
        events: How many rows there are.
        seed: Of the draws.
        draws: How many.
    """
    draw = np.random.default_rng(seed)
    found = [measure(draw.integers(events, size=events)) for _ in range(draws)]
    low, high = np.quantile(found, ((1 - WITHIN) / 2, (1 + WITHIN) / 2))
    return Interval(measure(np.arange(events)), float(low), float(high))
