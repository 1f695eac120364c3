"""What is looked at: one choice of events that panels share."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import traitlets

from workbench.errors import BadInput
from workbench.runs.run import Run, open_run
from workbench.runs.trained import opened_with_data
from workbench.uncertainty.cohort import Cohort


class Selection(traitlets.HasTraits):
    """A slice of a run's test events, and one of them; panels follow it.

    Give the same selection to two panels, and what is chosen in one is chosen in both.
    Where a network does not answer with one class an event, all are in one slice.

    Args:
        run: A trained run, its name or its folder.

    Attributes:
        trained: The network; its data are set up.
        truth: True class of the slice, by its code; ``None`` for any.
        answer: Answered class, likewise.
        outcome: ``all``, ``right`` or ``wrong``.
        event: Number of the event that is shown; ``BadInput`` if there is none.

    Raises:
        BadInput: nothing is trained yet.
    """

    truth = traitlets.Int(None, allow_none=True)
    answer = traitlets.Int(None, allow_none=True)
    outcome = traitlets.Enum(("all", "right", "wrong"), "all")
    event = traitlets.Int(0)

    def __init__(self, run: Run | str) -> None:
        self.run = run if isinstance(run, Run) else open_run(run)
        self.trained = opened_with_data(self.run)
        worst = self.cohort.rows(outcome="wrong")[:1] if self.sliced else []
        super().__init__(event=int(np.sum(worst)))

    @traitlets.validate("event")
    def _known(self, proposal: Any) -> int:
        if not 0 <= proposal["value"] < len(self):
            raise BadInput(
                f"event {proposal['value']}: there are {len(self)} of test, from 0 on"
            )
        return proposal["value"]

    @property
    def sliced(self) -> bool:
        """Whether the network answers with one class an event."""
        task = self.trained.task
        of_points = task.evidence is not None and task.evidence.seen is not None
        return bool(task.classes) and not of_points

    @cached_property
    def cohort(self) -> Cohort:
        """All test events, and what the network says of them.

        Raises:
            BadInput: its answers are not one class an event.
        """
        return Cohort.of_trained(self.trained)

    @property
    def rows(self) -> np.ndarray:
        """Numbers of the slice's events, those that are answered surest first."""
        if not self.sliced:
            return np.arange(len(self))
        outcome: Any = self.outcome
        return self.cohort.rows(self.truth, self.answer, outcome)

    def __len__(self) -> int:
        """Number of test events."""
        first, past = self.trained.data.bounds("test")
        return past - first

    def sample(self) -> Mapping[str, Any]:
        """The event that is shown, as the task's ``plot`` takes it."""
        first, _ = self.trained.data.bounds("test")
        return self.trained.data.sample(first + self.event)
