"""What a wrong vertex does to physics: the shift of mean Q² and W in each target."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np


@dataclass(frozen=True)
class Shift:
    """Mean of the events selected as being in a target minus of those truly there.

    ``value`` and ``error`` are in the units of the quantity.
    """

    target: int
    quantity: str  # a field of TRUTH
    value: float
    error: float

    @property
    def sigmas(self) -> float:
        """The shift in units of its error; not a number where there is no error."""
        return self.value / self.error if self.error else nan


def mean_shift(
    values: np.ndarray, selected: np.ndarray, true: np.ndarray
) -> tuple[float, float]:
    """Mean over ``selected`` minus mean over ``true`` and its standard error.

    The two samples share most of their events, so the error is the linear propagation
    through both means at once: each event enters with its pull on the difference.

    Args:
        values: (N,) the quantity.
        selected: (N,) bool, chosen by the reconstruction.
        true: (N,) bool, truly in the target.
    """
    if not selected.any() or not true.any():
        return nan, nan
    mean_selected, mean_true = values[selected].mean(), values[true].mean()
    pull = selected * (values - mean_selected) / selected.sum()
    pull -= true * (values - mean_true) / true.sum()
    return float(mean_selected - mean_true), sqrt(float((pull**2).sum()))


def target_shifts(truth: np.ndarray, predicted: np.ndarray) -> list[Shift]:
    """Shifts of Q² (GeV²) and W (GeV) in the five passive-target segments.

    Args:
        truth: (N,) TRUTH.
        predicted: (N,) segment codes.
    """
    return [
        Shift(
            target,
            quantity,
            *mean_shift(
                truth[quantity].astype(np.float64),
                predicted == target,
                truth["segment"] == target,
            ),
        )
        for quantity in ("q2", "w")
        for target in range(1, 6)
    ]
