"""How good probabilities are, without intervals: in the time that a slider takes."""

from dataclasses import dataclass

import numpy as np

from workbench.rates import Rate, rate
from workbench.task import Table
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.calibration import (
    WIDE,
    Floor,
    Reliability,
    answers,
    brier,
    ece_floor,
    nll,
    reliability,
)
from workbench.uncertainty.selective import risk_coverage


@dataclass(frozen=True)
class Mean:
    """A mean over events, and half of the interval that holds it 95 % of the time."""

    value: float
    half: float

    @classmethod
    def of(cls, values: np.ndarray) -> "Mean":
        """Of values (N,)."""
        spread = values.std() / np.sqrt(len(values))
        return cls(float(values.mean()), float(WIDE * spread))

    def __str__(self) -> str:
        return f"{self.value:.4f} ± {self.half:.4f}"


@dataclass(frozen=True)
class Measured:
    """Answers held against the truth.

    Attributes:
        right: How many are right.
        bins: By how sure they are.
        floor: The calibration error that true probabilities would have.
        nll: −log p of the labels, nats.
        brier: Squared distance from certainty, 0 to 2.
        augrc: Chance of a wrong answer, over all shares of answers.
    """

    right: Rate
    bins: Reliability
    floor: Floor
    nll: Mean
    brier: Mean
    augrc: float

    @classmethod
    def of(cls, found: Answers) -> "Measured":
        """Measure answers, of which there is at least one."""
        p, labels = found.probabilities, found.labels
        sure, right = answers(p, labels)
        return cls(
            rate(right),
            reliability(sure, right),
            ece_floor(p),
            Mean.of(nll(p, labels)),
            Mean.of(brier(p, labels)),
            risk_coverage(sure, right).augrc,
        )


def measured_table(shown: dict[str, Measured]) -> Table:
    """Each method's measures, a row each."""
    rows = [
        (
            name,
            f"{100 * one.bins.ece:.2f} %",
            f"{100 * one.floor.mean:.2f} (< {100 * one.floor.high:.2f}) %",
            str(one.nll),
            str(one.brier),
            f"{100 * one.augrc:.3f} %",
            f"{100 * one.right.value:.2f} %",
        )
        for name, one in shown.items()
    ]
    events = next(iter(shown.values())).right.trials
    return Table(
        "How good the probabilities are",
        f"{events:,} test events; ± holds the mean 95 % of the time. The floor is the "
        "calibration error of true probabilities of as many events, and what 95 % of "
        "such samples stay below: an error below it is chance.",
        ("", "ECE", "floor of ECE", "NLL", "Brier", "AUGRC", "accuracy"),
        tuple(rows),
    )
