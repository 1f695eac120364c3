"""The test report of a segmentation: numbers, tables and pictures."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from workbench.task import Evaluation, Table
from workbench.tasks.climate.confusion import confusion, overlap
from workbench.tasks.climate.figures import gallery, iou_bars
from workbench.tasks.climate.published import published_table
from workbench.tasks.climate.variables import CLASSES

KEYS = ("background", "cyclone", "river")


def judge(outputs: Mapping[str, np.ndarray], model: Any, data: Any) -> Evaluation:
    """Judge probabilities against the generator's truth.

    Args:
        outputs: ``index`` (N,) and ``probabilities`` (N, 3, H, W).
        model: Who answered.
        data: Where the truth is.
    """
    order = np.argsort(outputs["index"])
    index, chances = outputs["index"][order], outputs["probabilities"][order]
    named = torch.from_numpy(chances.argmax(1))
    samples = [data.sample(int(row)) for row in index]
    mask = torch.stack([torch.as_tensor(sample["mask"]) for sample in samples])
    maps = confusion(mask, named)
    counts = maps.sum(0)
    rows = torch.as_tensor(data.area)
    by_area = sum(
        float(rows[k]) * confusion(mask[:, k], named[:, k]).sum(0)
        for k in range(len(rows))
    )
    assert isinstance(by_area, torch.Tensor)
    iou, areas = overlap(counts), overlap(by_area)
    numbers = {f"test/iou_{key}": float(iou[k]) for k, key in enumerate(KEYS)}
    numbers |= {f"test/iou_{key}_area": float(areas[k]) for k, key in enumerate(KEYS)}
    numbers["test/iou_mean"] = float(iou.mean())
    tables = (_truth_table(counts, iou, areas), published_table())
    figures = {
        "Intersection over union, map by map": iou_bars(maps),
        "The best, a middling and the worst map": gallery(samples, named, maps),
    }
    headline = ("test/iou_mean", "test/iou_cyclone", "test/iou_river")
    return Evaluation(numbers, tables, figures, headline)


def _truth_table(counts: torch.Tensor, iou: torch.Tensor, area: torch.Tensor) -> Table:
    hit = counts.diagonal()
    precision, recall = hit / counts.sum(0), hit / counts.sum(1)
    measures = (iou, area, precision, recall)
    rows = tuple(
        (name, *(f"{float(value[k]):.3f}" for value in measures))
        for k, name in enumerate(CLASSES)
    )
    caption = (
        "Pooled over all test maps. IoU, precision and recall count grid points alike, "
        "as published figures do; IoU by area weighs each by its area on the sphere."
    )
    columns = ("class", "IoU", "IoU by area", "precision", "recall")
    return Table("Against the generator's truth", caption, columns, rows)
