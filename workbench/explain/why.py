"""``workbench explain RUN``: why a trained network answers as it does."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.explain.explanation import Explanation, explain, untrained_like
from workbench.explain.methods import DEFAULT, chosen
from workbench.explain.scoring import Bench, Scored, all_scores, applicable
from workbench.explain.tables import followed, judged, stamped
from workbench.runs.folder import write_results
from workbench.runs.report import write_part
from workbench.runs.run import Run
from workbench.runs.trained import Trained, opened_with_data
from workbench.task import Evaluation

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
    ready = opened_with_data(run)
    rows = list(rows) or list(range(SHOWN))
    samples = _samples(ready, "test", rows)
    found = explain(ready, samples, of, against, thing, method, parts)
    write_part(run.folder, ready.task, "maps", stamped(found, rows))
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
    ready = opened_with_data(run)
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
    evaluation = judged(found, best, len(benches["test"]), len(benches["val"]), seed)
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
