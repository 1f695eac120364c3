"""Which test events are looked at, and how well they are answered."""

from typing import Any

import ipywidgets as w
import traitlets

from workbench.panels.matrix import ANY
from workbench.panels.selection import Selection
from workbench.uncertainty.calibration import WIDE

WATCHED = ["truth", "answer", "outcome"]
OUTCOMES = {"all": "all", "answered rightly": "right", "answered wrongly": "wrong"}


class CohortBar:
    """Three lists that choose a slice, and how many events are in it.

    Args:
        selection: What is chosen.

    Attributes:
        box: The widget to show.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        names = selection.trained.task.classes
        classes: list[Any] = [("any", ANY), *((n, k) for k, n in enumerate(names))]
        lists = {
            "truth": ("true class", classes),
            "answer": ("answered", classes),
            "outcome": ("events", list(OUTCOMES.items())),
        }
        self._counted = w.HTML().add_class("wb-counted")
        self._links: list[Any] = []
        shown: list[Any] = []
        for name, (label, options) in lists.items():
            control = w.Dropdown(options=options, description=label)
            control.layout.width = "17em"
            control.add_class(f"wb-slice-{name}")
            ends = (selection, name), (control, "value")
            self._links.append(traitlets.link(*ends, (_listed, _chosen)))
            shown.append(control)
        self.box: Any = w.HBox([*shown, self._counted]).add_class("wb-cohort")
        selection.observe(self._count, WATCHED)
        self._count()

    def close(self) -> None:
        """Follow the selection no more."""
        for link in self._links:
            link.unlink()
        self._selection.unobserve(self._count, WATCHED)

    def _count(self, _: Any = None) -> None:
        self._counted.value = f'<span role="status">{counted(self._selection)}</span>'


def _listed(code: Any) -> Any:
    """A choice as a list has it, which cannot have ``None`` among its values."""
    return ANY if code is None else code


def _chosen(code: Any) -> Any:
    return None if code == ANY else code


def counted(selection: Selection) -> str:
    """How many events are in the slice, and how many of them are answered rightly."""
    rows = selection.rows
    right = selection.cohort.right(rows)
    if not len(rows):
        return "no events in this slice: choose another"
    low, high = right.interval(WIDE)
    return (
        f"<b>{len(rows):,}</b> of {len(selection.cohort):,} test events, "
        f"<b>{100 * right.value:.1f} %</b> answered rightly "
        f"(95 %: {100 * low:.1f}–{100 * high:.1f} %)"
    )
