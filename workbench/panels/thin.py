"""Fewer points of a curve that look the same."""

import numpy as np


def thin(values: np.ndarray, limit: int) -> np.ndarray:
    """Rows of a curve to draw: no spike is left out, however narrow.

    The curve is cut into parts of equal length; each keeps its smallest and its largest
    value and its first that is no finite number. Both ends are kept, too.

    Args:
        values: The curve (N,).
        limit: Most rows to return, at least 5.

    Returns:
        Increasing row numbers (≤ limit,), all of them if the curve is short enough.
    """
    count = len(values)
    if count <= limit:
        return np.arange(count)
    length = -(-count // ((limit - 2) // 3))
    parts = -(-count // length)
    rows = np.arange(parts * length).clip(max=count - 1).reshape(parts, length)
    part = values[rows]  # (parts, length), the last row repeated where it is short
    finite = np.isfinite(part)
    found = (
        np.where(finite, part, np.inf).argmin(1),
        np.where(finite, part, -np.inf).argmax(1),
        (~finite).argmax(1),
    )
    first = np.arange(parts) * length
    kept = np.concatenate([first + column for column in found] + [[0, count - 1]])
    return np.unique(kept.clip(max=count - 1))
