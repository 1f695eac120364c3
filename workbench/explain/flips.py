"""The least change that turns an answer into another."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from workbench.explain.faithfulness import held, kept_only, places_of
from workbench.explain.question import Question

HALVINGS = 12  # of a range in which a change is looked for


@dataclass(frozen=True)
class Flip:
    """How little turns each sample's answer.

    Attributes:
        size: Of the change (B,); not a number where the largest does not turn it.
        answer: Class that is answered then (B,), or the first one.
    """

    size: np.ndarray
    answer: np.ndarray


def fewest_cells(question: Question, shares: np.ndarray) -> Flip:
    """How many cells have to go, those that speak most for the answer first.

    Args:
        question: About a class of each sample.
        shares: Of all cells, channels added up (B, M).
    """
    there = held(question)
    order = places_of(shares, there)
    most = there.sum(1)

    def without(number: np.ndarray) -> tuple[torch.Tensor, ...]:
        return kept_only(question, there & (order >= np.round(number)[:, None]))

    found = _least(question, without, most.astype(float))
    return Flip(np.ceil(found.size), found.answer)


def least_noise(question: Question, most: float = 1.0) -> Flip:
    """What part of all that is there must change, each number the way that hurts most.

    The sign of the slope says which way (Goodfellow et al., arXiv:1412.6572), so that
    calibration errors of any pattern need at least about as much.

    Args:
        question: About a class of each sample.
        most: The largest part that is tried.
    """
    steps = question.variables
    value = question.asked()(*steps, *question.context).sum()
    slopes = torch.autograd.grad(value, steps)
    worst = [
        -slope.sign() * step.abs() for slope, step in zip(slopes, steps, strict=True)
    ]

    def changed(part: np.ndarray) -> tuple[torch.Tensor, ...]:
        share = torch.from_numpy(part).float()
        moved = zip(question.inputs, worst, question.spread, strict=True)
        return tuple(
            value + share.view(-1, *[1] * (value.ndim - 1)) * away.detach() * one
            for value, away, one in moved
        )

    return _least(question, changed, np.full(len(question), most))


@torch.no_grad()
def _least(
    question: Question,
    changed: Callable[[np.ndarray], tuple[torch.Tensor, ...]],
    most: np.ndarray,
) -> Flip:
    """Halve the range between no change and the largest for each sample."""
    first = question.model(*question.inputs).argmax(1).numpy()

    def said(size: np.ndarray) -> np.ndarray:
        return question.model(*changed(size)).argmax(1).numpy()

    low, high = np.zeros(len(question)), most.copy()
    answer = said(high)
    never = answer == first
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        there = said(middle)
        turned = there != first
        answer = np.where(turned, there, answer)
        low, high = np.where(turned, low, middle), np.where(turned, middle, high)
    return Flip(np.where(never, np.nan, high), answer)
