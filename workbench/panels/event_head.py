"""Which event is shown, what is true of it and what was answered."""

from html import escape
from typing import Any

import ipywidgets as w
import numpy as np
import traitlets

from workbench.panels.events import on_click
from workbench.panels.selection import Selection
from workbench.uncertainty.cohort import Cohort


class EventHead:
    """The event's number, the way to its neighbours in the slice, truth and answer.

    Args:
        selection: What is chosen.

    Attributes:
        box: The widget to show.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._number: Any = w.BoundedIntText(
            selection.event,
            min=0,
            max=len(selection) - 1,
            description=f"test {selection.noun}",
        )
        self._number.layout.width = "13em"
        self._number.add_class("wb-event")
        self._link = traitlets.link((selection, "event"), (self._number, "value"))
        self._about = w.HTML().add_class("wb-about")
        ways = [self._button("◀", -1), self._button("▶", 1)]
        shown = [self._number, *ways, self._about]
        self.box: Any = w.HBox(shown).add_class("wb-event-head")
        selection.observe(self._tell, "event")
        self._tell()

    def close(self) -> None:
        """Follow the selection no more."""
        self._link.unlink()
        self._selection.unobserve(self._tell, "event")

    def _button(self, label: str, by: int) -> Any:
        which = "next" if by > 0 else "previous"
        button = w.Button(description=label, tooltip=f"The {which} one of the slice")
        button.layout.width = "3em"
        on_click(button.add_class(f"wb-{which}"), lambda: self._step(by))
        return button

    def _step(self, by: int) -> None:
        rows = self._selection.rows
        if len(rows):
            at = np.flatnonzero(rows == self._selection.event)
            place = int(at[0]) + by if len(at) else 0
            self._selection.event = int(rows[place % len(rows)])

    def _tell(self, _: Any = None) -> None:
        self._about.value = said(self._selection)


def said(selection: Selection) -> str:
    """Truth and answer of the event."""
    if not selection.sliced:
        return f"of {len(selection):,}"
    cohort, row = selection.cohort, selection.event
    names = cohort.trained.task.classes
    truth, answer = int(cohort.answers.labels[row]), int(cohort.answered[row])
    right = "✓ rightly" if truth == answer else "✗ wrongly"
    return (
        f"true: <b>{escape(names[truth])}</b>; answered {right}: "
        f"<b>{escape(names[answer])}</b> with {100 * cohort.confidence[row]:.1f} %"
        f"{_other(cohort, row)}"
    )


def _other(cohort: Cohort, row: int) -> str:
    if cohort.beside is None:
        return ""
    answer = cohort.trained.task.classes[cohort.beside.answered[row]]
    return f"; by {escape(cohort.beside.name)}: <b>{escape(answer)}</b>"
