"""How well maps were segmented: intersection over union, precision, recall."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.task import Evaluation, Table
from workbench.tasks.climate.variables import CLASSES

KEYS = ("background", "cyclone", "river")


def judge(outputs: Mapping[str, Any], model: Any, data: Any) -> Evaluation:
    """Judge collected test outputs against the generator's truth.

    Grid points count alike, as in what is published.
    """
    counts = np.asarray(outputs["counts"]).sum(0).astype(float)  # (true, named)
    right, true, named = np.diag(counts), counts.sum(1), counts.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        iou = right / (true + named - right)
        precision, recall = right / named, right / true
    numbers = {f"test/iou_{key}": float(iou[k]) for k, key in enumerate(KEYS)}
    numbers["test/iou_mean"] = float(iou.mean())
    rows = tuple(
        (name, *(f"{value[k]:.3f}" for value in (iou, precision, recall)))
        for k, name in enumerate(CLASSES)
    )
    caption = "Pooled over all test maps, grid points counting alike."
    columns = ("class", "IoU", "precision", "recall")
    table = Table("Against the generator's truth", caption, columns, rows)
    return Evaluation(numbers, (table,))
