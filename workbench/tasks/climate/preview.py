"""What a network in training says of two maps of the validation sample."""

from typing import Any

import numpy as np

from workbench.style import new_figure, style
from workbench.tasks.climate.data import ClimateData
from workbench.tasks.climate.evaluation.confusion import confusion
from workbench.tasks.climate.evaluation.figures import told
from workbench.tasks.climate.model import Segmenter
from workbench.tasks.climate.pictures import draw_map
from workbench.tasks.climate.variables import CYCLONE

MAPS = 2


def preview(model: Segmenter, data: ClimateData) -> Any:
    """Draw outlines of truth and prediction on two maps, cyclones on both if any have.

    Args:
        model: Is asked for the probabilities of the classes.
        data: Gives the maps.
    """
    rows = _rows(data)
    batch = data.batches[rows]
    moved = {name: values.to(model.device) for name, values in batch.items()}
    named = model.predict_step(moved, 0)["probabilities"].argmax(1).cpu()
    with style():
        figure = new_figure(8.5, 4.2 * len(rows))
        panels = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
        for axes, row, codes in zip(panels, rows, named, strict=True):
            sample = data.sample(int(row))
            draw_map(axes, sample, codes.numpy())
            axes.set_title(told(confusion(sample["mask"][None], codes[None])[0]))
    return figure


def _rows(data: ClimateData) -> np.ndarray:
    """The first validation maps on which somebody sees a cyclone, or the first."""
    first, last = data.bounds("val")
    seen = data.source.counts[first:last, :, CYCLONE].sum(1) > 0
    order = np.argsort(~seen, kind="stable")
    return first + np.sort(order[:MAPS])
