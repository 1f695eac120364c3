"""How different two halves of one set of maps seem: the least that can be asked for."""

from collections.abc import Callable, Iterator

import numpy as np

SPLITS = 8


def halves(
    count: int, seed: int = 0, splits: int = SPLITS
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows of two random halves of a set, again and again."""
    draw = np.random.default_rng(seed)
    for _ in range(splits):
        order = draw.permutation(count)
        yield order[: count // 2], order[count // 2 : count // 2 * 2]


def floor(
    measure: Callable[[np.ndarray, np.ndarray], float],
    real: np.ndarray,
    seed: int = 0,
    splits: int = SPLITS,
) -> float:
    """Root mean square of a measure between random halves of real maps or vectors.

    Halves hold fewer maps than the set and scatter more, errors by √2: give twice as
    many maps as are compared with generated ones for the floor of just these.

    Args:
        measure: Of two sets.
        real: (N, …).
        seed: Of the halves.
        splits: How often.
    """
    pairs = halves(len(real), seed, splits)
    found = [measure(real[one], real[two]) for one, two in pairs]
    return float(np.sqrt(np.mean(np.square(found))))
