"""How sure networks are that name the class of whole events."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from workbench.runs.trained import Split, Trained
from workbench.task import Evaluation
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.classification import judge
from workbench.uncertainty.cohort import Cohort
from workbench.uncertainty.conformal import Conformal
from workbench.uncertainty.known import EVENTS, fresh_data, halves
from workbench.uncertainty.remembered import remembered
from workbench.uncertainty.scaling import Temperature
from workbench.uncertainty.shifts import mended, shifted, verdicts
from workbench.uncertainty.sight import sight
from workbench.uncertainty.slices import confusion, mistakes_table, slices_table
from workbench.uncertainty.ways import Said, Way, ways


def judge_events(
    members: list[Trained],
    events: int | None = None,
    alpha: float | None = None,
    seed: int = 0,
    shifts: bool = True,
    names: Sequence[str] | None = None,
) -> Evaluation:
    """Measure how sure classifiers are, together.

    Args:
        members: Networks; the first one's data are set up.
        events: Fresh ones that promises are calibrated on.
        alpha: How often sets may miss the true class.
        seed: Of what is drawn.
        shifts: Whether it is tried if harm under the task's conditions is foretold.
        names: Ways to ask the first network; all that there are if not given.

    Raises:
        BadInput: a way is not offered, or there are too few events.
    """
    first = members[0]
    others, refused = ways(first, names, seed)
    val = [*_said(members, first.data, "val", "validate")]
    test = [*_said(members, first.data, "test", "test")]
    asked_val = _asked(first, others, first.data.val_dataloader(), "validate")
    asked_test = _asked(first, others, first.data.test_dataloader(), "test")
    whole = Cohort(first, test[0])
    fresh = fresh_data(first, events or EVENTS, seed)
    if fresh is not None:
        known = [*_said(members, fresh, "test", "calibrate")]
    else:
        half = halves(len(test[0]), seed)
        known, test = ([said[rows] for said in test] for rows in half)
        asked_test = [[said[half[1]] for said in each] for each in asked_test]
    said = [Said(*each) for each in zip(others, asked_val, asked_test, strict=True)]
    evaluation = judge(val, known, test, first.task.classes, alpha, seed, said, refused)
    evaluation = _sliced(evaluation, whole)
    if shifts and fresh is not None and first.task.conditions and first.task.evidence:
        evaluation = _foretold(evaluation, first, fresh, val[0], seed)
    return evaluation


def _sliced(evaluation: Evaluation, cohort: Cohort) -> Evaluation:
    """Add slices of the test events, and what is taken for what."""
    tables = slices_table(cohort), mistakes_table(cohort)
    return replace(
        evaluation,
        tables=(*evaluation.tables, *tables),
        figures={**evaluation.figures, "What is taken for what": confusion(cohort)},
    )


def _foretold(
    evaluation: Evaluation, ready: Trained, fresh: Any, val: Answers, seed: int
) -> Evaluation:
    """Add what the network does under the task's shifts, and whether that is seen."""
    temperature = Temperature.fit(val.logits, val.labels)
    seen = sight(ready.task, ready.model, fresh.test_dataloader(), "see")
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


def _said(
    members: list[Trained], data: Any, split: Split, what: str
) -> Iterator[Answers]:
    for number, member in enumerate(members, 1):
        name = f"{what}, member {number}" if len(members) > 1 else what
        yield remembered(member, data, split, name)


def _asked(
    ready: Trained, others: Sequence[Way], batches: Any, what: str
) -> list[list[Answers]]:
    return [other(ready, batches, what) for other in others]
