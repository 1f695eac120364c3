"""Lines that a control moves, drawn in the browser in milliseconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import anywidget
import numpy as np
import traitlets

from workbench.panels.modules import module, style


@dataclass(frozen=True)
class Axis:
    """One of the two.

    Attributes:
        label: What it measures, and in which unit.
        low: Its beginning; that of the lines if not given.
        high: Its end, likewise.
        log: Whether equal steps are equal factors.
        percent: Whether fractions are shown in percent.
        names: Of the places 0, 1, … where it measures nothing.
    """

    label: str
    low: float | None = None
    high: float | None = None
    log: bool = False
    percent: bool = False
    names: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Line:
    """A line, or points, with a name.

    Attributes:
        name: As the legend has it.
        x: Where (N,); of ``steps`` the edges (N + 1,).
        y: How much (N,).
        kind: A ``line``, ``points`` alone or ``joined``, or ``steps``.
        band: Ends of the bar of each point (2, N).
        colour: Number of its colour and dashes.
        faint: Whether it is only there to compare with.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    kind: Literal["line", "points", "joined", "steps"] = "line"
    band: np.ndarray | None = None
    colour: int = 0
    faint: bool = False


class Lines(anywidget.AnyWidget):
    """Named lines over two axes, and a marker that may be moved.

    Args:
        title: What is shown.
        x: The horizontal axis.
        y: The vertical axis.
        movable: Whether a person may move the marker.

    Attributes:
        marker: Where it is; set it, or follow it.
        said: What it means there, in words.
    """

    _esm = module("lines.js")
    _css = style("train.css") + style("lines.css")
    _shown = traitlets.Dict().tag(sync=True)
    marker = traitlets.Float(None, allow_none=True).tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)

    def __init__(self, title: str, x: Axis, y: Axis, movable: bool = False) -> None:
        self._about = {
            "title": title,
            "x": vars(x),
            "y": vars(y),
            "movable": movable,
        }
        super().__init__(_shown=self._about | {"lines": []})

    def relabel(self, x: Axis, y: Axis) -> None:
        """Have other axes from the next lines on."""
        self._about |= {"x": vars(x), "y": vars(y)}

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines and no others."""
        self._shown = self._about | {"lines": [_plain(line) for line in lines]}


def _plain(line: Line) -> dict[str, Any]:
    parts = {"x": line.x, "y": line.y}
    if line.band is not None:
        parts |= {"low": line.band[0], "high": line.band[1]}
    sent: dict[str, Any] = {
        name: np.ascontiguousarray(values, "<f8").tobytes()
        for name, values in parts.items()
    }
    look = {"kind": line.kind, "colour": line.colour, "dash": line.colour}
    return {"name": line.name, "faint": line.faint, **look, **sent}
