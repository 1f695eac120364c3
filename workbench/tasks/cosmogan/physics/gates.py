"""Single numbers that say how far generated maps are from real ones.

Each takes real and generated maps (N, S, S) and (M, S, S) and their field, is nothing
for perfect maps unless it says otherwise, and has the floor that ``floor_of`` finds by
the same measure between halves of real maps.
"""

from collections.abc import Callable

import numpy as np
import torch
from scipy import stats

from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.physics.classifier import classify_vectors
from workbench.tasks.cosmogan.physics.correlation import correlation_difference
from workbench.tasks.cosmogan.physics.floor import SPLITS, floor
from workbench.tasks.cosmogan.physics.neighbours import neighbours
from workbench.tasks.cosmogan.physics.scaling import scaled
from workbench.tasks.cosmogan.physics.spectrum import Bands, power_spectrum
from workbench.tasks.cosmogan.physics.summary import CHUNK, FUNCTIONALS, Summary

RESOLVED = 0.7  # of Nyquist: beyond it pixels smooth
SEEN = (0.02, 0.98)  # shares above a threshold between which functionals are compared

Gate = Callable[[np.ndarray, np.ndarray, Field], float]


def power_error(real: np.ndarray, generated: np.ndarray, field: Field) -> float:
    """Mean of |ΔP/P| of the mean spectra over equal bands below 0.7 of Nyquist."""
    bands = Bands.of(field)
    ours, theirs = (_power(maps, bands).mean(0) for maps in (real, generated))
    resolved = bands.ell < RESOLVED * field.nyquist
    return float(np.abs(theirs / ours - 1)[resolved].mean())


def skewness_error(real: np.ndarray, generated: np.ndarray, field: Field) -> float:
    """Relative error of the skewness of all pixels together."""
    ours, theirs = (
        float(stats.skew(maps.ravel())) if np.ptp(maps) else 0.0
        for maps in (real, generated)
    )
    return abs(theirs / ours - 1)


def minkowski_error(real: np.ndarray, generated: np.ndarray, field: Field) -> float:
    """Largest error of the mean of V0, V1 or V2, in σ of a real map.

    At thresholds in σ of the real maps where between 2 and 98 % of their area is above.
    """
    summary = Summary.of(real, field)
    ours, theirs = summary.vectors(real), summary.vectors(generated)
    area = ours[:, summary.columns_of(FUNCTIONALS[0])].mean(0)
    seen = (area > SEEN[0]) & (area < SEEN[1])
    where = [summary.columns_of(name)[seen] for name in FUNCTIONALS]
    columns = np.concatenate(where)
    apart = theirs[:, columns].mean(0) - ours[:, columns].mean(0)
    return float(np.abs(apart / ours[:, columns].std(0)).max())


def correlation_error(real: np.ndarray, generated: np.ndarray, field: Field) -> float:
    """How far correlations of log C_l are off, as ``correlation_difference`` has it."""
    bands = Bands.of(field)
    ours, theirs = (np.log(_power(maps, bands)) for maps in (real, generated))
    return correlation_difference(ours, theirs)


def summary_auc(real: np.ndarray, generated: np.ndarray, field: Field) -> float:
    """How well classifiers tell vectors apart: a half if they cannot."""
    ours, theirs = _clouds(real, generated, field)
    return classify_vectors(ours, theirs).auc


def coverage(real: np.ndarray, generated: np.ndarray, field: Field) -> float:
    """Share of real vectors that have a generated one near: 0.97 for perfect maps."""
    ours, theirs = _clouds(real, generated, field)
    return neighbours(ours, theirs).coverage


def floor_of(
    gate: Gate, real: np.ndarray, field: Field, seed: int = 0, splits: int = SPLITS
) -> float:
    """What a gate gives between halves of real maps, root mean square over splits."""
    return floor(lambda one, two: gate(one, two, field), real, seed, splits)


def _power(maps: np.ndarray, bands: Bands) -> np.ndarray:
    parts = torch.as_tensor(maps, dtype=torch.float32).split(CHUNK)
    found = torch.cat([power_spectrum(part, bands).double() for part in parts])
    return found.clamp_min(torch.finfo(torch.float32).tiny).numpy()


def _clouds(
    real: np.ndarray, generated: np.ndarray, field: Field
) -> tuple[np.ndarray, ...]:
    summary = Summary.of(real, field)
    return scaled(summary, summary.vectors(real), summary.vectors(generated))
