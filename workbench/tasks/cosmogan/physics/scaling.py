"""Vectors in which every kind of statistic weighs the same."""

import numpy as np

from workbench.tasks.cosmogan.physics.summary import Summary


def scaled(
    summary: Summary, reference: np.ndarray, *others: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Vectors less the reference's mean, over its σ and √(columns of the group).

    Columns that do not vary in the reference are left out.

    Args:
        summary: What the columns are.
        reference: Vectors (N, D).
        others: More vectors (…, D).

    Returns:
        All of them, (…, D − constant columns).
    """
    groups = np.array([column.group for column in summary.columns])
    members = (groups == groups[:, None]).sum(0)
    sigma = reference.std(0)
    kept = sigma > 1e-9 * np.abs(reference).max(0)
    centre, width = reference.mean(0)[kept], (sigma * np.sqrt(members))[kept]
    return tuple((rows[:, kept] - centre) / width for rows in (reference, *others))
