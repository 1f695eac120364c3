"""What is looked at: one choice of events that panels share."""

from collections.abc import Mapping
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import traitlets

from workbench.errors import BadInput
from workbench.runs.run import Run, open_run
from workbench.runs.trained import opened_with_data
from workbench.task import Fact
from workbench.uncertainty.cohort import Cohort
from workbench.uncertainty.facts import facts_of, within

JUDGED = ["truth", "answer", "where"]  # outcomes do not count where answers are judged
SLICE = [*JUDGED, "outcome", "unanswered"]
UNSURE = 0.1  # share of events that is not answered until a person chooses one


class Selection(traitlets.HasTraits):
    """A slice of a run's test events, and one of them; panels follow it.

    Give the same selection to two panels, and what is chosen in one is chosen in both.
    Where a network does not answer with one class an event, truth, answer and outcome
    choose nothing. The network is asked about all test events when the answers are
    first needed.

    Args:
        run: A trained run, its name or its folder.
        beside: Another, of whose answers to the same events people want to know.

    Attributes:
        trained: The network; its data are set up.
        truth: True class of the slice, by its code; ``None`` for any.
        answer: Answered class, likewise.
        outcome: ``all``, ``right``, ``wrong`` or ``unanswered``.
        unanswered: Numbers of the events that are too unsure to be answered; the least
            sure tenth until an operating point is chosen.
        where: Name of one of ``facts`` → its least and largest value in the slice.
        event: Number of the event that is shown, to begin with the most confident
            mistake; ``BadInput`` if there is none.

    Raises:
        BadInput: nothing is trained yet.
    """

    truth = traitlets.Int(None, allow_none=True)
    answer = traitlets.Int(None, allow_none=True)
    outcome = traitlets.Enum(("all", "right", "wrong", "unanswered"), "all")
    unanswered: Any = traitlets.Any()
    where: Any = traitlets.Dict()
    event = traitlets.Int()

    def __init__(self, run: Run | str, beside: Run | str | None = None) -> None:
        self.run = run if isinstance(run, Run) else open_run(run)
        self.trained = opened_with_data(self.run)
        self._beside = open_run(beside) if isinstance(beside, str) else beside
        if self._beside and not self.sliced:
            raise BadInput(
                f"{self.run.name} and {self._beside.name}: two networks are shown side "
                "by side where they answer with one class an event; `workbench "
                "compare` shows their tests"
            )
        self._asking = Lock()  # panels that share it ask once
        super().__init__()

    @traitlets.default("event")
    def _most_confident_mistake(self) -> int:
        return int(np.sum(self.cohort.rows(outcome="wrong")[:1])) if self.sliced else 0

    @traitlets.default("unanswered")
    def _least_sure(self) -> np.ndarray:
        few = round(UNSURE * len(self))
        return np.argsort(self.cohort.confidence, kind="stable")[:few]

    @traitlets.validate("event")
    def _known(self, proposal: Any) -> int:
        if not 0 <= proposal["value"] < len(self):
            raise BadInput(
                f"event {proposal['value']}: there are {len(self)} of test, from 0 on"
            )
        return proposal["value"]

    @traitlets.validate("where")
    def _told(self, proposal: Any) -> Any:
        within(self.facts, proposal["value"], len(self))  # raises if one is not known
        return proposal["value"]

    @property
    def sliced(self) -> bool:
        """Whether the network answers with one class an event."""
        task = self.trained.task
        of_points = task.evidence is not None and task.evidence.seen is not None
        return bool(task.classes) and not of_points

    @property
    def noun(self) -> str:
        """What is looked at."""
        return "event" if self.sliced else "map"

    @property
    def cohort(self) -> Cohort:
        """All test events, and what the network says of them.

        Raises:
            BadInput: its answers are not one class an event.
        """
        with self._asking:
            return self._cohort

    @cached_property
    def _cohort(self) -> Cohort:
        return Cohort.of_trained(self.trained, self._beside)

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """What the task tells of each test event, by name."""
        return self.cohort.facts if self.sliced else facts_of(self.trained)

    @property
    def rows(self) -> np.ndarray:
        """Numbers of the slice's events, those that are answered surest first."""
        outcome: Any = self.outcome
        if outcome != "unanswered" or not self.sliced:
            return self._rows(outcome)
        every = self._rows("all")
        return every[np.isin(every, self.unanswered)]

    @property
    def judged(self) -> np.ndarray:
        """The same, answered rightly or not: what probabilities are judged by."""
        return self._rows("all")

    @property
    def whole(self) -> bool:
        """Whether all events are judged."""
        return self.truth is None and self.answer is None and not self.where

    def _rows(self, outcome: Any) -> np.ndarray:
        if not self.sliced:
            return np.flatnonzero(within(self.facts, self.where, len(self)))
        return self.cohort.rows(self.truth, self.answer, outcome, self.where)

    def __len__(self) -> int:
        """Number of test events."""
        first, past = self.trained.data.bounds("test")
        return past - first
