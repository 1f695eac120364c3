"""Captum draws from the global generators."""

from collections.abc import Generator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def drawn(seed: int = 0) -> Generator[None]:
    """Draw the same numbers each time, and leave the generators as they were."""
    before = np.random.get_state()
    try:
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            np.random.seed(seed)
            yield
    finally:
        np.random.set_state(before)
