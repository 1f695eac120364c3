"""Another network's answers to the same test events."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import binomtest

from workbench.errors import BadInput
from workbench.rates import Rate, rate
from workbench.runs.run import Run
from workbench.runs.trained import Trained, trained
from workbench.task import Fact
from workbench.uncertainty.remembered import FREE, remembered


@dataclass(frozen=True)
class Beside:
    """What another run's network says of each test event.

    Attributes:
        name: Of the run.
        answered: The likeliest class of each event (N,).
        right: Whether it is the true one (N,) bool.
        classes: Names of the classes.
    """

    name: str
    answered: np.ndarray
    right: np.ndarray
    classes: tuple[str, ...]

    @classmethod
    def of(cls, run: Run, first: Trained) -> "Beside":
        """Ask a run's network about the test events of another.

        Args:
            run: The run; of several members the first.
            first: The other network; its data are set up.

        Raises:
            BadInput: it is of another task, or was trained on other data, among which
                these events may be.
        """
        other = trained(run.members[0] if run.members else run)
        if other.task.name != first.task.name:
            raise BadInput(
                f"{run.name} is a run of {other.task.name}, not of {first.task.name}: "
                "name one of the same task"
            )
        ours, theirs = ({**one.data.hparams} for one in (first, other))
        for name in sorted((ours.keys() | theirs.keys()) - FREE):
            if ours.get(name) != theirs.get(name):
                raise BadInput(
                    f"{run.name} was trained on other data ({name}: "
                    f"{theirs.get(name)}, here {ours.get(name)}), so these test events "
                    "may be among them: `workbench compare` shows both tests"
                )
        said = remembered(replace(other, data=first.data), first.data, "test", "test")
        answered = said.logits.argmax(1)
        names = first.task.classes
        return cls(run.name, answered, answered == said.labels, names)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Its answers, and whether they are right, to slice by."""
        outcome = self.right.astype(int)
        return (
            Fact(f"answer of {self.name}", self.answered, self.classes),
            Fact(f"outcome of {self.name}", outcome, ("wrong", "right")),
        )

    def rate(self, rows: np.ndarray) -> Rate:
        """How many of some events it answers rightly."""
        return rate(self.right[rows])

    def against(self, right: np.ndarray, rows: np.ndarray) -> tuple[int, int, float]:
        """How many of some events only the first network, or only this, has right.

        Args:
            right: Whether the first network is right (N,) bool.
            rows: Numbers of the events.

        Returns:
            Both numbers, and the chance of so uneven ones if both were equally good
            (exact McNemar test).
        """
        first, second = right[rows], self.right[rows]
        ours, theirs = int((first & ~second).sum()), int((second & ~first).sum())
        p = binomtest(ours, ours + theirs).pvalue if ours + theirs else 1.0
        return ours, theirs, float(p)
