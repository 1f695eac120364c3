"""An event, its answer, and two methods' maps of why."""

from typing import Any

import ipywidgets as w
import torch

from workbench.errors import BadInput
from workbench.explain.cache import remembered
from workbench.explain.explanation import (
    asked,
    evidence_of,
    inputs_of,
    outlined_in,
)
from workbench.explain.methods import DEFAULT, METHODS
from workbench.explain.tables import ELSEWHERE
from workbench.panels.along import Along
from workbench.panels.drawn import png
from workbench.panels.events import on_change
from workbench.panels.field_map import FieldMap, put
from workbench.panels.matrix import ANY
from workbench.panels.picture import Picture
from workbench.panels.reasons import Asked, Reasons
from workbench.panels.selection import Selection
from workbench.panels.worker import Do
from workbench.runs.trained import Trained

BESIDE = {True: "occlusion", False: "input-gradient"}  # of events, and of large maps
SIZE = 9.4, 4.7  # inches of the event
OUTLINED = 12  # things of a map to choose from


class Why:
    """The event with truth and chances, a question, and two maps that answer it.

    Args:
        selection: What is chosen.
        trained: The network; nobody else uses it meanwhile.
        do: Has something done soon, in the panel's own thread.

    Attributes:
        box: The widget to show.
    """

    def __init__(self, selection: Selection, trained: Trained, do: Do) -> None:
        self._selection, self._trained, self._do = selection, trained, do
        self._sample: Any = None
        self._able: list[str] = []
        self._busy = False
        names = trained.task.classes
        classes: list[Any] = [(name, code) for code, name in enumerate(names)]
        self._of = _list("why", [("the answer", ANY), *classes])
        self._against = _list("rather than", [("the next likeliest", ANY), *classes])
        self._thing = _list("why", [("the largest outlined", 0)])
        by_class = [self._of, self._against]
        self._scored = bool(evidence_of(trained).score)  # nothing is told apart
        asked_of = by_class if selection.sliced else [self._thing]
        ask = w.HBox([] if self._scored else asked_of)
        self._event = w.VBox([])
        self._picture = Picture()
        methods = (DEFAULT, BESIDE[trained.task.chart is None])
        self._maps = [Reasons(trained, method, do, self._made) for method in methods]
        for one in self._maps:
            one.offer(methods)
        beside = w.HBox([one.box for one in self._maps]).add_class("wb-beside")
        told = w.HTML(f"<p>{ELSEWHERE}</p>").add_class("wb-elsewhere")
        self._along = Along(selection.run, self._maps, do)
        self.box: Any = w.VBox([self._event, ask, beside, self._along.box, told])
        for control in (self._of, self._against, self._thing):
            on_change(control, lambda _: self._ask())

    def show(self) -> None:
        """Show the event that is chosen."""
        self._do("event", self._shown)

    def _shown(self) -> None:
        """Draw the event, and ask."""
        event, task = self._selection.event, self._trained.task
        sample = self._trained.sample(event)
        answer = None if self._scored else self._answer(sample)
        if task.chart is not None:
            put(self._event, FieldMap(task, sample, answer))
        else:
            told = "" if self._scored else " with its truth and the network's chances"
            words = f"Test {self._selection.noun} {event}{told}"
            self._picture.show(png(task.plot(sample, answer), *SIZE), words)
            put(self._event, self._picture)
        if not (self._selection.sliced or self._scored):
            self._offer_things(sample)
        self._sample = event, sample, answer
        self._ask()

    def _answer(self, sample: Any) -> Any:
        """Chances of each class, or of each class at each point."""
        with torch.no_grad():
            inputs = inputs_of(self._trained, [sample]).values()
            return self._trained.model(*inputs)[0].softmax(0).numpy()

    def _offer_things(self, sample: Any) -> None:
        """What the network outlines on the map, the largest first."""
        found = outlined_in(self._trained, sample)[:OUTLINED]
        names: list[Any] = [(one.name, number) for number, one in enumerate(found)]
        self._busy = True
        try:
            self._thing.options = names or [("nothing is outlined", 0)]
            self._thing.value = 0
        finally:
            self._busy = False

    def _made(self) -> None:
        """Another map is there: show both along the line on which answers lie."""
        if self._trained.task.evidence and self._trained.task.evidence.line:
            self._along.show()

    def _ask(self) -> None:
        if self._sample is None or self._busy:
            return
        event, sample, answer = self._sample
        lists = self._of, self._against
        of, against = (None if one.value == ANY else one.value for one in lists)
        now = Asked(event, sample, of, against, self._thing.value, answer)
        for one in self._maps:
            one.show(now)
        if not self._able:
            self._begin(now)

    def _begin(self, now: Asked) -> None:
        """Offer methods that take away parts that there are; try the others."""
        parts = self._trained.task.evidence.parts if self._trained.task.evidence else {}
        self._able = [name for name, way in METHODS.items() if way.parts in parts]
        rest = [name for name, way in METHODS.items() if not way.parts]
        self._do("methods", lambda: self._try(now, rest))

    def _try(self, now: Asked, names: list[str]) -> None:
        """Find out which methods apply, one at a time, so that nobody waits for it."""
        name, *rest = names
        try:
            question, _ = asked(self._trained, [now.sample], thing=now.thing)
            remembered(question, name)
            self._able.append(name)
        except BadInput:
            pass  # it is not offered
        finally:
            if rest:
                self._do("methods", lambda: self._try(now, rest))
        chosen = [one.method for one in self._maps]
        able = [name for name in METHODS if name in (*self._able, *chosen)]
        for one in self._maps:
            one.offer(able)


def _list(label: str, options: list[Any]) -> Any:
    control = w.Dropdown(options=options, description=label)
    return control.add_class(f"wb-{label.replace(' ', '-')}")
