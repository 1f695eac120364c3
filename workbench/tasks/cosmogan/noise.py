"""Normal numbers that depend on a seed and a row alone, however many are drawn."""

from collections.abc import Sequence

import numpy as np
import torch


def noise(shape: Sequence[int], *place: int) -> torch.Tensor:
    """Normal numbers of a shape that belong to a place, such as (seed, row)."""
    number = int(np.random.SeedSequence(place).generate_state(1, np.uint64)[0])
    source = torch.Generator().manual_seed(number)
    return torch.randn(tuple(shape), generator=source)


def rows_of_noise(
    shape: Sequence[int], seed: int, rows: Sequence[int] | np.ndarray
) -> torch.Tensor:
    """Noise (N, *shape) of some rows of a sample."""
    return torch.stack([noise(shape, seed, int(row)) for row in rows])
