"""A shortcut whose place is known, for networks to take and for maps to find."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from workbench.evidence import CHANNEL, Axes
from workbench.explain.attribution import Attribution, in_a_row

Cell = tuple[str, tuple[int, ...]]  # an input, and a place in it


def planted(
    inputs: Mapping[str, torch.Tensor],
    labels: torch.Tensor,
    cells: Sequence[Cell],
    size: float,
) -> dict[str, torch.Tensor]:
    """Samples in which a cell gives the label away: the cell of its class is lit.

    Args:
        inputs: By name (B, …); they stay as they are.
        labels: Classes (B,).
        cells: Of each class, an input and a place in it.
        size: What is written there.
    """
    made = {name: value.clone() for name, value in inputs.items()}
    for row, label in enumerate(labels.tolist()):
        name, place = cells[label]
        made[name][(row, *place)] = size
    return made


def planted_mask(
    inputs: Mapping[str, torch.Tensor], axes: Mapping[str, Axes], cells: Sequence[Cell]
) -> np.ndarray:
    """Which of all cells in a row (M,) are those of the classes."""
    marks = {name: np.zeros((1, *value.shape[1:])) for name, value in inputs.items()}
    for name, place in cells:
        marks[name][(0, *place)] = 1
    for name, mark in marks.items():
        if CHANNEL in axes[name]:
            marks[name] = mark.sum(1 + axes[name].index(CHANNEL))
    return in_a_row(marks)[0] > 0


def share_planted(
    found: Attribution, axes: Mapping[str, Axes], mask: np.ndarray
) -> np.ndarray:
    """Part of the size of all shares that lies in the planted cells (B,).

    Args:
        found: A map of planted samples.
        axes: Of the inputs.
        mask: What :func:`planted_mask` gives.
    """
    size = np.abs(found.cells(axes))
    return size[:, mask].sum(1) / np.maximum(size.sum(1), 1e-12)
