"""The test report of a segmentation: numbers, tables and pictures."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from workbench.task import Evaluation
from workbench.tasks.climate.evaluation.confusion import confusion, overlap
from workbench.tasks.climate.evaluation.figures import gallery, iou_bars
from workbench.tasks.climate.evaluation.heuristics import (
    heuristic_numbers,
    heuristic_table,
    overlaps,
)
from workbench.tasks.climate.evaluation.people import (
    against_people,
    people_numbers,
    people_table,
)
from workbench.tasks.climate.evaluation.points import (
    by_area,
    point_numbers,
    point_table,
)
from workbench.tasks.climate.evaluation.published import published_table
from workbench.tasks.climate.evaluation.systems import system_results

HEADLINE = ("test/iou_mean", "test/iou_cyclone", "test/iou_river")


def judge(outputs: Mapping[str, np.ndarray], model: Any, data: Any) -> Evaluation:
    """Judge probabilities against the generator's truth, and against people.

    Args:
        outputs: ``index`` (N,) and ``probabilities`` (N, 3, H, W).
        model: Who answered.
        data: Where the truth is.
    """
    order = np.argsort(outputs["index"])
    samples = [data.sample(int(row)) for row in outputs["index"][order]]
    named = torch.from_numpy(outputs["probabilities"][order].argmax(1))
    mask = torch.stack([sample["mask"] for sample in samples])
    maps = confusion(mask, named)
    areas = by_area(mask, named, data.area)
    events, event_table = system_results(mask, named)
    others = overlaps(samples, mask)
    numbers = point_numbers(maps.sum(0), areas) | heuristic_numbers(others) | events
    beside = heuristic_table(others, overlap(maps.sum(0)))
    tables = [point_table(maps.sum(0), areas), beside, event_table]
    if all("labels" in sample for sample in samples):
        labels = torch.stack([sample["labels"] for sample in samples])
        compared = against_people(labels, mask, named)
        numbers |= people_numbers(compared)
        tables.append(people_table(compared, labels.shape[1]))
    figures = {
        "Intersection over union, map by map": iou_bars(maps),
        "The best, a middling and the worst map": gallery(samples, named, maps),
    }
    return Evaluation(numbers, (*tables, published_table()), figures, HEADLINE)
