"""Which test events are looked at, and how well they are answered."""

from html import escape
from typing import Any

import ipywidgets as w
import traitlets

from workbench.panels.fact_bar import FactBar, told
from workbench.panels.matrix import ANY
from workbench.panels.selection import SLICE, Selection
from workbench.uncertainty.calibration import WIDE

OUTCOMES = {"all": "all", "answered rightly": "right", "answered wrongly": "wrong"}


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
        names = self._selection.trained.task.classes
        classes: list[Any] = [("any", ANY), *((n, k) for k, n in enumerate(names))]
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
    right = selection.cohort.right(rows)
    low, high = right.interval(WIDE)
    return (
        f"{some}, <b>{100 * right.value:.1f} %</b> answered rightly "
        f"(95 %: {100 * low:.1f}–{100 * high:.1f} %)"
    )
