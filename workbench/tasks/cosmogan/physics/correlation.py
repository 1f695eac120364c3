"""How the power on different scales goes together from map to map."""

import numpy as np

from workbench.tasks.cosmogan.physics.permutation import p_of_shuffles

HALVINGS = 20


def correlations(log_power: np.ndarray) -> np.ndarray:
    """Correlation matrix (B, B) of log C_l over maps (N, B)."""
    return np.corrcoef(log_power, rowvar=False)


def correlation_difference(
    reference: np.ndarray, other: np.ndarray, seed: int = 0
) -> float:
    """How far correlations are off, as a share of the reference's, without scatter.

    The root of ‖R′ − R‖² / ‖R‖² over all pairs of different bands. A matrix of few maps
    scatters, and squares of scatter add up; so each square is taken as the product of
    differences found in two halves of the maps, which scatter independently. Over many
    halvings the mean is unbiased; where it is negative there is no difference to see.

    Args:
        reference: log C_l (N, B).
        other: log C_l (M, B).
        seed: Of the halvings.

    Returns:
        Nothing for the same correlations, one for none where there should be some;
        infinite where the reference has none to be seen.
    """
    draw = np.random.default_rng(seed)
    apart = there = 0.0
    for _ in range(HALVINGS):
        ours = [_pairs(half) for half in _halves(reference, draw)]
        theirs = [_pairs(half) for half in _halves(other, draw)]
        apart += (theirs[0] - ours[0]) @ (theirs[1] - ours[1])
        there += ours[0] @ ours[1]
    return float(np.sqrt(max(0.0, apart) / there)) if there > 0 else np.inf


def p_of_correlations(reference: np.ndarray, other: np.ndarray, seed: int) -> float:
    """Chance of matrices so different where each set has its own means and widths."""
    both = [(rows - rows.mean(0)) / rows.std(0) for rows in (reference, other)]
    rows = np.concatenate(both)
    one, two = np.triu_indices(rows.shape[1], 1)
    products = rows[:, one] * rows[:, two]
    n, m = len(reference), len(other)

    def distance(member: np.ndarray) -> float:
        apart = np.where(member, 1 / n, -1 / m) @ products
        return float(apart @ apart)

    return p_of_shuffles(distance, len(reference), len(other), seed)


def _halves(rows: np.ndarray, draw: np.random.Generator) -> list[np.ndarray]:
    order = draw.permutation(len(rows))
    return [rows[part] for part in np.array_split(order, 2)]


def _pairs(rows: np.ndarray) -> np.ndarray:
    matrix = correlations(rows)
    return matrix[np.triu_indices(len(matrix), 1)]
