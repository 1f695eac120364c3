"""Which maps train, validate and test: neighbours in time stay on one side.

Hours apart, two maps are nearly one: a random split would test on what was trained.
"""

import numpy as np

from workbench.tasks.climate.store import Store


def groups(store: Store) -> np.ndarray:
    """What no split divides, (N,): sequences where simulated, else whole years.

    Maps without a date stand each for itself.
    """
    time = store.time
    if store.simulated or np.isnat(time).all():
        return store.sequence
    years = time.astype("datetime64[Y]").astype(np.int64) + 1970
    years[np.isnat(time)] = 0
    return years


def cuts(group: np.ndarray, test: int, val: int) -> tuple[int, int]:
    """First row of the validation and of the test maps, which are the last.

    Args:
        group: Of each map, (N,).
        test: Test maps wanted; whole groups from the end until there are as many.
        val: Validation maps wanted, from the groups before.
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
