"""Where a sample is cut into training, validation and test, dividing no group."""

import numpy as np


def cuts(group: np.ndarray, test: int, val: int) -> tuple[int, int]:
    """First row of the validation and of the test sample, which are the last.

    Args:
        group: Of each sample, (N,).
        test: Test samples wanted; whole groups from the end until there are as many.
        val: Validation samples wanted, from the groups before.
    """
    ends = _allowed(group)

    def before(last: int, wanted: int) -> int:
        if not wanted:
            return last
        fit = ends[ends <= last - wanted]
        return int(fit[-1]) if len(fit) else 0

    start_test = before(len(group), test)
    return before(start_test, val), start_test


def _allowed(group: np.ndarray) -> np.ndarray:
    """Rows before which a cut divides no group, rising."""
    _, place = np.unique(group, return_inverse=True)
    rows = np.arange(len(group))
    first = np.full(place.max(initial=0) + 1, len(group))
    last = np.zeros_like(first)
    np.minimum.at(first, place, rows)
    np.maximum.at(last, place, rows)
    inside = np.zeros(len(group) + 2, int)
    np.add.at(inside, first + 1, 1)
    np.add.at(inside, last + 1, -1)
    return np.flatnonzero(np.cumsum(inside)[: len(group) + 1] == 0)
