"""A trained network's test events: what it says of them, and slices of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from workbench.errors import BadInput
from workbench.rates import Rate, rate
from workbench.runs.run import Run
from workbench.runs.trained import Trained, opened_with_data
from workbench.uncertainty.answers import Answers, asked

Outcome = Literal["all", "right", "wrong"]


@dataclass(frozen=True)
class Cohort:
    """Test events, by their numbers from 0 on, and a network's answers to them.

    Attributes:
        trained: The network; its data are set up.
        answers: To all test events.
    """

    trained: Trained
    answers: Answers

    @classmethod
    def of(cls, run: Run) -> "Cohort":
        """Ask a run's network about its test events.

        Raises:
            BadInput: nothing is trained yet, or its answers are not one class an event.
        """
        return cls.of_trained(opened_with_data(run))

    @classmethod
    def of_trained(cls, found: Trained) -> "Cohort":
        """The same of a network whose data are set up."""
        batches = found.data.test_dataloader()
        return cls(found, asked(found.model, batches, found.task.target, "test"))

    def __len__(self) -> int:
        """Number of events."""
        return len(self.answers)

    @property
    def answered(self) -> np.ndarray:
        """The likeliest class of each event (N,)."""
        return self.answers.logits.argmax(1)

    @property
    def confidence(self) -> np.ndarray:
        """Its probability (N,)."""
        return self.answers.probabilities.max(1)

    @property
    def confusion(self) -> np.ndarray:
        """Events of each true (row) and answered (column) class (K, K)."""
        classes = self.answers.logits.shape[1]
        pairs = self.answers.labels * classes + self.answered
        return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)

    def rows(
        self,
        truth: int | None = None,
        answer: int | None = None,
        outcome: Outcome = "all",
    ) -> np.ndarray:
        """Numbers of the events of a slice, those that are answered surest first.

        Args:
            truth: True class.
            answer: Answered class.
            outcome: Whether all count, or those answered rightly or wrongly.
        """
        chosen = np.ones(len(self), bool)
        if truth is not None:
            chosen &= self.answers.labels == truth
        if answer is not None:
            chosen &= self.answered == answer
        if outcome != "all":
            right = self.answered == self.answers.labels
            chosen &= right if outcome == "right" else ~right
        found = np.flatnonzero(chosen)
        return found[np.argsort(-self.confidence[found], kind="stable")]

    def right(self, rows: np.ndarray) -> Rate:
        """How many of some events are answered rightly."""
        return rate(self.answered[rows] == self.answers.labels[rows])

    def sample(self, row: int) -> Mapping[str, Any]:
        """An event as the task's ``plot`` takes it.

        Raises:
            BadInput: there is no such event.
        """
        if not 0 <= row < len(self):
            raise BadInput(f"event {row}: there are {len(self)} of test, from 0 on")
        first, _ = self.trained.data.bounds("test")
        return self.trained.data.sample(first + row)
