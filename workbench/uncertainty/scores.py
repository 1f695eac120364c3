"""How good probabilities are, in one line."""

from dataclasses import dataclass

import numpy as np

from workbench.bootstrap import Interval, interval
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.calibration import (
    Floor,
    answers,
    brier,
    classwise_ece,
    ece,
    ece_floor,
    nll,
)
from workbench.uncertainty.selective import risk_coverage

FEW = 200  # draws for measures that take milliseconds


@dataclass(frozen=True)
class Scores:
    """Of one method on test events.

    Attributes:
        accuracy: Share of right answers.
        nll: Mean of −log p of the labels, nats.
        brier: Mean squared distance from certainty, 0 to 2.
        ece: Expected calibration error, bins of equal width.
        adaptive: The same, bins of equal counts.
        classwise: Of each class's own probability, mean over classes.
        floor: ECE of true probabilities of as many events.
        augrc: Chance of a wrong answer, over all shares of answers.
        at_80: Share of right answers among the surest 80 %.
    """

    accuracy: float
    nll: Interval
    brier: Interval
    ece: Interval
    adaptive: float
    classwise: float
    floor: Floor
    augrc: Interval
    at_80: float

    @classmethod
    def of(cls, found: Answers, seed: int = 0) -> "Scores":
        """Measure answers."""
        p, labels = found.probabilities, found.labels
        sure, right = answers(p, labels)
        return cls(
            float(right.mean()),
            _mean(nll(p, labels), seed),
            _mean(brier(p, labels), seed),
            interval(lambda rows: ece(p[rows], labels[rows]), len(labels), seed, FEW),
            ece(p, labels, "count"),
            classwise_ece(p, labels),
            ece_floor(p, seed=seed),
            _augrc(sure, right, seed),
            risk_coverage(sure, right).accuracy_at(0.8),
        )


def gain(one: Answers, other: Answers, seed: int = 0) -> dict[str, Interval]:
    """How much better the other is in NLL and AUGRC, on the same events.

    Args:
        one: The worse, perhaps.
        other: Answers to the same events.
        seed: Of the resampling.
    """
    labels = one.labels
    lost = nll(one.probabilities, labels) - nll(other.probabilities, labels)
    pairs = [answers(each.probabilities, labels) for each in (one, other)]

    def less(rows: np.ndarray) -> float:
        first, second = (risk_coverage(s[rows], r[rows]).augrc for s, r in pairs)
        return first - second

    return {"nll": _mean(lost, seed), "augrc": interval(less, len(labels), seed, FEW)}


def _mean(values: np.ndarray, seed: int) -> Interval:
    return interval(lambda rows: float(values[rows].mean()), len(values), seed)


def _augrc(sure: np.ndarray, right: np.ndarray, seed: int) -> Interval:
    return interval(
        lambda rows: risk_coverage(sure[rows], right[rows]).augrc,
        len(right),
        seed,
        FEW,
    )
