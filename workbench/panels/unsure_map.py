"""A map, where the network is unsure of it, and what masks promise."""

from functools import cached_property
from html import escape
from typing import Any

import ipywidgets as w
import numpy as np

from workbench.errors import BadInput
from workbench.panels.event_head import EventHead
from workbench.panels.events import on_change
from workbench.panels.field_map import FieldMap, put
from workbench.panels.selection import Selection
from workbench.panels.spoken import alert, status
from workbench.panels.tables import table_html
from workbench.panels.worker import Worker
from workbench.uncertainty.maps.calibrated import Calibrated
from workbench.uncertainty.maps.masks import Masks
from workbench.uncertainty.maps.one import OneMap, Thresholds

LEAST, MOST, STEP = 0.01, 0.5, 0.05  # α, in powers of ten
ALPHA = 0.1
ABOUT = (
    "Doubt is the entropy of the chances at each point, after a temperature. The outer "
    "mask misses no more than a share α of a thing, on average over maps that have "
    "such a thing; points of the inner mask that lie outside of it are no more than α "
    "of it. Fields and outlines are chosen beside the map."
)


class UnsureMap:
    """The map that is chosen with its doubt, its things in a table, and masks.

    Args:
        selection: Slice and map.
        known: Networks, calibrated.

    Attributes:
        box: The widget to show.
        alpha: The slider.
        one: What is shown.
    """

    one: OneMap | None = None

    def __init__(self, selection: Selection, known: Calibrated) -> None:
        self._selection, self._known = selection, known
        self._head = EventHead(selection)
        self._said = w.HTML().add_class("wb-said")
        self._worker = Worker(self._failed)
        low, high = np.log10(LEAST), np.log10(MOST)
        self.alpha: Any = w.FloatLogSlider(
            ALPHA,
            min=low,
            max=high,
            step=STEP,
            description="α, may miss",
            readout_format=".3g",
            continuous_update=False,
            style={"description_width": "8em"},
            layout={"width": "32em"},
        ).add_class("wb-alpha")
        self._words = w.HTML().add_class("wb-masks")
        self._holder = w.VBox([]).add_class("wb-unsure")
        self._table = w.HTML().add_class("wb-things")
        self.box: Any = w.VBox(
            [
                w.HTML(f"<p>{escape(ABOUT)}</p>"),
                self._head.box,
                w.HBox([self.alpha, self._words]),
                self._said,
                self._holder,
                self._table,
            ]
        ).add_class("wb-maps")
        on_change(self.alpha, lambda _: self._worker.do("masks", self._drawn))
        selection.observe(self._moved, "event")
        self._moved()

    def close(self) -> None:
        """Follow the selection no more."""
        self._selection.unobserve(self._moved, "event")
        self._head.close()
        self._worker.end()

    @cached_property
    def _kinds(self) -> dict[int, str]:
        classes = self._known.asking.members[0].task.classes
        return {kind: name for kind, name in enumerate(classes) if kind}

    @property
    def thresholds(self) -> Thresholds:
        """Of the masks at the α of the slider; classes without are left out."""
        found: dict[int, tuple[float, float]] = {}
        for kind, name in self._kinds.items():
            lost = self._known.known.of(kind)
            try:
                found[kind] = Masks.fit(lost, self.alpha.value, name).thresholds
            except BadInput:  # said in words
                continue
        return found

    def _moved(self, _: Any = None) -> None:
        self._worker.do("map", self._ask)

    def _ask(self) -> None:
        data, event = self._selection.trained.data, self._selection.event
        self._said.value = status("asking …")
        row = data.bounds("test")[0] + event
        self.one = OneMap.of(self._known.asking, data, row)
        self._table.value = table_html(self.one.things(self._known))
        self._said.value = ""
        self._drawn()

    def _drawn(self) -> None:
        """The map anew, with the field and the outlines that were chosen."""
        if self.one is None:
            return
        thresholds = self.thresholds
        before = [shown for shown in self._holder.children]
        shown = FieldMap(self.one.chart(thresholds))
        if before:
            shown.channel, shown.outlines = before[0].channel, before[0].outlines
            shown.place = before[0].place
        put(self._holder, shown)
        self._words.value = _told(self._kinds, thresholds)

    def _failed(self, error: Exception) -> None:
        self._said.value = alert(error)


def _told(kinds: dict[int, str], thresholds: Thresholds) -> str:
    parts: list[str] = []
    for kind, name in kinds.items():
        if kind not in thresholds:
            parts.append(f"{escape(name)}: too few calibration maps for this α")
            continue
        outer, inner = thresholds[kind]
        within = f"{100 * inner:.3g} %" if inner <= 1 else "never"
        parts.append(
            f"{escape(name)}: outer from {100 * outer:.2g} %, inner from {within}"
        )
    return f'<span role="status">{"; ".join(parts)}</span>'
