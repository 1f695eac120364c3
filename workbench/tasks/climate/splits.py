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
