"""The entries of ``results.json`` that testing a vertex classifier owns."""

import numpy as np

from workbench.rates import Rate
from workbench.tasks.neutrino.evaluation.breakdown import (
    accuracy,
    by_multiplicity,
    by_segment,
)
from workbench.tasks.neutrino.evaluation.recorded import HADRONS, recorded
from workbench.tasks.neutrino.evaluation.residual import from_segments
from workbench.tasks.neutrino.evaluation.selections import by_target


def numbers(
    truth: np.ndarray, predicted: np.ndarray, probabilities: np.ndarray | None = None
) -> dict[str, float]:
    """Fractions under their keys; what no event speaks for is left out.

    ``…_low`` and ``…_high`` are the ends of the 68 % Wilson interval.

    Args:
        truth: (N,) TRUTH.
        predicted: (N,) segment codes.
        probabilities: (N, 11) by segment code.
    """
    overall = accuracy(truth, predicted)
    low, high = overall.interval()
    rates: dict[str, Rate] = {"test/accuracy": overall}
    for code, part in sorted(by_segment(truth, predicted).items()):
        rates[f"test/accuracy_segment_{code}"] = part
    if recorded(truth, HADRONS):
        for name, part in by_multiplicity(truth, predicted).items():
            rates[f"test/accuracy_hadrons_{name.replace(' ', '_')}"] = part
    for selection in by_target(truth, predicted):
        name = selection.name.replace(" ", "_")
        rates[f"test/purity_{name}"] = selection.purity
        rates[f"test/efficiency_{name}"] = selection.efficiency
    found = {key: part.value for key, part in rates.items() if part.trials}
    found |= {"test/accuracy_low": low, "test/accuracy_high": high}
    off = from_segments(truth["segment"], predicted)
    found["test/within_two_planes"] = float(np.mean(np.abs(off) <= 2))
    if probabilities is not None:
        given = probabilities[np.arange(len(truth)), truth["segment"]]
        found["test/mean_probability_of_truth"] = float(given.mean())
    return found
