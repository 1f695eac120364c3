"""Reading rows in any order from a file that is fast only for rows in a row."""

from collections.abc import Callable

import numpy as np

from workbench.tasks.neutrino.events import HIT, Events, starts, take_rows

_LONGEST = 128  # rows read at once, which bounds the memory

Block = Callable[[int, int], tuple[np.ndarray, np.ndarray]]  # -> hits, row of each


def read_rows(index: np.ndarray, total: int, block: Block, chunk: int = 1) -> Events:
    """Events of the rows ``index`` of a file with ``total`` rows, in that order.

    Args:
        index: Row numbers, in any order, shape (N,).
        total: Rows in the file.
        block: Reads the hits from one row to before another, sorted by row.
        chunk: Rows that the file keeps together; what they share is read once.

    Raises:
        IndexError: a row that is not there.
    """
    if len(index) and not 0 <= index.min() <= index.max() < total:
        raise IndexError(f"rows 0 to {total - 1}, not {index.min()} to {index.max()}")
    wanted = np.unique(index)
    parts: list[np.ndarray] = [np.zeros(0, HIT)]
    counts: list[np.ndarray] = []
    for group in _groups(wanted, chunk):
        hits, row = block(int(group[0]), int(group[-1]) + 1)
        if group[-1] - group[0] + 1 != len(group):
            chosen = np.isin(row, group)
            hits, row = hits[chosen], row[chosen]
        parts.append(hits)
        first, last = np.searchsorted(row, group), np.searchsorted(row, group, "right")
        counts.append(last - first)
    hits = np.concatenate(parts)
    start = starts(np.concatenate([np.zeros(0, np.int64), *counts]))
    place = np.searchsorted(wanted, index)
    rows = take_rows(start, place)
    return Events(hits[rows], starts(np.diff(start)[place]))


def _groups(wanted: np.ndarray, chunk: int) -> list[np.ndarray]:
    """Sorted rows cut where a gap leaves a chunk, and into bounded spans."""
    apart = (np.diff(wanted) > 1) & (np.diff(wanted // chunk) > 0)
    groups: list[np.ndarray] = []
    for run in np.split(wanted, np.flatnonzero(apart) + 1):
        span = (run - run[0]) // _LONGEST if len(run) else run
        groups += np.split(run, np.flatnonzero(np.diff(span)) + 1)
    return [group for group in groups if len(group)]
