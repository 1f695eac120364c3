"""Whether single numbers of maps are distributed alike in two sets."""

import numpy as np
import torch
from scipy import stats


def kolmogorov_smirnov(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Chance of so distant distributions of each column (N, D) and (M, D): (D,).

    For all columns at once what ``scipy.stats.ks_2samp`` does for one. The distribution
    of many maps is taken; with few, or ties, it errs on the safe side.
    """
    n, m = len(reference), len(other)
    one, two = (torch.as_tensor(x.T.copy()).sort(1).values for x in (reference, other))
    both = torch.cat([one, two], 1)
    below = torch.searchsorted(one, both, right=True) / n
    distance = (below - torch.searchsorted(two, both, right=True) / m).abs().amax(1)
    return stats.kstwobign.sf(distance.numpy() * np.sqrt(n * m / (n + m)))


def mann_whitney(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Chance that one set is so often the higher, of each column: (D,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        p = stats.mannwhitneyu(reference, other, axis=0).pvalue
    return np.where(np.isfinite(p), p, 1.0)  # columns of one value


def p_of_ranks(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The smaller of both, doubled for there were two: (D,)."""
    both = kolmogorov_smirnov(reference, other), mann_whitney(reference, other)
    return np.minimum(1, 2 * np.minimum(*both))
