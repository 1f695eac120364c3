"""How well a map finds what the simulator put there.

Shares of all cells of a sample stand in a row (B, M); of them only what speaks for the
answer counts. Evidence need not lie where the truth is: a muon's lever arm and silence
upstream of a vertex are legitimate, so that no good map reaches one.
"""

from collections.abc import Sequence

import numpy as np


def mass(shares: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Share of the positive shares that lies in the mask (B,).

    Arras et al., Information Fusion 81, 14 (2022), arXiv:2003.07258.

    Args:
        shares: (B, M).
        truth: Masks (B, M).
    """
    for_it = np.maximum(shares, 0)
    total = for_it.sum(1)
    with np.errstate(invalid="ignore"):  # nothing speaks for it
        return np.where(total > 0, (for_it * truth).sum(1) / total, 0.0)


def skill(value: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """How much of what the plain map leaves to gain is gained; one at most (B,)."""
    return (value - plain) / np.maximum(1 - plain, 1e-9)


def rank(shares: np.ndarray, truth: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Of as many strongest cells as the mask has hits, the share in the mask (B,).

    Args:
        shares: (B, M).
        truth: Masks (B, M).
        there: Cells that hold something (B, M).
    """
    order = np.argsort(-shares, 1, kind="stable")
    sorted_truth = np.take_along_axis(truth, order, 1)
    k = (truth & there).sum(1)
    found = np.cumsum(sorted_truth, 1)[np.arange(len(k)), np.maximum(k, 1) - 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(k > 0, found / k, np.nan)


def pointing(shares: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Whether the strongest cell lies in the mask (B,), whose width is the tolerance.

    Zhang et al., Int. J. Comput. Vis. 126, 1084 (2018), arXiv:1608.00507.
    """
    best = shares.argmax(1)
    return truth[np.arange(len(best)), best].astype(float)


def off_by(shares: np.ndarray, places: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Distance along a line from where the shares are strongest to the truth (B,).

    Args:
        shares: (B, M).
        places: Of the cells, whole numbers (M,).
        true: (B,).
    """
    at = np.stack([np.bincount(places, np.maximum(row, 0)).argmax() for row in shares])
    return np.abs(at - true)


def recall(sizes: np.ndarray, carried: Sequence[Sequence[int]]) -> np.ndarray:
    """Share of the shares' size in the variables that carry the truth (B,).

    Args:
        sizes: Of the shares of each variable (B, C).
        carried: Of each sample, which of them carry it.
    """
    inside = [row[list(which)].sum() for row, which in zip(sizes, carried, strict=True)]
    return np.array(inside) / np.maximum(sizes.sum(1), 1e-12)


def leakage(shares: np.ndarray, away: np.ndarray) -> np.ndarray:
    """Mean distance from the truth of what speaks for the answer outside of it (B,).

    Not a number where nothing outside does. Shares are amounts, not densities, so that
    a small cell near a pole weighs as much as it says, not as large as it is.

    Args:
        shares: (B, M).
        away: Distance of each cell, 0 within the truth (B, M).
    """
    outside = np.maximum(shares, 0) * (away > 0)
    total = outside.sum(1)
    far = np.full(len(shares), np.nan)
    return np.divide((outside * away).sum(1), total, out=far, where=total > 0)


def hit_agreement(one: np.ndarray, other: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation of two maps over cells that hold something (B,).

    Over all cells, the many that are empty would agree by themselves.
    """
    from scipy.stats import rankdata

    found = np.full(len(one), np.nan)
    for row, inside in enumerate(there):
        a, b = (rankdata(values[row][inside]) for values in (one, other))
        a, b = a - a.mean(), b - b.mean()
        size = np.sqrt((a @ a) * (b @ b))
        if size > 0:
            found[row] = a @ b / size
    return found
