"""Training events that the network takes for the same kind of thing as this one."""

from html import escape
from typing import Any

import ipywidgets as w

from workbench.explain.explanation import class_of
from workbench.explain.neighbours import Neighbours
from workbench.panels.drawn import png
from workbench.panels.picture import Picture
from workbench.panels.selection import Selection
from workbench.panels.spoken import COMPUTING
from workbench.panels.worker import Do
from workbench.runs.trained import Trained

SHOWN = 4
SIZE = 5.4, 4.6  # inches of each


class Relatives:
    """Small pictures of the nearest training events.

    Args:
        selection: What is chosen.
        trained: The network; nobody else uses it meanwhile.
        do: Has something done soon, in the panel's own thread.

    Attributes:
        box: The widget to show.
    """

    def __init__(self, selection: Selection, trained: Trained, do: Do) -> None:
        self._selection, self._trained, self._do = selection, trained, do
        self._known: Neighbours | None = None
        self._about = w.HTML().add_class("wb-caption")
        self._pictures = [Picture() for _ in range(SHOWN)]
        self._names = [w.HTML() for _ in range(SHOWN)]
        pairs = zip(self._names, self._pictures, strict=True)
        grid = w.VBox([w.VBox([*pair]) for pair in pairs]).add_class("wb-relatives")
        self.box: Any = w.VBox([self._about, grid])

    def show(self) -> None:
        """Look for training events like the one that is chosen."""
        self._about.value = COMPUTING
        self._do("relatives", self._find)

    def _find(self) -> None:
        if self._known is None:
            self._known = Neighbours.of(self._trained)
        event, task = self._selection.event, self._trained.task
        rows, likeness = self._known.nearest(
            self._trained.sample(self._selection.event), SHOWN
        )
        samples = [self._trained.data.sample(int(row)) for row in rows]
        self._about.value = (
            f"Of {len(self._known.rows):,} training events, drawn by chance, those "
            f"that the network takes for most like test event {event}: what its last "
            "layer reads of them points the same way (1: exactly). Alike to the "
            "network need not be alike to you."
        )
        shown = zip(self._pictures, self._names, samples, rows, likeness, strict=True)
        for picture, name, sample, row, score in shown:
            code = class_of(task, sample)
            kind = "map" if code is None else escape(task.classes[code])
            words = f"training event {row}: {kind}, likeness {score:.2f}"
            name.value = f"<b>{kind}</b>, likeness {score:.2f} (training event {row})"
            picture.show(png(task.plot(sample), *SIZE), words)
