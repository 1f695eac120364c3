"""Whether two sets of maps have the same mean, whatever else they have."""

from typing import Any

import numpy as np
from scipy import stats


def p_of_means(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Chance of so different means of each column, by the test of Welch.

    Ranks would also answer to the shape: C_l of maps scatter more, and have a lower
    median at the same mean, the more skewed the field is.

    Args:
        reference: (N, D), a row a map.
        other: (M, D).

    Returns:
        (D,), one where neither set varies and both are the same.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        test: Any = stats.ttest_ind(reference, other, axis=0, equal_var=False)
    same = reference.mean(0) == other.mean(0)
    return np.where(np.isfinite(test.pvalue), test.pvalue, same)
