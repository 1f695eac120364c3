"""How far two clouds of vectors are apart if both are taken to be Gaussian."""

import numpy as np
from scipy import linalg
from threadpoolctl import threadpool_limits


@threadpool_limits.wrap(limits=1)  # small matrices: threads only wait for each other
def frechet(reference: np.ndarray, other: np.ndarray) -> float:
    """Squared distance |μ − μ′|² + tr(Σ + Σ′ − 2 (Σ Σ′)^½) of clouds (N, D), (M, D).

    Dowson & Landau (1982), Journal of Multivariate Analysis 12, 450. Clouds of few
    points are further apart than what they were drawn from: hold it against halves of
    one set.
    """
    ours, theirs = (np.cov(rows, rowvar=False) for rows in (reference, other))
    values, axes = linalg.eigh(ours)
    root = axes * np.sqrt(values.clip(0)) @ axes.T
    mixed = linalg.eigvalsh(root @ theirs @ root).clip(0)
    shift = reference.mean(0) - other.mean(0)
    spread = np.trace(ours) + np.trace(theirs) - 2 * np.sqrt(mixed).sum()
    return float(shift @ shift + spread)
