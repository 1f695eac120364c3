"""What explanations have found, as a report has it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from workbench.bootstrap import Interval, interval
from workbench.explain.explanation import Explanation
from workbench.explain.moving import BY, moved
from workbench.explain.scoring import Bench, Scored
from workbench.task import Evaluation, Table

FOLLOWED = 40  # events that are moved along
ELSEWHERE = (
    "Evidence may rightly lie elsewhere than the true place: a long track's lever arm, "
    "silence upstream."
)


def stamped(found: Explanation, rows: Sequence[int]) -> Evaluation:
    """Maps of test events, by their numbers, and what the maps are worth."""
    values = found.attribution
    badges = Table(
        f"What the maps of {values.method} are worth",
        f"Asked: why {values.about}? Badges are of these {len(rows)} events together.",
        ("", "value", "", "in words"),
        tuple(
            (
                badge.name,
                "–" if np.isnan(badge.value) else f"{badge.value:.3g}",
                {None: "", True: "passes", False: "fails"}[badge.good],
                badge.says,
            )
            for badge in found.badges
        ),
    )
    figures = {
        f"Test event {row}: orange speaks for the answer, purple against it; "
        f"the answer is ahead by {values.value[k]:.1f}": found.plot(k)
        for k, row in enumerate(rows)
    }
    return Evaluation({}, (badges,), figures)


def judged(
    found: Mapping[str, Scored], best: str, events: int, chosen_by: int, seed: int
) -> Evaluation:
    """Every method's scores, and what the chosen one is better by than plain maps.

    Args:
        found: Name → scores on test events.
        best: The method that was chosen.
        events: How many test events.
        chosen_by: How many validation events chose it.
        seed: Of the intervals.
    """
    default = found[best]

    def of(values: np.ndarray) -> Interval:
        return interval(lambda rows: float(np.nanmean(values[rows])), len(values), seed)

    rows = [
        (
            name,
            _shown(of(one.mass), 100, 1, " %"),
            f"{100 * one.skill.mean():.0f} %",
            f"{100 * np.nanmean(one.rank):.0f} %",
            f"{100 * one.pointing.mean():.0f} %",
            f"{np.nanmedian(one.off):.1f}",
            _shown(of(one.deletion), 1, 3),
            _shown(of(one.insertion), 1, 3),
            "–"
            if np.isnan(one.completeness).all()
            else f"{100 * np.nanquantile(one.completeness, 0.95):.2g} %",
        )
        for name, one in found.items()
    ]
    table = Table(
        "How well maps find what the simulator put there",
        f"{events:,} test events that are answered rightly; ± half of where 95 % of "
        f"resampled samples lie. {best} was chosen on {chosen_by:,} validation ones. "
        "Mass is the share of what speaks for the answer that is near the true place, "
        "skill the part that is found of what the field's own map leaves. "
        f"{ELSEWHERE} Deletion and insertion are areas under the answer's probability "
        "as the strongest hits go (low is good) and come (high is good). The field, "
        "its edges and chance ask no network.",
        (
            "", "mass at the truth", "skill", "rank", "pointing", "off by (median)",
            "deletion", "insertion", "completeness error",
        ),
        tuple(rows),
    )  # fmt: skip
    gains = {
        f"{kind} over {plain}": of(difference)
        for plain in ("field", "edges")
        for kind, difference in (
            ("mass", default.mass - found[plain].mass),
            ("deletion", found[plain].deletion - default.deletion),
        )
    }
    beaten = Table(
        f"What {best} is better by",
        "The same events, so that their luck drops out.",
        ("", "better by", "95 % of resampled", ""),
        tuple(
            (
                name,
                f"{one.value:.3f}",
                f"{one.low:.3f} … {one.high:.3f}",
                "yes" if one.above_zero else "not told from chance",
            )
            for name, one in gains.items()
        ),
    )
    numbers = {
        "mass_skill": float(default.skill.mean()),
        "mass": float(default.mass.mean()),
        "deletion_auc": float(default.deletion.mean()),
        "insertion_auc": float(default.insertion.mean()),
        "beats_plain": float(all(one.above_zero for one in gains.values())),
    }
    if not np.isnan(default.completeness).all():
        error = np.nanquantile(default.completeness, 0.95)
        numbers["completeness_error"] = float(error)
    return Evaluation(
        {f"explain/{name}": value for name, value in numbers.items()},
        (table, beaten),
        {},
        ("explain/mass_skill", "explain/deletion_auc", "explain/completeness_error"),
    )


def followed(
    evaluation: Evaluation, bench: Bench, classes: Sequence[str], method: str
) -> Evaluation:
    """Add whether maps move with the events."""
    assert bench.line is not None
    some = bench.question[:FOLLOWED]
    found = moved(some, classes, bench.places, method)
    slope, residual = float(np.median(found.slope)), float(np.median(found.residual))
    table = Table(
        "Whether maps move with the events",
        f"{len(some)} of these events, moved along by up to "
        f"{max(BY) * bench.line.step} {bench.line.unit} either way and explained anew: "
        "how far the middle of what speaks for the answer goes with them.",
        ("", "median"),
        (
            ("slope (1: as far as the event)", f"{slope:.2f}"),
            (f"scatter about it, {bench.line.unit}", f"{residual:.2f}"),
        ),
    )
    numbers = {"explain/shift_slope": slope, "explain/shift_scatter": residual}
    return replace(
        evaluation,
        numbers={**evaluation.numbers, **numbers},
        tables=(*evaluation.tables, table),
    )


def _shown(one: Interval, unit: float, digits: int, end: str = "") -> str:
    half = unit * (one.high - one.low) / 2
    return f"{unit * one.value:.{digits}f}\u00a0±\u00a0{half:.{digits}f}{end}"
