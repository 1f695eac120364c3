"""What the network says when the cells a map calls important go, or come, first."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from workbench.evidence import CHANNEL
from workbench.explain.question import Question

FRACTIONS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)  # of the hits


@dataclass(frozen=True)
class Faithfulness:
    """Probability of the answer as hits go and as they come, strongest first.

    Attributes:
        deletion: (B, F) without the first share of hits; low is good.
        insertion: (B, F) with these alone; high is good.
    """

    deletion: np.ndarray
    insertion: np.ndarray

    @property
    def deletion_auc(self) -> np.ndarray:
        """Mean over shares of hits (B,)."""
        return np.trapezoid(self.deletion, FRACTIONS)

    @property
    def insertion_auc(self) -> np.ndarray:
        """Mean over shares of hits (B,)."""
        return np.trapezoid(self.insertion, FRACTIONS)


@torch.no_grad()
def faithfulness(question: Question, shares: np.ndarray) -> Faithfulness:
    """Take hits away, and put them back, in the order of their shares.

    Petsiuk et al. (2018), arXiv:1806.07421, over cells that hold something alone.

    Args:
        question: About a class of each sample.
        shares: Of all cells, channels added up (B, M).
    """
    there = held(question)
    order = places_of(shares, there)
    hits = there.sum(1, keepdims=True)
    curves: list[list[np.ndarray]] = [[], []]
    for fraction in FRACTIONS:
        first = order < np.round(fraction * hits)
        for curve, kept in zip(curves, (there & ~first, there & first), strict=True):
            curve.append(_probability(question, kept))
    return Faithfulness(*(np.stack(curve, 1) for curve in curves))


def places_of(shares: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Place of each cell in the order of shares, empty ones last (B, M), from 0."""
    return np.argsort(np.argsort(np.where(there, -shares, np.inf), 1), 1)


def held(question: Question) -> np.ndarray:
    """Cells that hold something, in a row (B, M)."""
    flat: list[np.ndarray] = []
    for name, step in zip(question.names, question.steps, strict=True):
        inside: Any = step.ne(0).numpy()
        if CHANNEL in question.evidence.axes[name]:
            inside = inside.any(1 + question.evidence.axes[name].index(CHANNEL))
        flat.append(inside.reshape(len(inside), -1))
    return np.concatenate(flat, 1)


def over_inputs(question: Question, rows: np.ndarray) -> tuple[torch.Tensor, ...]:
    """Numbers of all cells in a row (B, M) in the inputs' shapes, one for all channels.

    B may be any number of samples.
    """
    found: list[torch.Tensor] = []
    first = 0
    for name, value in zip(question.names, question.inputs, strict=True):
        axes = question.evidence.axes[name]
        place = axes.index(CHANNEL) + 1 if CHANNEL in axes else None
        shape = [n for axis, n in enumerate(value.shape) if axis not in (0, place)]
        size = int(np.prod(shape))
        part = rows[:, first : first + size].reshape(len(rows), *shape)
        numbers = torch.from_numpy(part)
        found.append(numbers if place is None else numbers.unsqueeze(place))
        first += size
    return tuple(found)


def kept_only(question: Question, kept: np.ndarray) -> tuple[torch.Tensor, ...]:
    """The samples with some of their cells alone (B, M), nothing in the others."""
    masks = over_inputs(question, kept)
    parts = zip(masks, question.inputs, question.nothing, strict=True)
    return tuple(torch.where(mask, value, none) for mask, value, none in parts)


def _probability(question: Question, kept: np.ndarray) -> np.ndarray:
    """Of each sample's class (B,), when only some of its cells are kept (B, M).

    The mean over the points of a thing that is outlined.
    """
    inputs = kept_only(question, kept)
    said: list[torch.Tensor] = []
    for part in zip(*(value.split(question.at_once) for value in inputs), strict=True):
        said.append(question.model(*part).float().softmax(1))
    asked = question.weights.clamp(min=0)
    return (torch.cat(said) * asked).flatten(1).sum(1).numpy()
