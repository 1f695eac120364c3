"""The panel of how sure a trained network is, and whether rightly."""

from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w

from workbench.panels.access import Access
from workbench.panels.answering import Answering
from workbench.panels.calibration import Calibration
from workbench.panels.cohort_bar import CohortBar
from workbench.panels.decisions import Decisions
from workbench.panels.generated import pages_of_generator
from workbench.panels.promised_masks import PromisedMasks
from workbench.panels.selection import Selection
from workbench.panels.similarity import Similarity
from workbench.panels.spoken import alert
from workbench.panels.trained import task_of_run
from workbench.panels.unsure_map import UnsureMap
from workbench.runs.run import Run, open_run
from workbench.runs.trained import trained
from workbench.uncertainty.conformal import suited_alpha
from workbench.uncertainty.known import EVENTS, Known
from workbench.uncertainty.maps.calibrated import Calibrated, calibrated
from workbench.uncertainty.maps.seen import gather

Pages = Mapping[
    str, tuple[str, Callable[[], Any]]
]  # title → what is done, and makes it


class Uncertainty(Answering):
    """Calibration, decisions and similarity; doubt on maps; a generator's page.

    It opens at once and fills its tabs one after another: what the network has to be
    asked for is asked once and kept. Then every slider answers at once. All that is
    shown can be had from ``workbench.uncertainty`` without the panel.

    Args:
        run: A trained run, its name or its folder; or a selection that another panel
            shares.
        events: Fresh ones that calibrate, where the task makes them.

    Attributes:
        parts: Title of a tab → what is on it, as far as it is made.

    Raises:
        BadInput: nothing is trained yet, or a generator was not tested.
    """

    def __init__(
        self, run: Selection | Run | str | Path, events: int | None = None
    ) -> None:
        looked_at = _looked_at(run)
        self._pages, name = _pages(looked_at, events), _name(looked_at)
        super().__init__(["panel", "tables", "uncertainty"])
        self.add_class("wb-uncertainty")
        self.parts: dict[str, Any] = {}
        self._selection = looked_at if isinstance(looked_at, Selection) else None
        self._head = w.VBox([])
        waiting = [w.VBox([w.HTML("<p>being made …</p>")]) for _ in self._pages]
        self._tabs = w.Tab(waiting, titles=[*self._pages]).add_class("wb-tabs")
        title = w.HTML(escape(name)).add_class("wb-state")
        over = [self._look, title, self._head, self._progress.box, self._said]
        self.children = [*over, self._tabs, Access()]
        self._worker.do("open", self._open)

    def _open(self) -> None:
        """Make the bar of slices, then one page after another."""
        if self._selection is not None:
            with self._progress.of("Asking the network about the test events"):
                bar = CohortBar(self._selection)
            self._keep(bar.close)
            self._head.children = [bar.box]
        for place, (title, (what, make)) in enumerate(self._pages.items()):
            if self.closed:
                return
            try:
                with self._progress.of(what):
                    part = make()
            except Exception as error:  # the other pages may go well
                self._tabs.children[place].children = [w.HTML(alert(error))]
                continue
            self._keep(part.close)
            self._tabs.children[place].children = [getattr(part, "box", part)]
            self.parts[title] = part


def _looked_at(run: Selection | Run | str | Path) -> Selection | Run:
    """A selection of test events or maps, or the run of a generator."""
    if isinstance(run, Selection):
        return run
    run = run if isinstance(run, Run) else open_run(run)
    draws = task_of_run(run.members[0] if run.members else run).walk is not None
    return run if draws else Selection(run)


def _name(looked_at: Selection | Run) -> str:
    """Of the run, and which of its networks is looked at."""
    run = looked_at.run if isinstance(looked_at, Selection) else looked_at
    if not run.members:
        return run.name
    whole = isinstance(looked_at, Selection) and not looked_at.sliced
    return f"{run.name}, {'all members' if whole else 'its first member'}"


def _pages(looked_at: Selection | Run, events: int | None) -> Pages:
    if isinstance(looked_at, Run):
        return pages_of_generator(looked_at)
    if not looked_at.sliced:
        return _of_segmenter(looked_at, events)
    return _of_classifier(looked_at, events or EVENTS)


def _of_segmenter(selection: Selection, maps: int | None) -> Pages:
    """All members of a run together, as ``workbench uncertainty`` takes them."""

    @cache
    def known() -> Calibrated:
        others = [trained(member) for member in selection.run.members[1:]]
        return calibrated([selection.trained, *others], maps, mirrored=False)

    def promised() -> PromisedMasks:
        one = known()
        test = gather(one.asking, one.data, one.split, "test", True)
        return PromisedMasks(selection, one, test)

    asking = "Asking the network about"
    return {
        "Maps": (
            f"{asking} validation and calibration maps",
            lambda: UnsureMap(selection, known()),
        ),
        "Promises": (f"{asking} the test maps", promised),
    }


def _of_classifier(selection: Selection, events: int) -> Pages:
    @cache
    def known() -> Known:
        return Known(selection.cohort, events)

    def decisions() -> Decisions:
        said = known().calibration
        right = float((said.logits.argmax(1) == said.labels).mean())
        suited = suited_alpha(right)
        alpha = selection.run.results.get("uncertainty/alpha", suited)
        return Decisions(selection, known(), alpha)

    asking = "Asking the network about"
    return {
        "Calibration": (
            f"{asking} validation events",
            lambda: Calibration(selection, known()),
        ),
        "Decisions": (f"{asking} calibration events", decisions),
        "Similarity": (
            "Making the page",
            lambda: Similarity(selection, known(), events),
        ),
    }
