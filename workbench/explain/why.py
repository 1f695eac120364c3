"""``workbench explain RUN``: why a trained network answers as it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.explain.explanation import (
    Explanation,
    evidence_of,
    explain,
    untrained_like,
)
from workbench.explain.latents import latent_of, moved_by, moves
from workbench.explain.layer_view import layer_view
from workbench.explain.methods import DEFAULT, chosen
from workbench.explain.near import near_tables
from workbench.explain.profile import profile, profile_table, profiles
from workbench.explain.scoring import Bench, Scored, all_scores, applicable
from workbench.explain.tables import by_view, followed, judged, stamped
from workbench.explain.what_if import WhatIf
from workbench.runs.folder import write_results
from workbench.runs.report import write_part
from workbench.runs.run import Run
from workbench.runs.trained import Split, Trained, opened_with_data, trained
from workbench.task import Evaluation

SHOWN = 3  # events whose maps a report has
CHOOSE, SCORE = 100, 300  # events that choose the method, and that judge it


@dataclass(frozen=True)
class Told:
    """What the verb has to say of some test events.

    Attributes:
        found: Their explanation; ``None`` where a generator's latent was asked about.
        evaluation: Tables and figures, as the report has them.
    """

    found: Explanation | None
    evaluation: Evaluation


def show(
    run: Run,
    rows: Sequence[int] = (),
    method: str = DEFAULT,
    of: int | None = None,
    against: int | None = None,
    thing: int = 0,
    parts: str | None = None,
    layer: str | None = None,
) -> Told:
    """Explain test events of a run, and put their maps into its report.

    Of a generator, which draws from a latent, no events need be named: then it is told
    which part of the latent moves which statistic of its maps.

    Args:
        run: A trained run.
        rows: Of its test events; the first three if not given.
        method: One of ``METHODS``.
        of: A class; the likeliest if not given.
        against: Another; the next if not given.
        thing: Which of those outlined in each map, the largest first.
        parts: What is taken away together, by methods that take away.
        layer: Whose units are looked at, too.

    Raises:
        BadInput: nothing is trained yet, no such event or layer, or the method does not
            apply.
    """
    chosen(method)
    ready = opened_with_data(run)
    evidence_of(ready)
    if ready.task.latent is not None and not rows:
        told = Told(None, moved_by(moves(latent_of(ready))))
    else:
        rows = list(rows) or list(range(SHOWN))
        samples = [ready.sample(row) for row in rows]
        found = explain(ready, samples, of, against, thing, method, parts)
        others = [trained(member) for member in run.members[1:]]
        told = Told(found, _evaluated(found, rows, layer, others))
    write_part(run.folder, ready.task, "maps", told.evaluation)
    return told


def _evaluated(
    found: Explanation,
    rows: list[int],
    layer: str | None,
    members: Sequence[Trained],
) -> Evaluation:
    """Maps and what they are worth, what lies near, and a layer's units."""
    maps = stamped(found, rows)
    tables, figures = (*maps.tables, *near_tables(found, rows)), dict(maps.figures)
    if found.question.evidence.line is not None:
        lain = [profile(found, k, members) for k in range(len(rows))]
        figures |= {
            f"Test event {row}: shares along the detector": profiles([one])
            for row, one in zip(rows, lain, strict=True)
        }
        tables = (*tables, profile_table(lain, [f"test event {row}" for row in rows]))
        what = WhatIf(found.trained, found.samples[0])
        for name, one in what.ranges.items():
            figures[f"Test event {rows[0]}, were it another: {one.name}"] = what.plot(
                name
            )
    if layer is not None:
        seen = layer_view(found, layer, rows)
        tables, figures = (*tables, *seen.tables), figures | dict(seen.figures)
    return Evaluation({}, tables, figures)


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
    ready = opened_with_data(run)
    if not ready.task.classes:
        raise BadInput(
            f"the task {ready.task.name} answers with no class, so no truth judges its "
            "maps: leave --score out"
        )
    draw = np.random.default_rng(seed)
    splits: dict[Split, int] = {"val": min(events, CHOOSE), "test": events}
    benches = {
        split: Bench(ready, _drawn(ready, split, count, draw))
        for split, count in splits.items()
    }
    names = list(methods) or applicable(benches["val"].question)
    tried = {name: benches["val"].of_method(name) for name in names}
    tried |= {"field": benches["val"].judged(benches["val"].plain["field"])}
    best = best_of(names, tried)
    ordered = [best, *(name for name in names if name != best)]
    untrained = untrained_like(ready.model)
    found = all_scores(benches["test"], untrained, ordered)
    evaluation = judged(found, best, len(benches["test"]), len(benches["val"]), seed)
    by_views = found[best].views
    if by_views is not None:
        evaluation = by_view(evaluation, by_views, best)
    if benches["test"].line is not None:
        evaluation = followed(evaluation, benches["test"], ready.task.classes, best)
    write_results(run.folder, "explain", dict(evaluation.numbers))
    write_part(run.folder, ready.task, "explain", evaluation)
    return evaluation


def best_of(names: Sequence[str], tried: Mapping[str, Scored]) -> str:
    """The method whose maps find most, of those that take hits away to more effect."""
    plain = tried["field"].deletion.mean()
    able = [name for name in names if tried[name].deletion.mean() < plain]
    return max(able or names, key=lambda name: float(tried[name].skill.mean()))


def _drawn(
    ready: Trained, split: Split, count: int, draw: np.random.Generator
) -> list[Mapping[str, Any]]:
    first, last = ready.data.bounds(split)
    rows = draw.permutation(last - first)[:count]
    return [ready.sample(int(row), split) for row in rows]
