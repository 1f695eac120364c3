"""``workbench explain RUN``: why a trained network answers as it does."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from workbench.bootstrap import Interval, interval
from workbench.errors import BadInput
from workbench.explain.explanation import Explanation, explain, untrained_like
from workbench.explain.methods import DEFAULT, chosen
from workbench.explain.scoring import Bench, Scored, all_scores, applicable
from workbench.runs.folder import write_results
from workbench.runs.report import write_part
from workbench.runs.run import Run
from workbench.runs.trained import Trained, trained
from workbench.task import Evaluation, Table

SHOWN = 3  # events whose maps a report has
CHOOSE, SCORE = 100, 300  # events that choose the method, and that judge it


def show(
    run: Run,
    rows: Sequence[int] = (),
    method: str = DEFAULT,
    of: int | None = None,
    against: int | None = None,
    thing: int = 0,
    parts: str | None = None,
) -> Explanation:
    """Explain test events of a run, and put their maps into its report.

    Args:
        run: A trained run.
        rows: Of its test events; the first three if not given.
        method: One of ``METHODS``.
        of: A class; the likeliest if not given.
        against: Another; the next if not given.
        thing: Which of those outlined in each map, the largest first.
        parts: What is taken away together, by methods that take away.

    Raises:
        BadInput: nothing is trained yet, no such event, or the method does not apply.
    """
    chosen(method)
    ready = _opened(run)
    samples = _samples(ready, "test", rows or range(SHOWN))
    found = explain(ready, samples, of, against, thing, method, parts)
    write_part(run.folder, ready.task, "explain", _as_evaluation(found, rows))
    return found


def score(
    run: Run, events: int = SCORE, methods: Sequence[str] = (), seed: int = 0
) -> Evaluation:
    """Judge methods by the simulator's truth, and keep the table in the run folder.

    The default method is chosen on validation events and judged on test events.

    Args:
        run: A trained run.
        events: Test events that are drawn; those answered rightly count.
        methods: Of ``METHODS``; all that apply if not given.
        seed: Of the draw and of the intervals.

    Raises:
        BadInput: nothing is trained yet, or the truth is not known.
    """
    for name in methods:
        chosen(name)
    ready = _opened(run)
    draw = np.random.default_rng(seed)
    benches = {
        split: Bench(ready, _samples(ready, split, _drawn(ready, split, count, draw)))
        for split, count in (("val", min(events, CHOOSE)), ("test", events))
    }
    names = list(methods) or applicable(benches["val"].question)
    tried = {name: benches["val"].of_method(name) for name in names}
    tried |= {k: benches["val"].judged(v) for k, v in benches["val"].plain.items()}
    best = best_of(names, tried)
    ordered = [best, *(name for name in names if name != best)]
    untrained = untrained_like(ready.model)
    found = all_scores(benches["test"], untrained, ordered)
    evaluation = _scores(found, best, len(benches["test"]), len(benches["val"]), seed)
    write_results(run.folder, "explain", dict(evaluation.numbers))
    write_part(run.folder, ready.task, "explain", evaluation)
    return evaluation


def best_of(names: Sequence[str], tried: Mapping[str, Scored]) -> str:
    """The method whose maps find most, of those that take hits away to more effect."""
    plain = tried["field"].deletion.mean()
    able = [name for name in names if tried[name].deletion.mean() < plain]
    return max(able or names, key=lambda name: float(tried[name].skill.mean()))


def _opened(run: Run) -> Trained:
    found = trained(run.members[0] if run.members else run)
    found.data.prepare_data()
    for stage in ("validate", "test"):
        found.data.setup(stage)
    return found


def _drawn(ready: Trained, split: str, count: int, draw: np.random.Generator) -> Any:
    first, last = ready.data.bounds(split)
    return draw.permutation(last - first)[:count]


def _samples(ready: Trained, split: str, rows: Any) -> list[Mapping[str, Any]]:
    first, last = ready.data.bounds(split)
    for row in rows:
        if not 0 <= row < last - first:
            raise BadInput(
                f"event {row}: the run has {last - first} of {split}, from 0 on"
            )
    return [ready.data.sample(first + int(row)) for row in rows]


def _as_evaluation(found: Explanation, rows: Sequence[int]) -> Evaluation:
    shown = rows or range(SHOWN)
    values = found.attribution
    stamped = Table(
        f"What the maps of {values.method} are worth",
        f"Asked: why {values.about}? Badges are of these {len(shown)} events together.",
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
        for k, row in enumerate(shown)
    }
    return Evaluation({}, (stamped,), figures)


def _scores(
    found: Mapping[str, Scored], best: str, events: int, chosen_by: int, seed: int
) -> Evaluation:
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
        "skill the part that is found of what the field's own map leaves. Evidence may "
        "rightly lie elsewhere: a long track's lever arm, silence upstream. Deletion "
        "and insertion are areas under the answer's probability as the strongest hits "
        "go (low is good) and come (high is good). The field, its edges and chance ask "
        "no network.",
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


def _shown(one: Interval, unit: float, digits: int, end: str = "") -> str:
    half = unit * (one.high - one.low) / 2
    return f"{unit * one.value:.{digits}f}\u00a0±\u00a0{half:.{digits}f}{end}"
