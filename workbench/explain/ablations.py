"""Shares from taking parts of the inputs away, by Captum."""

import numpy as np
import torch
from captum.attr import FeatureAblation, ShapleyValueSampling

from workbench.errors import BadInput
from workbench.explain.drawing import drawn
from workbench.explain.parts import cut
from workbench.explain.question import Found, Maps, Question

ORDERS = 10  # in which parts are put back


def ablation(question: Question, parts: str) -> Found:
    """What the answer loses without a part, spread over what is in it.

    Zeiler and Fergus (2013), arXiv:1311.2901, where parts are patches.
    """
    steps, mask, inside = _parts(question, parts)
    found = FeatureAblation(question.asked()).attribute(
        steps,
        feature_mask=mask,
        additional_forward_args=question.context,
        perturbations_per_eval=max(1, question.at_once // len(question)),
    )
    return _spread(found, mask, inside), {"parts": parts}


def shapley(question: Question, parts: str) -> Found:
    """What a part adds, on average over random orders of putting parts back.

    Castro et al. (2009), Computers & Operations Research 36, 1726.
    """
    steps, mask, inside = _parts(question, parts)
    with drawn():
        found = ShapleyValueSampling(question.asked()).attribute(
            steps,
            feature_mask=mask,
            n_samples=ORDERS,
            additional_forward_args=question.context,
            perturbations_per_eval=max(1, question.at_once // len(question)),
        )
    return _spread(found, mask, inside), {"parts": parts, "orders": ORDERS}


def _parts(question: Question, name: str) -> tuple[Maps, Maps, Maps]:
    """Steps, the number of each cell's part, and which cells have something in them.

    What is empty in every sample is one part, the last.
    """
    known = question.evidence.parts
    if name not in known:
        raise BadInput(f"no parts {name!r}: choose from {', '.join(known)}")
    steps = tuple(step.detach() for step in question.steps)
    shapes = {
        key: tuple(step.shape[1:])
        for key, step in zip(question.names, steps, strict=True)
    }
    numbers = cut(shapes, question.evidence.axes, known[name])
    inside = tuple(step != 0 for step in steps)
    seen = {
        key: cells.any(0).numpy()
        for key, cells in zip(question.names, inside, strict=True)
    }
    met = np.unique(np.concatenate([numbers[key][seen[key]] for key in numbers]))
    most = max(int(number.max()) for number in numbers.values())
    place = np.full(most + 1, len(met))
    place[met] = np.arange(len(met))
    mask = tuple(torch.from_numpy(place[numbers[key]])[None] for key in question.names)
    return steps, mask, inside


def _spread(found: Maps, mask: Maps, inside: Maps) -> Maps:
    """Divide each part's share among the cells of it that hold something."""
    parts = 1 + max(int(number.max()) for number in mask)
    counts = torch.zeros(len(found[0]), parts)
    for number, cells in zip(mask, inside, strict=True):
        row = number.flatten().expand(len(cells), -1)
        counts.scatter_add_(1, row, cells.flatten(1).float())
    shares: list[torch.Tensor] = []
    for values, number, cells in zip(found, mask, inside, strict=True):
        many = counts[:, number.flatten()].view(values.shape).clamp(min=1)
        shares.append(values / many * cells)
    return tuple(shares)
