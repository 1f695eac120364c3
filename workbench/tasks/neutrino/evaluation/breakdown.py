"""Accuracy split by segment and by hadrons."""

import numpy as np

from workbench.rates import Rate, rate
from workbench.tasks.neutrino.segments import Z_ORDER

MULTIPLICITIES = ("0", "1", "2", "3", "4", "5 or more")


def accuracy(truth: np.ndarray, predicted: np.ndarray) -> Rate:
    """Share of events in the right segment; (N,) TRUTH against (N,) codes."""
    return rate(truth["segment"] == predicted)


def by_segment(truth: np.ndarray, predicted: np.ndarray) -> dict[int, Rate]:
    """Accuracy among the events truly in each segment, keyed by code in z order."""
    right = truth["segment"] == predicted
    return {code: rate(right[truth["segment"] == code]) for code in Z_ORDER}


def multiplicity(truth: np.ndarray) -> np.ndarray:
    """Charged hadrons (p, π±, K±) above 50 MeV kinetic energy in each event, (N,)."""
    fields = ("protons", "charged_pions", "charged_kaons")
    return np.sum([truth[name].astype(np.int64) for name in fields], axis=0)


def by_multiplicity(truth: np.ndarray, predicted: np.ndarray) -> dict[str, Rate]:
    """Accuracy by number of charged hadrons above 50 MeV."""
    right = truth["segment"] == predicted
    number = np.minimum(multiplicity(truth), len(MULTIPLICITIES) - 1)
    return {name: rate(right[number == i]) for i, name in enumerate(MULTIPLICITIES)}
