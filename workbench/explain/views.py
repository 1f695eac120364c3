"""Whether the view that a map counts most is the one whose loss costs most."""

from dataclasses import dataclass

import numpy as np
import torch

from workbench.evidence import CHANNEL
from workbench.explain.question import Question
from workbench.explain.scores import hit_agreement


@dataclass(frozen=True)
class Views:
    """What a map says of whole inputs, and what the network says without them.

    Attributes:
        names: Of the V inputs.
        weight: Size of all shares in each (B, V).
        loss: What the answer loses when it is empty (B, V).
        stays: Whether the class that is answered stays (B, V).
    """

    names: tuple[str, ...]
    weight: np.ndarray
    loss: np.ndarray
    stays: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """Part of the shares' size that lies in each input (B, V)."""
        return self.weight / np.maximum(self.weight.sum(1, keepdims=True), 1e-12)

    @property
    def agreement(self) -> np.ndarray:
        """Rank correlation of weight and loss over samples, for each input (V,)."""
        every = np.ones((len(self.names), len(self.weight)), bool)
        return hit_agreement(self.weight.T, self.loss.T, every)

    @property
    def same_first(self) -> np.ndarray:
        """Whether the heaviest input is the one whose loss costs most (B,)."""
        return self.weight.argmax(1) == self.loss.argmax(1)


@torch.no_grad()
def views(question: Question, shares: np.ndarray) -> Views:
    """Set the shares of whole inputs beside what is lost without them.

    The network itself answers about samples one of whose inputs is empty.

    Args:
        question: About a class of each sample.
        shares: Of all cells, channels added up (B, M).
    """
    ends = np.cumsum([_cells(question, k) for k in range(len(question.names))])
    parts = np.split(np.abs(shares), ends[:-1], 1)
    whole = question.model(*question.inputs)
    loss: list[np.ndarray] = []
    stays: list[np.ndarray] = []
    for k, none in enumerate(question.nothing):
        inputs = list(question.inputs)
        inputs[k] = none
        said = question.model(*inputs)
        loss.append(((whole - said) * question.weights).sum(1).numpy())
        stays.append((said.argmax(1) == whole.argmax(1)).numpy())
    weight = np.stack([part.sum(1) for part in parts], 1)
    return Views(question.names, weight, np.stack(loss, 1), np.stack(stays, 1))


def _cells(question: Question, number: int) -> int:
    """How many cells an input has, its channels counted as one."""
    name, value = question.names[number], question.inputs[number]
    axes = question.evidence.axes[name]
    sizes = zip(axes, value.shape[1:], strict=True)
    return int(np.prod([size for axis, size in sizes if axis != CHANNEL]))
