"""``workbench uncertainty RUN``: how sure a trained network is."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from workbench.errors import BadInput
from workbench.runs.folder import write_results
from workbench.runs.report import write_part
from workbench.runs.run import Run
from workbench.runs.trained import Trained, trained
from workbench.task import Evaluation
from workbench.uncertainty.answers import Answers, asked
from workbench.uncertainty.classification import judge
from workbench.uncertainty.conformal import Conformal
from workbench.uncertainty.known import EVENTS, fresh_batches, halves
from workbench.uncertainty.scaling import Temperature
from workbench.uncertainty.shifts import mended, shifted, verdicts
from workbench.uncertainty.sight import sight


def quantify(
    run: Run,
    events: int = EVENTS,
    alpha: float | None = None,
    seed: int = 0,
    shifts: bool = True,
) -> Evaluation:
    """Measure how sure a run's network is, and keep it in the run folder.

    A run of several members is taken as an ensemble.

    Args:
        run: A trained run.
        events: Fresh ones that promises are calibrated on; a sample that is not
            simulated gives half of its test events.
        alpha: How often sets may miss the true class; suited to the accuracy if not
            given.
        seed: Of what is drawn.
        shifts: Whether samples under the task's conditions are made, too, and it is
            tried whether their harm can be foretold.

    Raises:
        BadInput: nothing is trained yet, the task has no classes, or there are too few
            events.
    """
    members = [trained(member) for member in run.members or [run]]
    first = members[0]
    if not first.task.classes:
        raise BadInput(f"{run.name}: the task {first.task.name} tells nothing apart")
    first.data.prepare_data()
    for stage in ("validate", "test"):
        first.data.setup(stage)
    val = [*_said(members, first.data.val_dataloader(), "validate")]
    test = [*_said(members, first.data.test_dataloader(), "test")]
    fresh = fresh_batches(first, events, seed)
    if fresh is not None:
        known = [*_said(members, fresh, "calibrate")]
    else:
        half = halves(len(test[0]), seed)
        known, test = ([said[rows] for said in test] for rows in half)
    evaluation = judge(val, known, test, first.task.classes, alpha, seed)
    if shifts and fresh is not None and first.task.conditions and first.task.evidence:
        evaluation = _foretold(evaluation, first, fresh, val[0], seed)
    write_results(run.folder, "uncertainty", dict(evaluation.numbers))
    write_part(run.folder, first.task, "uncertainty", evaluation)
    return evaluation


def _foretold(
    evaluation: Evaluation, ready: Trained, fresh: Any, val: Answers, seed: int
) -> Evaluation:
    """Add what the network does under the task's shifts, and whether that is seen."""
    temperature = Temperature.fit(val.logits, val.labels)
    seen = sight(ready.task, ready.model, fresh, "see")
    known = mended(seen, temperature)
    assert known.labels is not None
    alpha = evaluation.numbers["uncertainty/alpha"]
    promise = Conformal.fit(known.probabilities, known.labels, alpha)
    accuracy = float((known.probabilities.argmax(1) == known.labels).mean())
    points = shifted(ready, known, temperature, promise)
    numbers, tables = verdicts(points, alpha, accuracy, seed)
    named = {f"uncertainty/{name}": value for name, value in numbers.items()}
    return replace(
        evaluation,
        numbers={**evaluation.numbers, **named},
        tables=(*evaluation.tables, *tables),
    )


def _said(members: list[Trained], batches: Any, what: str) -> Iterator[Answers]:
    for number, member in enumerate(members, 1):
        name = f"{what}, member {number}" if len(members) > 1 else what
        yield asked(member.model, batches, member.task.target, name)
