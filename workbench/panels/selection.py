"""What is looked at: one choice of events that panels share."""

from typing import Any

import numpy as np
import traitlets

from workbench.runs.run import Run, open_run
from workbench.uncertainty.cohort import Cohort


class Selection(traitlets.HasTraits):
    """A slice of a run's test events, and one of them; panels follow it.

    Give the same selection to two panels, and what is chosen in one is chosen in both.

    Args:
        run: A trained run, its name or its folder.

    Attributes:
        cohort: All test events, and what the network says of them.
        truth: True class of the slice, by its code; ``None`` for any.
        answer: Answered class, likewise.
        outcome: ``all``, ``right`` or ``wrong``.
        event: Number of the event that is shown.

    Raises:
        BadInput: nothing is trained yet, or its answers are not one class an event.
    """

    truth = traitlets.Int(None, allow_none=True)
    answer = traitlets.Int(None, allow_none=True)
    outcome = traitlets.Enum(("all", "right", "wrong"), "all")
    event = traitlets.Int(0)

    def __init__(self, run: Run | str) -> None:
        self.run = run if isinstance(run, Run) else open_run(run)
        self.cohort = Cohort.of(self.run)
        super().__init__(event=int(self.cohort.rows(outcome="wrong")[:1].sum()))

    @property
    def rows(self) -> np.ndarray:
        """Numbers of the slice's events, those that are answered surest first."""
        outcome: Any = self.outcome
        return self.cohort.rows(self.truth, self.answer, outcome)
