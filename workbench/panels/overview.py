"""What is taken for what, and the events of a slice, mistakes first."""

from typing import Any

import ipywidgets as w
import numpy as np

from workbench.panels.lines import Axis, Line, Lines
from workbench.panels.matrix import ANY, Matrix
from workbench.panels.selection import SLICE, Selection

WIDE = {"width": "calc(100% - 4px)"}
LISTED = 200  # events of a slice


class Overview:
    """A confusion matrix that chooses a slice, and a list that chooses its events.

    Args:
        selection: What is chosen.

    Attributes:
        box: The widget to show.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection, self._busy = selection, False
        self.matrix = Matrix(selection.cohort)
        self._about = w.HTML()
        self.list: Any = w.Select(rows=16, tooltip="Events of the slice", layout=WIDE)
        self.list.add_class("wb-events")
        side = w.VBox([self._about, self.list]).add_class("wb-mistakes")
        beside = w.HBox([self.matrix, side]).add_class("wb-overview")
        self._far = self._offsets()
        self.box: Any = w.VBox([beside, self._far] if self._far else [beside])
        self.matrix.observe(self._chosen, "chosen")
        self.list.observe(self._picked, "value")
        selection.observe(self._sliced, SLICE)
        selection.observe(self._moved, "event")
        self._sliced()

    def _offsets(self) -> Lines | None:
        """How far off wrong answers are, where classes have an order."""
        steps = self._selection.trained.task.steps
        if not steps:
            return None
        return Lines(
            "How far off the wrong answers of the slice are",
            Axis(f"answered less true [{steps}]"),
            Axis("events", 0),
        ).add_class("wb-offsets")

    def close(self) -> None:
        """Follow the selection no more."""
        self._selection.unobserve(self._sliced, SLICE)
        self._selection.unobserve(self._moved, "event")

    def _chosen(self, change: Any) -> None:
        if self._busy:
            return
        truth, answer = (None if code == ANY else code for code in change["new"])
        with self._selection.hold_trait_notifications():
            self._selection.truth, self._selection.answer = truth, answer
            if truth is not None and answer is not None:
                self._selection.outcome = "all"

    def _picked(self, change: Any) -> None:
        if change["new"] is not None and not self._busy:
            self._selection.event = change["new"]

    def _sliced(self, change: Any = None) -> None:
        """Show the slice that is chosen now."""
        chosen = self._selection
        if change is None or change["name"] == "where":
            self.matrix.count(chosen.cohort.rows(where=chosen.where))
        pair = (chosen.truth, chosen.answer)
        rows = mistakes_first(chosen)
        self._busy = True
        try:
            self.matrix.chosen = [ANY if code is None else code for code in pair]
            self.list.options = [(self._named(row), int(row)) for row in rows[:LISTED]]
        finally:
            self._busy = False
        if self._far:
            off, counts = chosen.cohort.offsets(rows)
            edges = np.append(off - 0.5, off[-1] + 0.5)
            self._far.show([Line("wrong answers", edges, counts, "steps")])
        more = f", {LISTED} of {len(rows):,}" if len(rows) > LISTED else ""
        self._about.value = (
            f"Events of the slice{more}: mistakes first, the most confident on top"
        )
        self._moved()

    def _moved(self, _: Any = None) -> None:
        """Mark the event that is shown, if the list has it."""
        known = [row for _, row in self.list.options]
        event = self._selection.event
        self._busy = True
        try:
            self.list.value = event if event in known else None
        finally:
            self._busy = False

    def _named(self, row: int) -> str:
        cohort = self._selection.cohort
        names = cohort.trained.task.classes
        truth, answer = int(cohort.answers.labels[row]), int(cohort.answered[row])
        sure = f"{100 * cohort.confidence[row]:5.1f} %"
        if truth == answer:
            return f"✓ {row:5d}  {sure}  {names[truth]}"
        return f"✗ {row:5d}  {sure}  {names[truth]} taken for {names[answer]}"


def mistakes_first(selection: Selection) -> np.ndarray:
    """Events of the slice, wrong ones before right ones, the surest of each first."""
    cohort, rows = selection.cohort, selection.rows
    right = cohort.answered[rows] == cohort.answers.labels[rows]
    return rows[np.argsort(right, kind="stable")]
