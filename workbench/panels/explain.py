"""The panel that asks a trained network why."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from html import escape
from typing import Any

import ipywidgets as w

from workbench.explain.explanation import evidence_of
from workbench.panels.cohort_bar import CohortBar
from workbench.panels.event_head import EventHead
from workbench.panels.modules import style
from workbench.panels.names import Names
from workbench.panels.overview import Overview
from workbench.panels.relatives import Relatives
from workbench.panels.selection import Selection
from workbench.panels.what_if import Sliders
from workbench.panels.why import Why
from workbench.panels.worker import Worker
from workbench.refusals import told
from workbench.runs.run import Run

TABS = ("Why", "What if", "Training events")


class Explain(w.VBox):
    """What a network takes for what, why it answers so of an event, and what if.

    All that is shown can be had without the panel: ``workbench.uncertainty.cohort``
    counts, ``workbench.explain`` explains, changes and compares, and draws figures.

    Args:
        run: A trained run, its name or its folder; or a selection, which another panel
            may share.

    Attributes:
        selection: The slice and the event that are shown; set them to show others.

    Raises:
        BadInput: nothing is trained yet, or the task does not say what evidence is.
    """

    _endings: Sequence[Callable[[], Any]] = ()  # none where it was refused

    def __init__(self, run: Run | str | Selection) -> None:
        chosen = run if isinstance(run, Selection) else Selection(run)
        evidence_of(chosen.trained)
        self.selection = chosen
        own = replace(chosen.trained, model=deepcopy(chosen.trained.model))
        self._said = w.HTML().add_class("wb-said")
        self._worker = Worker(self._failed)
        do = self._worker.do
        self._head = EventHead(chosen)
        self._sliders = Sliders(chosen, own, do, self._failed)
        self._parts = (
            Why(chosen, own, do),
            self._sliders,
            Relatives(chosen, own, do),
        )
        self._shown: dict[int, int] = {}  # tab → the event that it shows
        self._tabs = w.Tab([part.box for part in self._parts], titles=TABS)
        self._tabs.add_class("wb-tabs")
        over = [CohortBar(chosen), Overview(chosen)] if chosen.sliced else []
        look = w.HTML(f"<style>{style('explain.css')}</style>")
        shown = [part.box for part in over]
        body = [self._head.box, self._said, self._tabs, Names()]
        super().__init__([look, *shown, *body])
        closing = [part.close for part in (*over, self._head)]
        self._endings = [*closing, self._sliders.end, self._worker.end]
        self.add_class("wb-explain")
        chosen.observe(self._show, "event")
        self._tabs.observe(self._show, "selected_index")
        self._show()

    def close(self) -> None:
        """Take the panel away; the selection stays."""
        if self._endings:
            self.selection.unobserve(self._show, "event")
        for end in self._endings:
            end()
        self._endings = ()
        super().close()

    def _show(self, _: Any = None) -> None:
        """Have the tab that is open show the event that is chosen."""
        tab, event = self._tabs.selected_index, self.selection.event
        if tab is not None and self._shown.get(tab) != event:
            self._shown[tab] = event
            self._said.value = ""
            self._parts[tab].show()

    def _failed(self, error: Exception) -> None:
        self._said.value = f'<span role="alert">{escape(told(error))}</span>'
