"""What each unit of a layer adds to an answer, in pictures and words."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import nn

from workbench.explain.explanation import Explanation
from workbench.explain.layers import conductance, layer_of
from workbench.style import NETWORK, OURS, new_figure, style
from workbench.task import Evaluation, Table

STRONGEST = 8  # units that the table names
LAST = (nn.Linear, nn.LayerNorm)  # whose units lie along the last axis


def of_units(found: Explanation, layer: str) -> np.ndarray:
    """What each unit of a layer adds to the answers (B, units), over all places.

    Raises:
        BadInput: there is no such layer; the message names those there are.
    """
    shares = conductance(found.question, layer).detach().numpy()
    last = isinstance(layer_of(found.question, layer)[1], LAST)
    units = np.moveaxis(shares, -1 if last else 1, 1)
    return units.reshape(*units.shape[:2], -1).sum(2)


def layer_view(found: Explanation, layer: str, rows: Sequence[int]) -> Evaluation:
    """The units of a layer that count most for test events, by their numbers."""
    units = of_units(found, layer)
    weight = np.abs(units).sum(0)
    part = weight / max(float(weight.sum()), 1e-12)
    first = np.argsort(-weight)[:STRONGEST]
    table = Table(
        f"What the units of {layer} add to the answer",
        f"Asked: why {found.question.about}? Conductance (Dhamdhere et al., "
        f"arXiv:1805.12233) of {units.shape[1]} units, over all places of each; the "
        f"{len(first)} that count most. Together all units of a layer that everything "
        "passes through add up to the answer less that of an empty input.",
        ("unit", "share of all", *(f"event {row}" for row in rows)),
        tuple(
            (str(unit), f"{100 * part[unit]:.0f} %",
             *(f"{value:+.2f}" for value in units[:, unit]))
            for unit in first
        ),
    )  # fmt: skip
    name = f"What each unit of {layer} adds: for the answer above, against it below"
    return Evaluation({}, (table,), {name: _bars(units, rows)})


def _bars(units: np.ndarray, rows: Sequence[int]) -> Any:
    with style():
        figure = new_figure(9, 1.3 * len(units) + 0.5)
        panels = figure.subplots(len(units), 1, squeeze=False, sharex=True)[:, 0]
        for axes, values, row in zip(panels, units, rows, strict=True):
            colours = [OURS if value > 0 else NETWORK for value in values]
            axes.bar(range(len(values)), values, 0.8, color=colours)
            axes.set_ylabel(f"event {row}")
            axes.axhline(0, color="black", linewidth=0.5)
        panels[-1].set_xlabel("unit")
    return figure
