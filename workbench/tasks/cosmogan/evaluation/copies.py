"""Whether a generator copies its training maps, as a table and numbers."""

from workbench.task import Table
from workbench.tasks.cosmogan.physics.memorisation import Memorisation


def copies_numbers(found: Memorisation) -> dict[str, float]:
    """The share nearer to training maps, and the 1 % quantile of distance ratios."""
    return {
        "test/memorisation_share": found.share,
        "test/memorisation_ratio": found.ratio,
        "test/memorisation_ratio_floor": found.floor,
    }


def copies_table(found: Memorisation) -> Table:
    """The same for people."""
    says = "copies are found" if found.copies else "no sign of copies"
    return Table(
        "Memorisation",
        f"Of {found.maps:,} generated maps, how many are nearer to a training map than "
        "to any of as many held-out ones, in all orientations and small shifts; and "
        f"how near the nearest hundredth comes. Verdict: {says}.",
        ("", "value", "if nothing is copied"),
        (
            ("share nearer to training maps", f"{found.share:.3f}",
             f"0.5 ± {found.bar:.3f}"),
            ("distance ratio, 1 % quantile", f"{found.ratio:.3f}",
             f"{found.floor:.3f}"),
            ("chance of the rarest pairs", f"{found.p:.3g}", "not below 0.0027"),
        ),
    )  # fmt: skip
