"""A sample at a glance: vertices, kinematics, multiplicity and occupancy."""

from typing import Any

import numpy as np

from workbench.style import (
    NETWORK,
    OURS,
    PREVIOUS,
    new_figure,
    style,
)
from workbench.tasks.neutrino.evaluation.breakdown import multiplicity
from workbench.tasks.neutrino.geometry import VIEWS, table
from workbench.tasks.neutrino.plot import MATERIAL_COLOURS


def draw(truth: np.ndarray, occupancy: np.ndarray, first: np.ndarray) -> Any:
    """Eight distributions of a simulated sample.

    Args:
        truth: (N,) TRUTH.
        occupancy: (N, 3) cells above 5 % of the view's maximum.
        first: (N,) first hit plane less the vertex's plane.
    """
    with style():
        figure = new_figure(11, 7.5)
        grid = figure.add_gridspec(3, 4)
        _vertices(figure.add_subplot(grid[0, :]), truth["z"])
        panels = [
            (truth["energy"], np.linspace(0, 30, 61), "neutrino energy (GeV)"),
            (truth["q2"], np.linspace(0, 6, 61), "Q² (GeV²)"),
            (truth["w"], np.linspace(0.9, 5, 61), "W (GeV)"),
            (truth["inelasticity"], np.linspace(0, 1, 41), "inelasticity y"),
            (multiplicity(truth), np.arange(11) - 0.5, "charged hadrons"),
            (first, np.arange(-30.5, 11), "first hit plane − vertex plane"),
        ]
        for i, (values, bins, label) in enumerate(panels):
            axes = figure.add_subplot(grid[1 + i // 4, i % 4])
            axes.hist(values, bins, color=OURS)
            axes.set(xlabel=label, yticks=[])
        axes = figure.add_subplot(grid[2, 2:])
        for view, colour in enumerate((OURS, PREVIOUS, NETWORK)):
            axes.hist(
                occupancy[:, view],
                np.arange(0, 301, 5),
                histtype="step",
                color=colour,
                label=VIEWS[view],
            )
        axes.set(xlabel="cells above 5 % of the view's maximum", yticks=[])
        axes.legend()
    return figure


def _vertices(axes: Any, z: np.ndarray) -> None:
    """Vertices along the beam, the passive targets shaded by material."""
    for target in table()["targets"].values():
        colour = MATERIAL_COLOURS[target["parts"][-1]["material"]]
        axes.axvspan(*target["slot_mm"], color=colour, alpha=0.5, linewidth=0)
    axes.hist(z, np.arange(4200, 6180, 5.0), color=OURS)
    axes.set(xlabel="vertex z (mm); targets shaded", yticks=[])
