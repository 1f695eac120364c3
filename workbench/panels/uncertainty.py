"""The panel of how sure a trained network is, and whether rightly."""

from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w

from workbench.errors import BadInput
from workbench.panels.calibration import Calibration
from workbench.panels.cohort_bar import CohortBar
from workbench.panels.decisions import Decisions
from workbench.panels.generated import Generated
from workbench.panels.modules import style
from workbench.panels.names import Names
from workbench.panels.selection import Selection
from workbench.panels.similarity import Similarity
from workbench.panels.trained import task_of_run
from workbench.runs.run import Run, open_run
from workbench.uncertainty.conformal import suited_alpha
from workbench.uncertainty.known import EVENTS, Known


class Uncertainty(w.VBox):
    """Calibration, decisions and similarity of a classifier; a generator's page.

    Opening it asks the network about its validation and test events, and about fresh
    ones that calibrate; then every slider answers at once.

    Args:
        run: A trained run, its name or its folder; or a selection that another panel
            shares.
        events: Fresh ones that calibrate, where the task makes them.

    Attributes:
        parts: Title of a tab → what is on it.

    Raises:
        BadInput: nothing is trained yet, a generator was not tested, or the panel
            shows nothing of such answers.
    """

    def __init__(self, run: Selection | Run | str | Path, events: int = EVENTS) -> None:
        looked_at = _looked_at(run)
        head: list[Any] = []
        self.parts: dict[str, Any]
        if isinstance(looked_at, Selection):
            head.append(CohortBar(looked_at).box)
            self.parts = _of_classifier(looked_at, events)
            whole = looked_at.run
            name = f"{whole.name}, its first member" if whole.members else whole.name
        else:
            page, name = Generated(looked_at), looked_at.name
            self.parts = {"Test": page.test, "Walk": page.walk}
        look = w.HTML(f"<style>{style('panel.css')}{style('uncertainty.css')}</style>")
        title = w.HTML(escape(name)).add_class("wb-state")
        shown = [getattr(part, "box", part) for part in self.parts.values()]
        tabs = w.Tab(shown, titles=[*self.parts]).add_class("wb-tabs")
        super().__init__([look, title, *head, tabs, Names()])
        self.add_class("wb-uncertainty")


def _looked_at(run: Selection | Run | str | Path) -> Selection | Run:
    """A selection of a classifier's test events, or the run of a generator."""
    if isinstance(run, Selection):
        return run
    run = run if isinstance(run, Run) else open_run(run)
    task = task_of_run(run.members[0] if run.members else run)
    if task.walk is not None:
        return run
    if task.chart is not None:
        raise BadInput(
            f"{run.name}: networks of {task.name} answer for each point of a map, and "
            f"this panel shows whole events: open {run.folder / 'report.html'}"
        )
    return Selection(run)


def _of_classifier(selection: Selection, events: int) -> dict[str, Any]:
    known = Known.of(selection.cohort, events)
    said = known.calibration
    suited = suited_alpha(float((said.logits.argmax(1) == said.labels).mean()))
    alpha = selection.run.results.get("uncertainty/alpha", suited)
    return {
        "Calibration": Calibration(selection, known),
        "Decisions": Decisions(selection, known, alpha),
        "Similarity": Similarity(selection, known, events),
    }
