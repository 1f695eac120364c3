"""A trained network's test events: what it says of them, and slices of them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from workbench.rates import Rate, rate
from workbench.runs.run import Run
from workbench.runs.trained import Trained, opened_with_data
from workbench.task import Fact
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.beside import Beside
from workbench.uncertainty.facts import Where, facts_of, within
from workbench.uncertainty.remembered import remembered

Outcome = Literal["all", "right", "wrong"]


@dataclass(frozen=True)
class Cohort:
    """Test events, by their numbers from 0 on, and a network's answers to them.

    Attributes:
        trained: The network; its data are set up.
        answers: To all test events.
        beside: Another network's answers to them.
    """

    trained: Trained
    answers: Answers
    beside: Beside | None = None

    @classmethod
    def of(cls, run: Run, beside: Run | None = None) -> "Cohort":
        """Ask a run's network about its test events, and perhaps another's.

        Raises:
            BadInput: nothing is trained yet, its answers are not one class an event,
                or as :meth:`Beside.of`.
        """
        return cls.of_trained(opened_with_data(run), beside)

    @classmethod
    def of_trained(cls, found: Trained, beside: Run | None = None) -> "Cohort":
        """The same of a network whose data are set up."""
        said = remembered(found, found.data, "test", "test")
        return cls(found, said, beside and Beside.of(beside, found))

    def __len__(self) -> int:
        """Number of events."""
        return len(self.answers)

    @cached_property
    def answered(self) -> np.ndarray:
        """The likeliest class of each event (N,)."""
        return self.answers.logits.argmax(1)

    @cached_property
    def answered_rightly(self) -> np.ndarray:
        """Whether it is the true one (N,) bool."""
        return self.answered == self.answers.labels

    @cached_property
    def confidence(self) -> np.ndarray:
        """Its probability (N,)."""
        return self.answers.probabilities.max(1)

    @property
    def confusion(self) -> np.ndarray:
        """How many events of each true class have each answer (K, K)."""
        return self.confusion_of(np.arange(len(self)))

    def confusion_of(self, rows: np.ndarray) -> np.ndarray:
        """The same of some of the events."""
        classes = self.answers.logits.shape[1]
        pairs = self.answers.labels[rows] * classes + self.answered[rows]
        return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """What is known of the events beside class and answer, by name."""
        sure = Fact("confidence", self.confidence)
        others = self.beside.facts if self.beside else ()
        return facts_of(self.trained) | {one.name: one for one in (sure, *others)}

    def rows(
        self,
        truth: int | None = None,
        answer: int | None = None,
        outcome: Outcome = "all",
        where: Where | None = None,
    ) -> np.ndarray:
        """Numbers of the events of a slice, those that are answered surest first.

        Args:
            truth: True class.
            answer: Answered class.
            outcome: Whether all count, or those answered rightly or wrongly.
            where: Name of a fact → its least and largest value.

        Raises:
            BadInput: there is no such fact.
        """
        chosen = within(self.facts, where or {}, len(self))
        if truth is not None:
            chosen &= self.answers.labels == truth
        if answer is not None:
            chosen &= self.answered == answer
        if outcome != "all":
            right = self.answered_rightly
            chosen &= right if outcome == "right" else ~right
        found = np.flatnonzero(chosen)
        return found[np.argsort(-self.confidence[found], kind="stable")]

    def right(self, rows: np.ndarray) -> Rate:
        """How many of some events are answered rightly."""
        return rate(self.answered_rightly[rows])

    def offsets(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """By how many classes, in their order, wrong answers are off.

        Args:
            rows: Numbers of the events that count.

        Returns:
            Answered less true class (D,), from the least to the largest, and of how
            many events (D,).
        """
        place = np.argsort(self.trained.task.ordered)
        off = place[self.answered[rows]] - place[self.answers.labels[rows]]
        far = len(place) - 1
        counts = np.bincount(off[off != 0] + far, minlength=2 * far + 1)
        return np.arange(-far, far + 1), counts
