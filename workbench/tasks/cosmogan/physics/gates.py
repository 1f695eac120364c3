"""Single numbers that say how far generated maps are from real ones, and their bars.

Each is of two measured sets, is nothing for perfect maps unless it says otherwise, and
has the floor that ``floor_of`` finds by the same measure between halves of real maps.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from workbench.tasks.cosmogan.physics.correlation import correlation_difference
from workbench.tasks.cosmogan.physics.floor import SPLITS, floor
from workbench.tasks.cosmogan.physics.neighbours import neighbours
from workbench.tasks.cosmogan.physics.scaling import scaled
from workbench.tasks.cosmogan.physics.summary import FUNCTIONALS, POWER, Summary
from workbench.two_samples import classify_vectors

RESOLVED = 0.7  # of Nyquist: beyond it pixels smooth
SEEN = (0.02, 0.98)  # shares above a threshold between which functionals are compared


@dataclass(frozen=True)
class Measured:
    """Maps and what was measured of them, in bins that a reference set fixed.

    Attributes:
        maps: (N, S, S) κ.
        summary: The bins.
        vectors: (N, D) as ``summary`` has them.
    """

    maps: np.ndarray
    summary: Summary
    vectors: np.ndarray

    @classmethod
    def of(
        cls, maps: np.ndarray, summary: Summary, what: str | None = None
    ) -> "Measured":
        """Measure maps, with a bar that says ``what``."""
        return cls(maps, summary, summary.vectors(maps, what))

    def __len__(self) -> int:
        """Number of maps."""
        return len(self.maps)

    def __getitem__(self, rows: Any) -> "Measured":
        """Some of the maps."""
        return Measured(self.maps[rows], self.summary, self.vectors[rows])

    @property
    def log_power(self) -> np.ndarray:
        """Decimal logarithm of C_l (N, bands)."""
        return self.vectors[:, self.summary.columns_of(POWER)]

    @property
    def skewness(self) -> float:
        """Of all pixels together."""
        values = torch.as_tensor(self.maps)
        apart = values - values.double().mean().float()
        variance = apart.square().mean(dtype=torch.float64)
        third = apart.pow(3).mean(dtype=torch.float64)
        return float(third / variance.clamp_min(1e-100) ** 1.5)


def power_error(real: Measured, generated: Measured) -> float:
    """Mean of |ΔP/P| of the mean spectra over equal bands below 0.7 of Nyquist."""
    ours, theirs = ((10**one.log_power).mean(0) for one in (real, generated))
    resolved = real.summary.bands.ell < RESOLVED * real.summary.field.nyquist
    return float(np.abs(theirs / ours - 1)[resolved].mean())


def skewness_error(real: Measured, generated: Measured) -> float:
    """Relative error of the skewness of all pixels together."""
    return abs(generated.skewness / real.skewness - 1)


def minkowski_error(real: Measured, generated: Measured) -> float:
    """Largest error of the mean of V0, V1 or V2, in σ of a real map.

    At thresholds in σ of the real maps where between 2 and 98 % of their area is above.
    """
    summary, ours, theirs = real.summary, real.vectors, generated.vectors
    area = ours[:, summary.columns_of(FUNCTIONALS[0])].mean(0)
    seen = (area > SEEN[0]) & (area < SEEN[1])
    columns = np.concatenate([summary.columns_of(name)[seen] for name in FUNCTIONALS])
    apart = theirs[:, columns].mean(0) - ours[:, columns].mean(0)
    return float(np.abs(apart / ours[:, columns].std(0)).max())


def correlation_error(real: Measured, generated: Measured) -> float:
    """How far correlations of log C_l are off, as ``correlation_difference`` has it."""
    return correlation_difference(real.log_power, generated.log_power)


def summary_auc(real: Measured, generated: Measured) -> float:
    """How well classifiers tell vectors apart: a half if they cannot."""
    ours, theirs = _clouds(real, generated)
    return classify_vectors(ours, theirs).auc


def coverage(real: Measured, generated: Measured) -> float:
    """Share of real vectors that have a generated one near: 0.97 for perfect maps."""
    ours, theirs = _clouds(real, generated)
    return neighbours(ours, theirs).coverage


@dataclass(frozen=True)
class Gate:
    """A measure and its bar.

    Attributes:
        key: As in the results.
        title: As in tables.
        measure: Of real and generated maps.
        bar: What it has to stay below, or above.
        above: Whether more is better.
        maps: Of each set that it is measured on.
    """

    key: str
    title: str
    measure: Callable[[Measured, Measured], float]
    bar: float
    above: bool = False
    maps: int = 1024

    def passed(self, value: float) -> bool:
        """Whether a value is on the right side of the bar."""
        return value > self.bar if self.above else value < self.bar

    def __call__(self, real: Measured, generated: Measured) -> float:
        """The value on as many maps of each set as it is made for."""
        return self.measure(real[: self.maps], generated[: self.maps])


POWER_GATE = Gate("power_error", "mean |ΔP/P| below 0.7 Nyquist", power_error, 0.03)
SKEWNESS = Gate("skewness_error", "relative error of skewness", skewness_error, 0.10)
MINKOWSKI = Gate(
    "minkowski_error", "V0, V1, V2: largest error, σ of a map", minkowski_error, 0.5
)
COVERAGE = Gate("coverage", "coverage", coverage, 0.8, above=True)
QUICK = POWER_GATE, SKEWNESS, MINKOWSKI, COVERAGE
GATES = (
    *QUICK,
    Gate("summary_auc", "AUC of a classifier of summaries", summary_auc, 0.75),
    Gate(
        "correlation_error",
        "correlations of log C_l: relative error",
        correlation_error,
        0.15,
        maps=4096,
    ),
)


def floor_of(gate: Gate, real: Measured, seed: int = 0, splits: int = SPLITS) -> float:
    """What a gate gives between halves of real maps, root mean square over splits."""
    some = real[: 2 * gate.maps]
    return floor(
        lambda one, two: gate.measure(some[one], some[two]),
        np.arange(len(some)),
        seed,
        splits,
    )


def _clouds(real: Measured, generated: Measured) -> tuple[np.ndarray, ...]:
    return scaled(real.summary, real.vectors, generated.vectors)
