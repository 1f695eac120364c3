"""The p-values of the CosmoGAN paper, as it quotes them, and why none can be small.

Mustafa et al. (2019), Computational Astrophysics and Cosmology 6, 1, fill a histogram
of each statistic from real and from generated maps and give the two lists of *counts*
to a Kolmogorov–Smirnov test, as if counts were draws. The test does not see which bin a
count belongs to, only that the lists hold numbers of like size, as those of any two
histograms of equally many maps do; and it believes to have as many draws as there are
bins, a few tens, with which only gross differences are found. So p is near one for
equal sets, where it should be anything between nothing and one alike, and still for a
spectrum that is wrong by 5 %. It is offered to be compared with published numbers, and
judges nothing here.
"""

import warnings
from typing import Any

import numpy as np
from scipy import stats

BINS = 50


def paper_p_values(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Their p of each column of (N, D) and (M, D), from 50 bins: (D,)."""
    found: list[float] = []
    for real, made in zip(reference.T, other.T, strict=True):
        edges = np.histogram_bin_edges(np.concatenate([real, made]), BINS)
        ours, theirs = (np.histogram(x, edges)[0] / len(x) for x in (real, made))
        with warnings.catch_warnings():
            # many bins hold as many: scipy says that it turns to its other formula
            warnings.simplefilter("ignore", RuntimeWarning)
            test: Any = stats.ks_2samp(ours, theirs)
        found.append(float(test.pvalue))
    return np.array(found)
