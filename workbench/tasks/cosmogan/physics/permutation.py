"""How often sets that were shuffled together differ by as much."""

from collections.abc import Callable

import numpy as np

SHUFFLES = 1999  # the smallest chance that can be found is one in so many and one


def p_of_shuffles(
    distance: Callable[[np.ndarray], float],
    first: int,
    second: int,
    seed: int,
    shuffles: int = SHUFFLES,
) -> float:
    """Chance of so large a distance where it does not matter which set a map is of.

    Args:
        distance: Of two sets, given which of all rows (N + M,) are of the first.
        first: Maps of the first set, the first rows.
        second: Maps of the second set.
        seed: Of the shuffles.
        shuffles: How many.
    """
    draw = np.random.default_rng(seed)
    member = np.arange(first + second) < first
    found = distance(member)
    larger = sum(distance(draw.permutation(member)) >= found for _ in range(shuffles))
    return (1 + larger) / (1 + shuffles)
