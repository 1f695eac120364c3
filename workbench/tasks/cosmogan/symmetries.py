"""The eight ways to turn and mirror a square: a patch of sky knows no upright."""

from functools import lru_cache

import numpy as np
import torch

WAYS = 8


@lru_cache(maxsize=2)
def ways(seed: int, epoch: int, maps: int) -> np.ndarray:
    """How each map lies in an epoch, (maps,) uint8, the same for the same arguments."""
    stream = np.random.default_rng([seed, epoch, WAYS])
    return stream.integers(0, WAYS, maps, np.uint8)


def turned(image: torch.Tensor, how: np.ndarray) -> torch.Tensor:
    """Maps (B, C, S, S), each turned by quarters, and mirrored from the fifth way on.

    Args:
        image: The maps.
        how: A number below ``WAYS`` for each, (B,).
    """
    out = torch.empty_like(image)
    for way in np.unique(how).tolist():
        rows = torch.from_numpy(np.flatnonzero(how == way)).to(image.device)
        part = image[rows].rot90(way % 4, (-2, -1))
        out[rows] = part.flip(-1) if way >= 4 else part
    return out
