"""The panel that asks a trained network why."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import ipywidgets as w

from workbench.errors import BadInput
from workbench.explain.explanation import evidence_of
from workbench.panels.access import Access
from workbench.panels.answering import Answering
from workbench.panels.cohort_bar import CohortBar
from workbench.panels.event_head import EventHead
from workbench.panels.latents import Latents
from workbench.panels.overview import Overview
from workbench.panels.relatives import Relatives
from workbench.panels.selection import Selection
from workbench.panels.what_if import Sliders
from workbench.panels.why import Why
from workbench.runs.run import Run
from workbench.runs.trained import Trained

TABS = ("Why", "What if", "Training events")  # of a network that tells classes apart


class Explain(Answering):
    """What a network takes for what, why it answers so of an event, and what if.

    It opens at once, and shows events as soon as the network has answered them; what
    it has answered before is kept. All that is shown can be had without the panel:
    ``workbench.uncertainty.cohort`` counts, ``workbench.explain`` explains, changes and
    compares, and draws figures.

    Args:
        run: A trained run, its name or its folder; or a selection, which another panel
            may share.

    Attributes:
        selection: The slice and the event that are shown; set them to show others.

    Raises:
        BadInput: nothing is trained yet, or the task does not say what evidence is.
    """

    def __init__(self, run: Run | str | Selection) -> None:
        chosen = run if isinstance(run, Selection) else Selection(run)
        evidence_of(chosen.trained)
        super().__init__(["tables", "explain"])
        self.add_class("wb-explain")
        self.selection = chosen
        own = replace(chosen.trained, model=deepcopy(chosen.trained.model))
        pages = self._pages(own)
        self._parts = list(pages.values())
        self._shown: dict[int, int] = {}  # tab → the event that it shows
        self._tabs = w.Tab([part.box for part in self._parts], titles=[*pages])
        self._tabs.add_class("wb-tabs")
        self._over = w.VBox([self._progress.box])
        self.children = [self._look, self._over, self._said, Access()]
        self._worker.do("open", self._open)

    def _pages(self, own: Trained) -> dict[str, Any]:
        """Title of a tab → what is on it; of a generator, what can be asked of one."""
        chosen, do = self.selection, self._worker.do
        if own.task.latent is not None:
            latents = {"Latent": Latents(own, do)}
            judged = {"Why": Why(chosen, own, do)} if has_critic(own) else {}
            return {**judged, **latents}
        sliders = Sliders(chosen, own, do, self._failed)
        self._keep(sliders.end)
        relatives = Relatives(chosen, own, do)
        pages = (Why(chosen, own, do), sliders, relatives)
        return dict(zip(TABS, pages, strict=True))

    def _open(self) -> None:
        """Show slices and an event, once the network has answered all."""
        chosen = self.selection
        with self._progress.of("Asking the network about the test events"):
            over = [CohortBar(chosen)] + ([Overview(chosen)] if chosen.sliced else [])
        head = EventHead(chosen)
        for part in (*over, head):
            self._keep(part.close)
        if self.closed:
            return
        self._keep(self._unfollow)
        self._over.children = [*(part.box for part in over), head.box]
        self.children = [*self.children, self._tabs]
        chosen.observe(self._show, "event")
        self._tabs.observe(self._show, "selected_index")
        self._show()

    def _unfollow(self) -> None:
        self.selection.unobserve(self._show, "event")

    def _show(self, _: Any = None) -> None:
        """Have the tab that is open show the event that is chosen."""
        tab, event = self._tabs.selected_index, self.selection.event
        if tab is not None and self._shown.get(tab) != event:
            self._shown[tab] = event
            self._said.value = ""
            self._parts[tab].show()


def has_critic(trained: Trained) -> bool:
    """Whether there is somebody who scores a generator's maps, who can be asked why."""
    try:
        evidence_of(trained).network(trained.model, False)
    except BadInput:
        return False
    return True
