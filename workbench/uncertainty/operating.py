"""Answering only where the model is sure enough, and saying what it may be else."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.rates import Rate, rate
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.calibration import answers
from workbench.uncertainty.selective import risk_coverage


@dataclass(frozen=True)
class Operating:
    """A line between what is answered and what is left to others.

    Attributes:
        confidence: From here on it answers.
        answered: How many events.
        right: How many of these answers are true.
    """

    confidence: float
    answered: Rate
    right: Rate


def operating(found: Answers, share: float) -> Operating:
    """Answer at least this share of events, the surest first.

    Args:
        found: Answers, of which there is at least one.
        share: Between 0 and 1; the surest event is answered in any case.
    """
    sure, right = answers(found.probabilities, found.labels)
    line = risk_coverage(sure, right)
    place = int(np.searchsorted(line.coverage, share - 1e-12))
    least = float(line.confidence[min(place, len(line.confidence) - 1)])
    kept = sure >= least
    return Operating(least, rate(kept), rate(right[kept]))


def in_words(held: np.ndarray, names: Sequence[str], target: str) -> str:
    """A set of classes as people say it: ``segment 3 (target 3) or 8 (downstream)``.

    Args:
        held: Which classes are in it (K,) bool.
        names: Of the classes.
        target: What classes are of.
    """
    codes: list[int] = np.flatnonzero(held).tolist()
    if not codes:
        return f"no {target}"
    if len(codes) == len(names):
        return f"any {target}"
    said = [f"{code} ({names[code]})" for code in codes]
    *first, last = said
    return f"{target} " + (f"{', '.join(first)} or {last}" if first else last)
