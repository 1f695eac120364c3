"""Which segment is taken for which, in the order they have along z."""

import numpy as np

from workbench.tasks.neutrino.segments import RANK, Z_ORDER

SEGMENTS = len(Z_ORDER)


def confusion(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Events by true (row) and predicted (column) segment, both in z order.

    Args:
        true: (N,) segment codes.
        predicted: (N,) segment codes.

    Returns:
        (11, 11) int64 counts.
    """
    cell = RANK[true] * SEGMENTS + RANK[predicted]
    return np.bincount(cell, minlength=SEGMENTS**2).reshape(SEGMENTS, SEGMENTS)


def normalised(counts: np.ndarray, axis: int) -> np.ndarray:
    """Counts as fractions of their row (``axis=1``) or column (``axis=0``).

    Rows give efficiencies, columns purities; a row or column without events is zero.
    """
    total = counts.sum(axis, keepdims=True)
    return counts / np.maximum(total, 1)
