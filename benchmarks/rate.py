"""How fast random batches are read."""

import time
from collections.abc import Callable
from itertools import count

import numpy as np

from workbench.order import rows


def rate(
    read: Callable[[np.ndarray], object], samples: int, batch: int, seconds: float
) -> float:
    """Samples a second over shuffled epochs; a first batch does not count."""
    read(rows(samples, 0, 0)[:batch])
    done, start = 0, time.perf_counter()
    epochs = count(1)
    while True:
        order = rows(samples, 0, next(epochs))
        for first in range(0, samples - batch + 1, batch):
            read(order[first : first + batch])
            done += batch
            if time.perf_counter() - start > seconds:
                return done / (time.perf_counter() - start)
