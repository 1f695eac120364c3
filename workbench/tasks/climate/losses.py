"""What a segmentation is trained to make small.

All take logits (B, C, H, W), the share of people who named each class (B, C, H, W),
which is nought or one where one truth is known and nought in all classes where nothing
is, the weight of each row's grid points (H, 1), and class weights (C,), of which some
make use.
"""

from collections.abc import Callable
from typing import Literal

import torch
from torch.nn import functional as F

Name = Literal[
    "mixed", "jaccard", "cross-entropy", "weighted-cross-entropy", "focal-tversky"
]
Loss = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
MISSED, ALARM, FOCUS = 0.7, 0.3, 0.75
_EMPTY = 1.0  # grid points that a class without any is taken to have


def jaccard(
    logits: torch.Tensor,
    shares: torch.Tensor,
    points: torch.Tensor,
    classes: torch.Tensor,
) -> torch.Tensor:
    """One less the intersection over union, pooled over the batch, mean of classes.

    The softmax is taken once; ClimateNet's published training takes it twice, so that
    no class can be named with confidence.
    """
    hit, named, true = _overlap(logits, shares, points)
    return 1 - ((hit + _EMPTY) / (named + true - hit + _EMPTY)).mean()


def focal_tversky(
    logits: torch.Tensor,
    shares: torch.Tensor,
    points: torch.Tensor,
    classes: torch.Tensor,
) -> torch.Tensor:
    """Misses weigh more than false alarms (Abraham and Khan, ISBI 2019)."""
    hit, named, true = _overlap(logits, shares, points)
    wrong = MISSED * (true - hit) + ALARM * (named - hit)
    return (
        (1 - (hit + _EMPTY) / (hit + wrong + _EMPTY)).clamp(min=1e-6).pow(FOCUS).mean()
    )


def cross_entropy(
    logits: torch.Tensor,
    shares: torch.Tensor,
    points: torch.Tensor,
    classes: torch.Tensor,
) -> torch.Tensor:
    """Cross entropy, grid points by their weight, classes alike."""
    each = -(shares * F.log_softmax(logits, 1)).sum(1)
    return (each * points).sum() / (shares.sum(1) * points).sum().clamp(min=1e-6)


def weighted_cross_entropy(
    logits: torch.Tensor,
    shares: torch.Tensor,
    points: torch.Tensor,
    classes: torch.Tensor,
) -> torch.Tensor:
    """Cross entropy, classes by their weight too."""
    return cross_entropy(logits, shares * classes[:, None, None], points, classes)


def mixed(
    logits: torch.Tensor,
    shares: torch.Tensor,
    points: torch.Tensor,
    classes: torch.Tensor,
) -> torch.Tensor:
    """Cross entropy, which leads at first, and the overlap that is judged."""
    overlap = jaccard(logits, shares, points, classes)
    return cross_entropy(logits, shares, points, classes) + overlap


LOSSES: dict[Name, Loss] = {
    "mixed": mixed,
    "jaccard": jaccard,
    "cross-entropy": cross_entropy,
    "weighted-cross-entropy": weighted_cross_entropy,
    "focal-tversky": focal_tversky,
}


def _overlap(
    logits: torch.Tensor, shares: torch.Tensor, points: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What was hit, what was named and what is true, in grid points, each (C,)."""
    weight = (shares.sum(1) * points)[:, None]  # (B, 1, H, W)
    named = logits.softmax(1) * weight
    true = shares * points
    hit = (named * shares).sum((0, 2, 3))
    return hit, named.sum((0, 2, 3)), true.sum((0, 2, 3))
