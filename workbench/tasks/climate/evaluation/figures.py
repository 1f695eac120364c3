"""Figures of the test report."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from workbench.style import LINE, OURS, PALE, new_figure, style
from workbench.tasks.climate.chart import CYCLONE_COLOUR
from workbench.tasks.climate.evaluation.confusion import overlap
from workbench.tasks.climate.pictures import draw_map
from workbench.tasks.climate.variables import CLASSES, CYCLONE, RIVER


def iou_bars(maps: torch.Tensor) -> Any:
    """How the intersection over union of cyclones and rivers varies from map to map.

    Args:
        maps: Grid points by true and named class of each map, (N, 3, 3).
    """
    each = torch.stack([overlap(counts) for counts in maps]).numpy()
    pooled = overlap(maps.sum(0)).numpy()
    with style():
        figure = new_figure(7.5, 2.6)
        colours = {CYCLONE: CYCLONE_COLOUR, RIVER: OURS}
        both = figure.subplots(1, 2, sharey=True)
        for axes, (code, colour) in zip(both, colours.items(), strict=True):
            there = maps[:, code].sum(1).numpy() + maps[:, :, code].sum(1).numpy() > 0
            axes.hist(each[there, code], np.linspace(0, 1, 21), color=colour)
            axes.axvline(pooled[code], color=PALE, linestyle="dashed")
            axes.set(title=CLASSES[code], xlabel="intersection over union", xlim=(0, 1))
            axes.grid(axis="y", color=LINE)
            axes.set_axisbelow(True)
        both[0].set_ylabel("maps")
    return figure


def gallery(
    samples: Sequence[Mapping[str, Any]], named: torch.Tensor, maps: torch.Tensor
) -> Any:
    """Three maps from the best to the worst, truth solid and prediction dashed.

    Args:
        samples: Maps with ``image`` and ``mask``.
        named: Predicted codes (N, H, W).
        maps: Grid points by true and named class of each map, (N, 3, 3).
    """
    score = torch.stack([overlap(counts)[1:].mean() for counts in maps])
    order = score.argsort(descending=True).tolist()
    chosen = dict.fromkeys([order[0], order[len(order) // 2], order[-1]])
    with style():
        figure = new_figure(9, 4.2 * len(chosen))
        panels = np.atleast_1d(figure.subplots(len(chosen), 1))
        for axes, row in zip(panels, chosen, strict=True):
            draw_map(axes, samples[row], named[row].numpy())
            axes.set_title(told(maps[row]))
    return figure


def told(counts: torch.Tensor) -> str:
    """How well a map is done, in words.

    Args:
        counts: Grid points by true and named class, (3, 3).
    """
    parts = [
        f"{CLASSES[code]}s {float(overlap(counts)[code]):.2f}"
        if counts[code].any() or counts[:, code].any()
        else f"no {CLASSES[code]}s"
        for code in (CYCLONE, RIVER)
    ]
    return "IoU: " + ", ".join(parts)
