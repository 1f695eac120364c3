"""What to do with answers that are not sure: sets, or none at all."""

from html import escape
from typing import Any

import ipywidgets as w
import traitlets

from workbench.panels.abstention import Abstention
from workbench.panels.events import on_click
from workbench.panels.promised import Promised
from workbench.panels.selection import Selection
from workbench.uncertainty.known import Known
from workbench.uncertainty.operating import in_words

SETS = (
    "A set of classes that holds the true one with a chance of 1 − α, promised for "
    "events of the same kind, on average over all: not for each class by itself."
)


class Decisions:
    """Promises, an operating point, and what both mean for one event.

    Args:
        selection: Slice and event.
        known: What calibrates.
        alpha: To begin with.

    Attributes:
        box: The widget to show.
    """

    def __init__(self, selection: Selection, known: Known, alpha: float) -> None:
        self._selection = selection
        self._event = w.HTML().add_class("wb-event-set")
        self.abstention = Abstention(selection, known)
        self.promised = Promised(selection, known, alpha)
        number: Any = w.BoundedIntText(
            selection.event,
            min=0,
            max=len(selection.cohort) - 1,
            description="event",
            style={"description_width": "8em"},
        ).add_class("wb-event")
        self._link = traitlets.link((selection, "event"), (number, "value"))
        less = w.Button(description="a less sure one").add_class("wb-less-sure")
        less.tooltip = "The next event of the slice, which is ordered by confidence"
        on_click(less, self._next)
        selection.observe(self._tell, ["event"])
        controls = self.promised.alpha, self.promised.kind, self.abstention.share
        for control in controls:  # their own panels have heeded them by then
            control.observe(self._tell, "value")
        self._tell()
        self.box = w.VBox(
            [
                w.HTML(f"<h3>Sets that hold the truth</h3><p>{escape(SETS)}</p>"),
                self.promised.box,
                w.HTML("<h3>Answer only where it is sure</h3>"),
                self.abstention.box,
                w.HTML("<h3>One event</h3>"),
                w.HBox([number, less]),
                self._event,
            ]
        ).add_class("wb-decisions")

    def close(self) -> None:
        """Follow the selection no more."""
        self._link.unlink()
        self._selection.unobserve(self._tell, ["event"])
        self.abstention.close()
        self.promised.close()

    def _next(self) -> None:
        rows = [int(row) for row in self._selection.rows]
        if rows:
            here = self._selection.event
            place = rows.index(here) + 1 if here in rows else 0
            self._selection.event = rows[place % len(rows)]

    def _tell(self, _: Any = None) -> None:
        row, promise = self._selection.event, self.promised.promise
        task = self._selection.cohort.trained.task
        p = self.promised.test.probabilities
        held, p = promise.shown(p)[row], p[row]
        answer, truth = int(p.argmax()), int(self.promised.test.labels[row])
        point = self.abstention.point
        given = point is not None and p.max() >= point.confidence
        named = f"{task.target} {answer} ({escape(task.classes[answer])})"
        words = escape(in_words(held, task.classes, task.target))
        self._event.value = (
            f'<p role="status">Event {row}: {named} with a probability of '
            f"{100 * p.max():.2f} %, which {'is' if given else 'is <b>not</b>'} "
            f"answered at this operating point. Its set, promised with "
            f"{100 * (1 - promise.alpha):.4g} %: <b>{words}</b>. In truth "
            f"{truth} ({escape(task.classes[truth])}).</p>"
        )
