"""Maps seen through a Gaussian beam."""

import math

import torch
from torch import Tensor

REACH = 3  # widths of the beam, beyond which it is cut


def margin(width: float) -> int:
    """Pixels that are lost on each side for a beam of that width in pixels."""
    return math.ceil(REACH * width)


def smooth(maps: Tensor, width: float) -> Tensor:
    """Convolve with a Gaussian, and keep only what saw no edge.

    Args:
        maps: (N, S, S).
        width: σ of the beam in pixels.

    Returns:
        (N, S − 2m, S − 2m) with m = ⌈3 σ⌉.
    """
    if width == 0:
        return maps
    edge, size = margin(width), maps.shape[-1]
    away = torch.arange(-edge, edge + 1)
    beam = torch.exp(-0.5 * (away / width) ** 2)
    rows = torch.arange(size - 2 * edge)[:, None]
    along = torch.zeros(len(rows), size)  # a product with it smooths one direction
    along.scatter_(1, rows + away + edge, (beam / beam.sum()).expand(len(rows), -1))
    along = along.to(maps)
    return along @ maps @ along.T
