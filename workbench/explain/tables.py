"""What explanations have found, as a report has it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from workbench.explain.columns import columns, over
from workbench.explain.explanation import Explanation
from workbench.explain.moving import BY, moved
from workbench.explain.scoring import Bench, Scored
from workbench.explain.views import Views
from workbench.task import Evaluation, Table

FOLLOWED = 40  # events that are moved along
ELSEWHERE = (
    "Evidence may rightly lie elsewhere than the true place: a long track's lever arm, "
    "silence upstream, the weather around a storm."
)
MEANT = {  # column → what it says
    "mass at the truth": "Mass is the share of what speaks for the answer that is near "
    f"the true place. {ELSEWHERE}",
    "skill": "Skill is the part that is found of what the field's own map leaves.",
    "channel recall": "Channel recall is the share in variables that the simulator "
    "writes such a thing into, leakage how far from it the rest lies on average.",
    "deletion": "Deletion and insertion are areas under the answer's probability as "
    "the strongest cells go (low is good) and come (high is good).",
    "infidelity": "Every cell is then off by as much as calibration leaves open: "
    "infidelity is the part of the answer's change that the map, on its best scale, "
    "does not foresee (0 to 1), sensitivity how far the map itself moves, at worst.",
}


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
    ahead = found.question.evidence.score or "the answer is ahead by"
    figures = {
        f"Test event {row}: orange speaks for the answer, purple against it; "
        f"{ahead} {values.value[k]:.1f}": found.plot(k)
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
    made = columns(found.values(), seed)
    table = Table(
        "How well maps find what the simulator put there",
        f"{events:,} test events that are answered rightly; ± half of where 95 % of "
        f"resampled samples lie. {best} was chosen on {chosen_by:,} validation ones. "
        + " ".join(text for name, text in MEANT.items() if name in made)
        + " The field, its edges and chance ask no network; the last row asks one that "
        "has learned nothing.",
        ("", *made),
        tuple((name, *(tell(one) for tell in made.values()))
              for name, one in found.items()),
    )  # fmt: skip
    gains = {
        f"{kind} over {plain}": over(difference, seed)
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
        "mass_skill": default.skill,
        "mass": default.mass,
        "deletion_auc": default.deletion,
        "insertion_auc": default.insertion,
        "infidelity": default.infidelity,
        "sensitivity": default.sensitivity,
        "channel_recall": default.recall,
        "leakage_km": default.leakage,
    }
    means = {
        f"explain/{name}": float(np.nanmean(values))
        for name, values in numbers.items()
        if not np.isnan(values).all()
    }
    means["explain/beats_plain"] = float(all(one.above_zero for one in gains.values()))
    if not np.isnan(default.completeness).all():
        error = float(np.nanquantile(default.completeness, 0.95))
        means["explain/completeness_error"] = error
    return Evaluation(
        means,
        (table, beaten),
        {},
        ("explain/mass_skill", "explain/deletion_auc", "explain/completeness_error"),
    )


def by_view(evaluation: Evaluation, found: Views, method: str) -> Evaluation:
    """Add whether the view that maps count most is the one whose loss costs most."""
    share, loss, stays = (
        100 * found.share.mean(0), found.loss.mean(0), 100 * found.stays.mean(0)
    )  # fmt: skip
    rows = zip(found.names, share, loss, stays, found.agreement, strict=True)
    same = float(found.same_first.mean())
    table = Table(
        "Which view counts",
        f"The same events. What {method} puts into a view beside what the answer loses "
        "when the view is empty. Rank agreement is that of both over the events. The "
        "view with the largest share is the one whose loss costs most in "
        f"{100 * same:.0f} % of events; by chance in {100 / len(found.names):.0f} %.",
        ("", "share", "margin lost without it", "class stays", "rank agreement"),
        tuple(
            (name, f"{a:.0f} %", f"{b:.2f}", f"{c:.0f} %", f"{d:.2f}")
            for name, a, b, c, d in rows
        ),
    )
    numbers = {
        "explain/view_agreement": float(np.nanmean(found.agreement)),
        "explain/view_first": same,
    }
    return replace(
        evaluation,
        numbers={**evaluation.numbers, **numbers},
        tables=(*evaluation.tables, table),
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
