"""Points of a plane, and where functions in a row take them; moved in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import anywidget
import numpy as np
import traitlets

from workbench.panels.modules import module, style

ROOM = 0.08  # beyond the outermost points, of their distance


@dataclass(frozen=True)
class Stage:
    """The plane after one more function.

    Attributes:
        name: What the points are now.
        points: (N, 2).
        curves: Each (M, 2) and whether it is bold; the same ones at every stage.
    """

    name: str
    points: np.ndarray
    curves: tuple[tuple[np.ndarray, bool], ...] = ()


@dataclass(frozen=True)
class Kinds:
    """What kinds of points there are.

    Attributes:
        of: The kind of each point, its number (N,).
        glyphs: A character for each.
        names: As the legend has them; none if the characters say it.
    """

    of: np.ndarray
    glyphs: tuple[str, ...]
    names: tuple[str, ...] = ()


class Plane(anywidget.AnyWidget):
    """Points of several kinds, seen before and after each of several functions.

    Args:
        movable: Whether a person may move a place.

    Attributes:
        stage: After how many functions one looks, and which part of the next; set it,
            or follow it.
        at: The place, at the first stage; set it, or follow it.
    """

    _esm = module("plane.js")
    _css = style("train.css") + style("lines.css") + style("lesson.css")
    _shown = traitlets.Dict().tag(sync=True)
    _mark = traitlets.Dict().tag(sync=True)
    stage = traitlets.Float(0.0).tag(sync=True)
    at = traitlets.List([0.0, 0.0]).tag(sync=True)

    def __init__(self, movable: bool = False) -> None:
        self._movable = movable
        super().__init__(_shown=self._about("", [], Kinds(np.zeros(0, int), ())))

    def show(self, title: str, stages: Sequence[Stage], kinds: Kinds) -> None:
        """Show these points, and no others."""
        self._shown = self._about(title, stages, kinds)

    def mark(self, places: np.ndarray, arrows: np.ndarray, said: str) -> None:
        """Say where the marked place goes, and which way leads downhill from there.

        Args:
            places: At every stage (stages, 2).
            arrows: Likewise; the longest is one.
            said: The same in words.
        """
        ways = {"places": places.tolist(), "arrows": arrows.tolist()}
        self._mark = ways | {"said": said}

    def _about(self, title: str, stages: Sequence[Stage], kinds: Kinds) -> Any:
        return {
            "title": title,
            "stages": [_plain(stage) for stage in stages],
            "kinds": kinds.of.tolist(),
            "glyphs": list(kinds.glyphs),
            "names": list(kinds.names),
            "movable": self._movable,
        }


def _plain(stage: Stage) -> dict[str, Any]:
    low, high = stage.points.min(0), stage.points.max(0)
    room = ROOM * float((high - low).max() or 1.0)
    (left, below), (right, above) = (low - room).tolist(), (high + room).tolist()
    return {
        "name": stage.name,
        "ends": [left, right, below, above],
        "points": _sent(stage.points),
        "curves": [{"places": _sent(c), "bold": bold} for c, bold in stage.curves],
    }


def _sent(places: np.ndarray) -> bytes:
    return np.ascontiguousarray(places, "<f4").tobytes()
