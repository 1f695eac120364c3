"""What a generator in training draws of the same noise, and how its physics stands."""

from typing import Any

import numpy as np
import torch

from workbench.style import TRUTH, new_figure, style
from workbench.tasks.cosmogan.alarms import alarms
from workbench.tasks.cosmogan.data import ConvergenceData
from workbench.tasks.cosmogan.generator import Generator
from workbench.tasks.cosmogan.physics.figures import (
    draw_histogram,
    draw_minkowski,
    draw_power_ratio,
)
from workbench.tasks.cosmogan.physics.gates import QUICK, Measured
from workbench.tasks.cosmogan.physics.summary import Summary
from workbench.tasks.cosmogan.pictures import colour_bar, draw_map, scale

MAPS, SHOWN = 256, 6
NAMES = ("simulated", "generated")


def preview(model: Generator, data: ConvergenceData) -> Any:
    """Draw maps of fixed noise below simulated ones, their statistics, and alarms."""
    first, last = data.bounds("val")
    batch = data.batches[np.arange(first, min(last, first + MAPS))]
    moved = {name: values.to(model.device) for name, values in batch.items()}
    with torch.no_grad():
        maps = model.pairs(moved)
    real, generated = maps["real"], maps["generated"]
    summary = Summary.of(real, data.field)
    ours, theirs = (Measured.of(each, summary) for each in (real, generated))
    pair = ours.vectors, theirs.vectors
    with style():
        figure = new_figure(11.5, 10.5)
        rows = figure.subfigures(3, 1, height_ratios=(1.35, 1, 1))
        _draw_maps(rows[0], real, generated, data)
        left, middle, right = rows[1].subplots(1, 3)
        draw_power_ratio(left, summary, *pair, NAMES)
        draw_histogram(middle, summary, *pair, NAMES)
        _draw_gates(right, ours, theirs)
        draw_minkowski(rows[2].subplots(1, 3), summary, *pair, NAMES)
        rung = alarms(real, generated)
        if rung:
            figure.suptitle("; ".join(rung), color=TRUTH)
    return figure


def _draw_maps(
    figure: Any, real: np.ndarray, generated: np.ndarray, data: ConvergenceData
) -> None:
    panels = figure.subplots(2, SHOWN, squeeze=False)
    norm = scale(real)
    for line, maps, name in zip(panels, (real, generated), NAMES, strict=True):
        for axes, values in zip(line, maps, strict=False):
            draw_map(axes, values, data.field, norm)
            axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
        line[0].set_ylabel(name)
    colour_bar(panels, panels[0, 0].images[0])


def _draw_gates(axes: Any, real: Measured, generated: Measured) -> None:
    """The gates that are quickly measured, as text."""
    axes.set_axis_off()
    some = min(len(real), len(generated))
    lines = [f"gates on {some} maps"]
    for gate in QUICK:
        value = gate(real, generated)
        mark = "✓" if gate.passed(value) else "✗"
        sign = ">" if gate.above else "<"
        lines.append(f"{mark} {gate.title}:\n    {value:.3f} (bar: {sign} {gate.bar})")
    axes.text(0, 1, "\n".join(lines), va="top", transform=axes.transAxes, fontsize=9)
