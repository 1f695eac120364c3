"""A surface over two axes, drawn in the browser, and paths on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import anywidget
import numpy as np
import traitlets

from workbench.panels.modules import module, style

LEVELS = 14


@dataclass(frozen=True)
class Path:
    """Where something went.

    Attributes:
        name: As the legend has it.
        places: (steps + 1, 2); not a number where it is lost.
        told: How it ended, in words.
        colour: Number of its colour and dashes.
        faint: Whether it is only there to compare with.
    """

    name: str
    places: np.ndarray
    told: str
    colour: int = 0
    faint: bool = False


class Surface(anywidget.AnyWidget):
    """Level lines of a height over two axes, and paths that are walked step by step.

    Args:
        names: Of the axes.
        movable: Whether a person may move the start.

    Attributes:
        start: Where paths begin; set it, or follow it.
    """

    _esm = module("surface.js")
    _css = style("train.css") + style("lines.css") + style("lesson.css")
    _ground = traitlets.Dict().tag(sync=True)
    _paths = traitlets.List().tag(sync=True)
    start = traitlets.List([0.0, 0.0]).tag(sync=True)

    def __init__(self, names: tuple[str, str], movable: bool = False) -> None:
        self._about = {"names": list(names), "movable": movable}
        nothing = ground("", np.zeros((2, 2)), (0, 1), (0, 1), [0.0])
        super().__init__(_ground=self._about | nothing)

    def show(
        self,
        title: str,
        heights: np.ndarray,
        x: tuple[float, float],
        y: tuple[float, float],
        levels: Sequence[float] | None = None,
        marks: Sequence[tuple[tuple[float, float], str]] = (),
    ) -> None:
        """Show another surface.

        Args:
            title: What it is, with its unit.
            heights: (rows, columns), rows from below.
            x: Ends of the horizontal axis.
            y: Ends of the vertical one.
            levels: At which lines are drawn; where they lie evenly if not given.
            marks: Places with a name.
        """
        chosen = even_levels(heights) if levels is None else levels
        shown = ground(title, heights, x, y, chosen)
        named = [{"at": list(place), "name": name} for place, name in marks]
        self._ground = self._about | shown | {"marks": named}

    def walk(self, paths: Sequence[Path]) -> None:
        """Show these paths and no others."""
        self._paths = [
            {
                "name": path.name,
                "told": path.told,
                "colour": path.colour,
                "faint": path.faint,
                "places": np.ascontiguousarray(path.places, "<f4").tobytes(),
            }
            for path in paths
        ]


def even_levels(heights: np.ndarray, count: int = LEVELS) -> list[float]:
    """Heights that divide a picture into parts of the same area."""
    known = heights[np.isfinite(heights)]
    found = np.quantile(known, (np.arange(count) + 0.5) / count)
    return sorted({float(f"{value:.2g}") for value in found})


def ground(
    title: str,
    heights: np.ndarray,
    x: tuple[float, float],
    y: tuple[float, float],
    levels: Sequence[float],
) -> dict[str, Any]:
    """What the browser needs of a surface."""
    import contourpy

    rows, columns = heights.shape
    across, up = np.linspace(*x, columns), np.linspace(*y, rows)
    contours = contourpy.contour_generator(across, up, heights)
    lines = [
        {"level": level, "places": np.ascontiguousarray(line, "<f4").tobytes()}
        for level in levels
        for line in contours.lines(level)
    ]
    shade = np.searchsorted(np.asarray(levels), heights) / max(1, len(levels))
    return {
        "title": title,
        "x": list(x),
        "y": list(y),
        "shade": shade.astype("<f4").tobytes(),
        "shape": [rows, columns],
        "lines": lines,
        "marks": [],
    }
