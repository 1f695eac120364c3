"""What maps are worth when numbers are off by as much as calibration leaves open."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch

from workbench.explain.faithfulness import held, over_inputs
from workbench.explain.question import Question

DRAWS = 32  # of errors, for each sample
AGAIN = 3  # times that a map is made anew


@dataclass(frozen=True)
class Shaken:
    """What small errors of samples do to the answers about them.

    Attributes:
        cells: Of each sample, those that hold something (H,).
        parts: Of each sample, by which part of it each is off (D, H).
        change: Of the answer (B, D).
    """

    cells: list[np.ndarray]
    parts: list[np.ndarray]
    change: np.ndarray


@torch.no_grad()
def shaken(question: Question, seed: int = 0) -> Shaken:
    """Let every cell that holds something be off by a factor of its own.

    The network itself answers, not the one that hits fade in.

    Args:
        question: About the samples.
        seed: Of the errors.
    """
    there, before = held(question), _said(question, question.inputs)
    cells, parts, change = [], [], []
    for row, inside in enumerate(there):
        at = np.flatnonzero(inside)
        draw = np.random.default_rng((seed, row))
        part = draw.normal(0, question.evidence.calibration, (DRAWS, len(at)))
        off = np.zeros((DRAWS, len(inside)), np.float32)
        off[:, at] = part
        one = question[row : row + 1]
        after = _said(one, _off_by(one, off))
        cells.append(at)
        parts.append(part)
        change.append((after - before[row]).numpy())
    return Shaken(cells, parts, np.stack(change))


def infidelity(shares: np.ndarray, moved: Shaken) -> np.ndarray:
    """Part of the answer's change that a map does not foresee (B,): 0 all, 1 nothing.

    Yeh et al. (2019), arXiv:1901.09392. A cell that is off by the part r of what it
    holds, and whose share is a, ought to change the answer by r·a. Maps are on scales
    of their own, so that the best factor of each sample is taken, none below zero; the
    mean square that is left is divided by that of the change.

    Args:
        shares: Of all cells, channels added up (B, M).
        moved: What :func:`shaken` gives for the samples.
    """
    found = np.full(len(shares), np.nan)
    for row, (at, part) in enumerate(zip(moved.cells, moved.parts, strict=True)):
        told, change = part @ shares[row, at], moved.change[row].astype(float)
        if not change.any():
            continue
        size = told @ told
        factor = max(0.0, float(told @ change / size)) if size else 0.0
        found[row] = np.square(change - factor * told).sum() / (change @ change)
    return found


def sensitivity(
    question: Question, made: Callable[[Question], np.ndarray], seed: int = 0
) -> np.ndarray:
    """How far a map moves, as a part of itself, the worst of a few times (B,).

    Yeh et al. (2019), arXiv:1901.09392: maximum sensitivity.

    Args:
        question: About the samples.
        made: Gives the shares of all cells (B, M) that answer a question.
        seed: Of the errors.
    """
    there, before = held(question), made(question)
    size = np.linalg.norm(before, axis=1)
    worst = np.zeros(len(question))
    draw = np.random.default_rng(seed)
    for _ in range(AGAIN):
        off = draw.normal(0, question.evidence.calibration, there.shape) * there
        near = replace(question, inputs=_off_by(question, off.astype(np.float32)))
        worst = np.maximum(worst, np.linalg.norm(made(near) - before, axis=1))
    return np.divide(worst, size, out=np.full(len(size), np.nan), where=size > 0)


def _off_by(question: Question, part: np.ndarray) -> tuple[torch.Tensor, ...]:
    """The samples (B or 1, M) off by a part of what is in each cell (B, M)."""
    values = zip(
        question.inputs, question.nothing, over_inputs(question, part), strict=True
    )
    return tuple(value + share * (value - none) for value, none, share in values)


def _said(question: Question, inputs: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """What is asked about (B,), of the network as it is."""
    return (question.model(*inputs) * question.weights).flatten(1).sum(1)
