"""Whether a map moves with the evidence when a sample is moved along its line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.explain.methods import attribute
from workbench.explain.question import Question, margin

BY = (-2, -1, 1, 2)  # steps of the line that a sample is moved by


@dataclass(frozen=True)
class Moved:
    """Where a map's middle goes as samples move.

    Attributes:
        slope: Of the middle by the move, 1 if it goes along (B,).
        residual: What is left of the middles' places, root mean square (B,).
    """

    slope: np.ndarray
    residual: np.ndarray


def moved(
    question: Question,
    classes: Sequence[str],
    places: np.ndarray,
    method: str,
    by: Sequence[int] = BY,
) -> Moved:
    """Move samples along their line, ask again, and follow the middle of the shares.

    Args:
        question: About each sample's likeliest class.
        classes: Names of the classes.
        places: Of all cells in a row along the line (M,).
        method: That makes the maps.
        by: How many steps they are moved by.

    Raises:
        ValueError: the task's evidence has no line.
    """
    line = question.evidence.line
    if line is None:
        raise ValueError("the evidence has no line to be moved along")
    ways = np.array([0, *(step * line.step for step in by)], float)
    middles = [_middle(question, places, method)]
    for step in by:
        inputs = dict(
            zip(question.names, line.moved(question.inputs, step), strict=True)
        )
        there = margin(question.model, question.evidence, inputs, classes)
        middles.append(_middle(there, places, method))
    found = np.stack(middles, 1)  # (B, moves)
    x = ways - ways.mean()
    y = found - found.mean(1, keepdims=True)
    slope = y @ x / (x @ x)
    rest = y - slope[:, None] * x
    return Moved(slope, np.sqrt(np.square(rest).mean(1)))


def _middle(question: Question, places: np.ndarray, method: str) -> np.ndarray:
    """Mean place of what speaks for the answer (B,)."""
    shares = attribute(question, method).cells(question.evidence.axes)
    for_it = np.maximum(shares, 0)
    return for_it @ places / np.maximum(for_it.sum(1), 1e-12)
