"""How often sets that were shuffled together differ by as much."""

from collections.abc import Callable

import numpy as np

SHUFFLES = 1999  # so that a chance of 1 in 2,000 can be found
ENOUGH = 20  # larger distances, after which it is clear that there are many


def p_of_shuffles(
    distance: Callable[[np.ndarray], float], first: int, second: int, seed: int
) -> float:
    """Chance of so large a distance where it does not matter which set a map is of.

    Besag & Clifford (1991), Biometrika 78, 301: as valid as if no shuffle were spared.

    Args:
        distance: Of two sets, given which of all rows (N + M,) are of the first.
        first: Maps of the first set, the first rows.
        second: Maps of the second set.
        seed: Of the shuffles.
    """
    draw = np.random.default_rng(seed)
    member = np.arange(first + second) < first
    found, larger = distance(member), 0
    for shuffles in range(1, SHUFFLES + 1):
        larger += distance(draw.permutation(member)) >= found
        if larger == ENOUGH:
            return ENOUGH / shuffles
    return (1 + larger) / (1 + SHUFFLES)
