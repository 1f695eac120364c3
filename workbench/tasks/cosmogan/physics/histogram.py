"""How often each value of κ occurs."""

import torch
from torch import Tensor


def histogram(maps: Tensor, edges: Tensor) -> Tensor:
    """Share of a map's pixels below, in each bin between the edges, and above.

    Args:
        maps: (N, S, S).
        edges: Of the bins, evenly spaced (bins + 1,).

    Returns:
        (N, bins + 2), of sum one.
    """
    count, low, width = len(edges) - 1, float(edges[0]), float(edges[1] - edges[0])
    bins = ((maps.flatten(1) - low) / width).floor().clamp(-1, count).long() + 1
    counts = torch.zeros(len(maps), count + 2, device=maps.device, dtype=maps.dtype)
    ones = torch.ones((), device=maps.device, dtype=maps.dtype).expand_as(bins)
    return counts.scatter_add_(1, bins, ones) / bins.shape[1]
