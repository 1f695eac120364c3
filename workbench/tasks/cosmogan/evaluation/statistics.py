"""Statistic by statistic: what differs, and what is chance."""

from workbench.task import Table
from workbench.tasks.cosmogan.physics.comparison import FALSE_ALARM, Comparison


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
        f"equal sets would differ 1 time in {1 / FALSE_ALARM:.0f}. The p that the "
        "CosmoGAN paper quotes is of a test of histogram counts: it asks whether two "
        "lists hold like numbers, whichever bin they belong to, and is near 1 whatever "
        "the maps. Read nothing from it.",
        ("group", "most telling", "effect", "floor", "p", "verdict"),
        tuple(rows),
    )
