"""How often each value of κ occurs."""

import torch
from torch import Tensor


def histogram(maps: Tensor, edges: Tensor) -> Tensor:
    """Share of a map's pixels in each bin; the first and last bins have no outer edge.

    Args:
        maps: (N, S, S).
        edges: Between the bins, rising (bins − 1,).

    Returns:
        (N, bins), of sum one.
    """
    bins = torch.bucketize(maps.flatten(1), edges.to(maps))
    counts = torch.zeros(len(maps), len(edges) + 1, device=maps.device)
    return (
        counts.scatter_add_(1, bins, torch.ones_like(bins, dtype=counts.dtype))
        / (bins.shape[1])
    )
