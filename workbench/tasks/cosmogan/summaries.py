"""The statistics that maps are compared by, each with the scale it goes along."""

import numpy as np

from workbench.task import Statistic
from workbench.tasks.cosmogan.data import ConvergenceData
from workbench.tasks.cosmogan.physics.moments import MOMENTS
from workbench.tasks.cosmogan.physics.summary import (
    FUNCTIONALS,
    POWER,
    SEEN,
    Summary,
)


def summaries(maps: np.ndarray, data: ConvergenceData) -> tuple[Statistic, ...]:
    """Spectrum, histogram, Minkowski functionals and moments of maps (N, S, S).

    Args:
        maps: κ, real or generated.
        data: Whose test maps settle bins and thresholds.
    """
    first, last = data.bounds("test")
    reference = data.source.read(slice(first, min(last, first + SEEN)))
    summary = Summary.of(reference, data.field)
    vectors = summary.vectors(maps)
    edges = np.array(summary.pixels)
    inner = summary.columns_of("histogram")[1:-1]  # between the edges alone
    beams = np.array(summary.beams) * data.field.arcmin
    sigma = "threshold, σ from the mean"
    found = [
        Statistic(
            "power spectrum C_l",
            "multipole l",
            summary.bands.ell,
            10 ** vectors[:, summary.columns_of(POWER)],
        ),
        Statistic(
            "share of pixels",
            "convergence κ",
            (edges[1:] + edges[:-1]) / 2,
            vectors[:, inner],
        ),
    ]
    found += [
        Statistic(name, sigma, summary.thresholds, vectors[:, summary.columns_of(name)])
        for name in FUNCTIONALS
    ]
    found += [
        Statistic(
            name, "smoothing [arcmin]", beams, vectors[:, summary.columns_of(name)]
        )
        for name in MOMENTS
    ]
    return tuple(found)
