"""How wide, how lopsided and how heavy-tailed the values of a map are."""

import torch
from torch import Tensor

MOMENTS = ("standard deviation", "skewness", "kurtosis")


def moments(maps: Tensor) -> Tensor:
    """Standard deviation, skewness and excess kurtosis of each map about its own mean.

    The latter two are nothing for a map without variation. For a small field they fall
    short of those of the sky, whose mean is not the map's.

    Args:
        maps: (N, S, S).

    Returns:
        (N, 3).
    """
    values = maps.flatten(1)
    values = values - values.mean(1, keepdim=True)
    square = values.square()
    variance = square.mean(1)
    least = torch.finfo(maps.dtype).tiny
    scaled = values / variance.clamp_min(least).sqrt()[:, None]
    third = (scaled.square() * scaled).mean(1)
    fourth = scaled.square().square().mean(1)
    flat = variance <= least
    return torch.stack(
        [
            variance.sqrt(),
            third.masked_fill(flat, 0),
            (fourth - 3).masked_fill(flat, 0),
        ],
        1,
    )
