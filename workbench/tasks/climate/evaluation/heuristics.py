"""The same maps by methods that learn nothing: what a network has to beat."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from workbench.progress import with_progress
from workbench.task import Table
from workbench.tasks.climate.baselines.heuristics import HEURISTICS, heuristics
from workbench.tasks.climate.evaluation.confusion import confusion, overlap
from workbench.tasks.climate.evaluation.points import KEYS
from workbench.tasks.climate.variables import CLASSES, CYCLONE, RIVER

Overlaps = dict[str, torch.Tensor]  # method → IoU of each class (3,)


def overlaps(samples: Sequence[Mapping[str, Any]], mask: torch.Tensor) -> Overlaps:
    """How well each method does for which the maps have the channels.

    Args:
        samples: Maps with ``image`` and ``names``.
        mask: True codes, (N, H, W).
    """
    counts: dict[str, torch.Tensor] = {}
    maps = list(zip(samples, mask, strict=True))
    shown = with_progress(maps, lambda _: 1, len(maps), "maps", what="heuristics")
    for sample, true in shown:
        fields = dict(zip(sample["names"], np.asarray(sample["image"]), strict=True))
        for name, codes in heuristics(fields):
            found = confusion(true[None], torch.from_numpy(codes).long()).sum(0)
            counts[name] = counts.get(name, torch.zeros_like(found)) + found
    return {name: overlap(count) for name, count in counts.items()}


def heuristic_numbers(found: Overlaps) -> dict[str, float]:
    """The best of them in each class, under its keys; none where none could be run."""
    numbers: dict[str, float] = {}
    for code in (CYCLONE, RIVER):
        each = [
            float(iou[code])
            for name, iou in found.items()
            if code in HEURISTICS[name].finds
        ]
        if each:
            numbers[f"test/iou_{KEYS[code]}_heuristics"] = max(each)
    return numbers


def heuristic_table(found: Overlaps, network: torch.Tensor) -> Table:
    """Intersection over union of each method, and of the network (3,)."""
    rows = [("the network", *(f"{float(network[k]):.3f}" for k in (CYCLONE, RIVER)))]
    for name, one in HEURISTICS.items():
        cells = (
            f"{float(found[name][k]):.3f}" if name in found and k in one.finds else "—"
            for k in (CYCLONE, RIVER)
        )
        rows.append((name, *cells))
    caption = (
        "Intersection over union with the same truth. Flood fill is the recipe that "
        "labelled the maps of Kurth et al. (2018), closed contours are those of "
        "TempestExtremes, transport is a threshold as in Rutz et al. (2014), and the "
        "posterior is that of TECA-BARD; thresholds were chosen on simulated maps of "
        "another seed. A dash: not what the method looks for, or a channel is missing."
    )
    columns = ("method", CLASSES[CYCLONE], CLASSES[RIVER])
    return Table("Beside methods that learn nothing", caption, columns, tuple(rows))
