"""How far each number of one set is from the other's, whatever it scatters by."""

import numpy as np


def ratio_of_means(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Relative difference of the means of columns (N, D) and (M, D): (D,)."""
    return other.mean(0) / reference.mean(0) - 1


def ratio_of_widths(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Relative difference of the standard deviations of columns: (D,)."""
    return _over(other.std(0) - reference.std(0), reference.std(0))


def shift(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Difference of the means of columns in σ from map to map: (D,).

    σ is the root mean square of both sets', for a number that never varies in the
    reference may well do so in the other.
    """
    sigma = np.sqrt((reference.var(0) + other.var(0)) / 2)
    return _over(other.mean(0) - reference.mean(0), sigma)


def _over(difference: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    least = np.finfo(np.float64).tiny
    return np.where(difference == 0, 0, difference / np.maximum(sigma, least))
