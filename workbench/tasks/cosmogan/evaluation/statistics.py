"""Statistic by statistic: what differs, calibrated, and as the paper says it."""

import numpy as np

from workbench.task import Table
from workbench.tasks.cosmogan.physics.comparison import FALSE_ALARM, Comparison
from workbench.tasks.cosmogan.physics.gates import Measured
from workbench.tasks.cosmogan.physics.paper import paper_p_values


def statistics_table(compared: Comparison) -> Table:
    """Of each group of statistics the one that tells most."""
    rows: list[tuple[str, ...]] = []
    for group, members in compared.groups.items():
        known = [row for row in members if row.p is not None]
        for row in [min(known, key=lambda row: row.p or 0)] if known else members:
            chance = "" if row.p is None else f"{row.p:.2g}"
            cells = f"{row.effect:.3g} {row.unit}", f"{row.floor:.2g}", chance
            rows.append((group, row.name, *cells, row.verdict))
    return Table(
        "Statistics",
        "Each tested with the map as its unit; p holds for the whole table, in which "
        f"equal sets would differ 1 time in {1 / FALSE_ALARM:.0f}.",
        ("group", "most telling", "effect", "floor", "p", "verdict"),
        tuple(rows),
    )


def paper_table(real: Measured, generated: Measured) -> Table:
    """p-values as CosmoGAN's paper quotes them, which cannot fail."""
    p = paper_p_values(real.vectors, generated.vectors)
    half = len(real) // 2
    same = paper_p_values(real.vectors[:half], real.vectors[half : 2 * half])
    groups = np.array([column.group for column in real.summary.columns])
    rows = [
        (group, *(f"{np.median(each[groups == group]):.3f}" for each in (p, same)))
        for group in dict.fromkeys(groups.tolist())
    ]
    return Table(
        "The paper's p-values",
        "Kolmogorov and Smirnov's test of histogram counts, as published for CosmoGAN. "
        "It asks whether two lists of counts hold like numbers, whichever bin they "
        "belong to, and so is near 1 whatever the maps: read nothing from it.",
        ("statistic", "median p", "real against real"),
        tuple(rows),
    )
