"""Which events are looked at: slices by class and outcome."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as w
import traitlets

from workbench.panels.selection import Selection

OUTCOMES = {"all": "all", "right": "answered rightly", "wrong": "answered wrongly"}
WIDE = 1.96  # standard deviations to either side: 95 %
ANY = -1  # a list takes no value at all for no choice


class CohortBar:
    """Three lists that cut a slice out of the test events, and how many it holds.

    Args:
        selection: That it changes and follows.

    Attributes:
        box: The widget to show.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        classes = selection.cohort.trained.task.classes
        lists = {
            "truth": ("true class", _choices(classes)),
            "answer": ("answered", _choices(classes)),
            "outcome": ("outcome", [(text, o) for o, text in OUTCOMES.items()]),
        }
        shown: list[Any] = []
        for name, (label, options) in lists.items():
            control = w.Dropdown(options=options, description=label)
            control.layout, control.style = (
                {"width": "18em"},
                {"description_width": "5em"},
            )
            control.add_class(f"wb-slice-{name}")
            traitlets.link((selection, name), (control, "value"), (_shown, _chosen))
            shown.append(control)
        self._counted = w.HTML().add_class("wb-counted")
        selection.observe(self._count, ["truth", "answer", "outcome"])
        self._count()
        self.box = w.HBox([*shown, self._counted]).add_class("wb-cohort")

    def _count(self, _: Any = None) -> None:
        cohort, rows = self._selection.cohort, self._selection.rows
        right = cohort.right(rows)
        text = f"<b>{len(rows):,}</b> of {len(cohort):,} test events"
        if len(rows):
            low, high = right.interval(WIDE)
            text += (
                f", <b>{100 * right.value:.2f} %</b> of them answered rightly (95 %: "
                f"{100 * low:.2f} – {100 * high:.2f} %)"
            )
        self._counted.value = f'<span role="status">{text}</span>'


def _choices(classes: Sequence[str]) -> list[tuple[str, int]]:
    named = [(f"{code} {name}", code) for code, name in enumerate(classes)]
    return [("any", ANY), *named]


def _shown(value: Any) -> Any:
    return ANY if value is None else value


def _chosen(value: Any) -> Any:
    return None if value == ANY else value
