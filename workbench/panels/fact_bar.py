"""Slices by what is known of events beside their class, such as energy."""

from typing import Any

import ipywidgets as w
import numpy as np

from workbench.panels.events import on_change, on_click
from workbench.panels.selection import Selection
from workbench.task import Fact

NONE = ""
FEW = 12  # values that are offered one by one
PARTS = (0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1)
LABEL = {"description_width": "4em"}


class FactBar:
    """A list of what is known, the range of the one that is chosen, and a way back.

    Args:
        selection: What is chosen.

    Attributes:
        box: The widget to show; empty where nothing is known.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection, self._busy = selection, False
        self._facts = {
            name: places
            for name, fact in selection.facts.items()
            if len(places := places_of(fact)) > 1
        }
        options: list[Any] = [("anything", NONE), *((n, n) for n in self._facts)]
        self.fact: Any = w.Dropdown(options=options, description="and by", style=LABEL)
        self.fact.layout.width = "21em"
        self.fact.add_class("wb-slice-fact")
        self._range = w.VBox([])
        self._back = w.Button(description="all again", tooltip="Slice by no range")
        on_click(self._back.add_class("wb-slice-back"), self._all)
        shown = [self.fact, self._range, self._back] if self._facts else []
        self.box: Any = w.HBox(shown).add_class("wb-facts")
        on_change(self.fact, lambda _: self._offer())
        selection.observe(self._follow, "where")
        self._follow()

    def close(self) -> None:
        """Follow the selection no more."""
        self._selection.unobserve(self._follow, "where")

    def _offer(self) -> None:
        """Show the range of what was chosen from the list."""
        name = self.fact.value
        if name == NONE:
            self._range.children = ()
            return
        places = self._facts[name]
        control: Any = w.SelectionRangeSlider(
            options=list(places.items()),
            value=self._there(name),
            continuous_update=False,
            layout={"width": "24em"},
        ).add_class("wb-slice-range")
        on_change(control, lambda value: self._chosen(name, value))
        self._range.children = (control,)

    def _there(self, name: str) -> tuple[float, float]:
        """Places of the range that is chosen now."""
        values = np.array([*self._facts[name].values()])
        low, high = self._selection.where.get(name, (values[0], values[-1]))
        near = [int(np.abs(values - end).argmin()) for end in (low, high)]
        return values[near[0]].item(), values[near[1]].item()

    def _chosen(self, name: str, value: tuple[float, float]) -> None:
        if self._busy:
            return
        values = [*self._facts[name].values()]
        others = {n: r for n, r in self._selection.where.items() if n != name}
        every = value == (values[0], values[-1])
        self._selection.where = others if every else others | {name: value}

    def _all(self) -> None:
        self._selection.where = {}

    def _follow(self, _: Any = None) -> None:
        """Show the range that is chosen, by this bar or another."""
        where = self._selection.where
        self._back.layout.display = "" if where else "none"
        if self.fact.value == NONE and where:
            known = [name for name in where if name in self._facts]
            self.fact.value = known[0] if known else NONE
        for control in self._range.children:
            self._busy = True
            try:
                control.value = self._there(self.fact.value)
            finally:
                self._busy = False


def places_of(fact: Fact) -> dict[str, float]:
    """Where a range may begin or end: every value of a few, else quantiles.

    Returns:
        What people read → value, rising.
    """
    values = np.asarray(fact.values, float)
    known = np.unique(values[np.isfinite(values)])
    if fact.names:
        return {fact.names[int(code)]: float(code) for code in known}
    if len(known) <= FEW:
        return {f"{value:g}": float(value) for value in known}
    inner = [float(f"{q:.3g}") for q in np.quantile(values[np.isfinite(values)], PARTS)]
    ends = {f"{known[0]:.3g}": float(known[0])}
    ends |= {f"{q:g}": q for q in inner[1:-1] if known[0] < q < known[-1]}
    return ends | {f"{known[-1]:.3g}": float(known[-1])}


def told(selection: Selection) -> str:
    """What the slice is cut by, in words: ``neutrino energy [GeV] 2 to 5``."""
    parts: list[str] = []
    for name, (low, high) in selection.where.items():
        names = selection.facts[name].names
        ends = [names[int(v)] if names else f"{v:.3g}" for v in (low, high)]
        parts.append(f"{name} {' to '.join(dict.fromkeys(ends))}")
    return ", ".join(parts)
