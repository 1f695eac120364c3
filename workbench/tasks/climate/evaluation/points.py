"""Grid point by grid point against the generator's truth."""

import numpy as np
import torch

from workbench.task import Table
from workbench.tasks.climate.evaluation.confusion import confusion, overlap
from workbench.tasks.climate.variables import CLASSES

KEYS = ("background", "cyclone", "river")  # of classes in ``results.json``


def by_area(mask: torch.Tensor, named: torch.Tensor, area: np.ndarray) -> torch.Tensor:
    """Area by true and named class (3, 3).

    Args:
        mask: True codes, (N, H, W).
        named: Codes given, the same.
        area: Each row's share of the sphere, (H,).
    """
    rows = [confusion(mask[:, k], named[:, k]).sum(0) for k in range(len(area))]
    return (torch.stack(rows) * torch.as_tensor(area)[:, None, None]).sum(0)


def point_numbers(counts: torch.Tensor, areas: torch.Tensor) -> dict[str, float]:
    """Intersection over union under its keys, of points and of areas (3, 3)."""
    iou, weighed = overlap(counts), overlap(areas)
    found = {f"test/iou_{key}": float(iou[k]) for k, key in enumerate(KEYS)}
    found |= {f"test/iou_{key}_area": float(weighed[k]) for k, key in enumerate(KEYS)}
    return found | {"test/iou_mean": float(iou.mean())}


def point_table(counts: torch.Tensor, areas: torch.Tensor) -> Table:
    """IoU, precision and recall of each class."""
    hit = counts.diagonal()
    precision, recall = hit / counts.sum(0), hit / counts.sum(1)
    measures = (overlap(counts), overlap(areas), precision, recall)
    rows = tuple(
        (name, *(f"{float(value[k]):.3f}" for value in measures))
        for k, name in enumerate(CLASSES)
    )
    caption = (
        "Simulated maps, pooled. IoU, precision and recall count grid points alike, as "
        "published figures do; IoU by area weighs each by its area on the sphere."
    )
    columns = ("class", "IoU", "IoU by area", "precision", "recall")
    return Table("Against the generator's truth", caption, columns, rows)
