"""Training events that an answer is owed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from workbench.features import features, last_slopes


@dataclass(frozen=True)
class Examples:
    """Training events for each sample, the most telling first.

    Attributes:
        rows: Of the training events (B, K).
        scores: What they are ordered by (B, K).
    """

    rows: torch.Tensor
    scores: torch.Tensor


def nearest(
    model: nn.Module,
    last: nn.Module,
    samples: Sequence[torch.Tensor],
    training: Sequence[torch.Tensor],
    number: int = 5,
) -> Examples:
    """Training events that the network sees as most alike: cosine of features.

    Args:
        model: Called with inputs.
        last: Its last layer.
        samples: Inputs (B, …).
        training: Inputs (N, …).
        number: How many for each sample.
    """
    mine, theirs = (features(model, last, each) for each in (samples, training))
    return alike(mine, theirs, number)


def alike(mine: torch.Tensor, theirs: torch.Tensor, number: int) -> Examples:
    """The same by features (B, F) and (N, F) that are there already."""
    middle = theirs.mean(0)
    cosine = F.normalize(mine - middle) @ F.normalize(theirs - middle).T
    found = cosine.topk(min(number, cosine.shape[1]), 1)
    return Examples(found.indices, found.values)


def influential(
    models: Sequence[nn.Module],
    lasts: Sequence[nn.Module],
    samples: Sequence[torch.Tensor],
    answers: torch.Tensor,
    training: Sequence[torch.Tensor],
    labels: torch.Tensor,
    number: int = 5,
) -> Examples:
    """Training events whose steps brought the samples' losses down most.

    The scalar product of slopes of both losses by the weights of the last layer, summed
    over kept states of the training. After Pruthi et al. (2020), arXiv:2002.08484; all
    states are weighed alike here.

    Args:
        models: States of the training, called with inputs; they answer with logits.
        lasts: The last layer of each.
        samples: Inputs (B, …).
        answers: Classes (B,) whose losses are asked about.
        training: Inputs (N, …).
        labels: Classes (N,).
        number: How many for each sample.
    """
    total = torch.zeros(len(answers), len(labels))
    for model, last in zip(models, lasts, strict=True):
        mine, theirs = (
            last_slopes(model, last, given, partial(_loss, truth))
            for given, truth in ((samples, answers), (training, labels))
        )
        total += mine @ theirs.T
    found = total.topk(min(number, total.shape[1]), 1)
    return Examples(found.indices, found.values)


def _loss(truth: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(logits, truth, reduction="sum")
