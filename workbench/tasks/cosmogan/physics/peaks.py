"""How many peaks and minima a map has, by height."""

import torch
from torch import Tensor


def is_peak(maps: Tensor) -> Tensor:
    """Which pixels are above all eight around them; those at the edge have not eight.

    Args:
        maps: (N, S, S).

    Returns:
        Booleans (N, S − 2, S − 2).
    """
    sides = torch.maximum(maps[:, :, :-2], maps[:, :, 2:])
    middle = maps[:, :, 1:-1]
    rows = torch.maximum(sides, middle)
    highest = torch.maximum(rows[:, :-2], rows[:, 2:])
    highest = torch.maximum(highest, sides[:, 1:-1])
    return middle[:, 1:-1] > highest


def peak_counts(maps: Tensor, edges: Tensor) -> Tensor:
    """Number of peaks of each height; the outer bins have no outer edge.

    Minima are the peaks of −κ.

    Args:
        maps: (N, S, S).
        edges: Between the bins, rising, in the maps' unit (bins − 1,).

    Returns:
        (N, bins).
    """
    peaks = is_peak(maps)
    which = peaks.nonzero()[:, 0]
    bins = torch.bucketize(maps[:, 1:-1, 1:-1][peaks], edges.to(maps))
    counts = torch.bincount(
        which * (len(edges) + 1) + bins, minlength=len(maps) * (len(edges) + 1)
    )
    return counts.view(len(maps), -1).to(maps.dtype)
