"""Which test events are looked at, and how well they are answered."""

from html import escape
from typing import Any

import ipywidgets as w
import numpy as np
import traitlets

from workbench.panels.fact_bar import FactBar, told
from workbench.panels.matrix import ANY
from workbench.panels.selection import SLICE, Selection
from workbench.rates import Rate
from workbench.uncertainty.calibration import WIDE
from workbench.uncertainty.cohort import Cohort

OUTCOMES = {
    "all": "all",
    "answered rightly": "right",
    "answered wrongly": "wrong",
    "too unsure to be answered": "unanswered",
}


class CohortBar:
    """Lists and ranges that choose a slice, and how many events are in it.

    Args:
        selection: What is chosen.

    Attributes:
        box: The widget to show.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._counted = w.HTML().add_class("wb-counted")
        self._links: list[Any] = []
        self._facts = FactBar(selection)
        lists = self._lists() if selection.sliced else []
        shown = [*lists, self._facts.box, self._counted]
        self.box: Any = w.HBox(shown).add_class("wb-cohort")
        selection.observe(self._count, SLICE)
        self._count()

    def _lists(self) -> list[Any]:
        """True class, answer and outcome."""
        task = self._selection.trained.task
        known = [(task.classes[code], code) for code in task.ordered]
        classes: list[Any] = [("any", ANY), *known]
        lists = {
            "truth": ("true class", classes),
            "answer": ("answered", classes),
            "outcome": ("events", list(OUTCOMES.items())),
        }
        shown: list[Any] = []
        for name, (label, options) in lists.items():
            control = w.Dropdown(options=options, description=label)
            control.layout.width = "17em"
            control.add_class(f"wb-slice-{name}")
            ends = (self._selection, name), (control, "value")
            self._links.append(traitlets.link(*ends, (_listed, _chosen)))
            shown.append(control)
        return shown

    def close(self) -> None:
        """Follow the selection no more."""
        for link in self._links:
            link.unlink()
        self._facts.close()
        self._selection.unobserve(self._count, SLICE)

    def _count(self, _: Any = None) -> None:
        self._counted.value = f'<span role="status">{counted(self._selection)}</span>'


def _listed(code: Any) -> Any:
    """A choice as a list has it, which cannot have ``None`` among its values."""
    return ANY if code is None else code


def _chosen(code: Any) -> Any:
    return None if code == ANY else code


def counted(selection: Selection) -> str:
    """How many events are in the slice, and how many of them are answered rightly."""
    rows, cut = selection.rows, told(selection)
    by = f", {escape(cut)}" if cut else ""
    if not len(rows):
        return f"no {selection.noun}s in this slice{by}: choose another"
    some = f"<b>{len(rows):,}</b> of {len(selection):,} test {selection.noun}s{by}"
    if not selection.sliced:
        return some
    cohort = selection.cohort
    right = f"{_share(cohort.right(rows))} answered rightly"
    return f"{some}, {right}{_other(cohort, rows)}"


def _share(right: Rate) -> str:
    low, high = right.interval(WIDE)
    return (
        f"<b>{100 * right.value:.1f} %</b> (95 %: {100 * low:.1f}–{100 * high:.1f} %)"
    )


def _other(cohort: Cohort, rows: np.ndarray) -> str:
    """What a network beside this one does with the same events."""
    other = cohort.beside
    if other is None:
        return ""
    ours, theirs, p = other.against(cohort.answered_rightly, rows)
    return (
        f"; {_share(other.rate(rows))} by {escape(other.name)}: {ours:,} only here, "
        f"{theirs:,} only there (chance if both were equally good: {p:.2g})"
    )
