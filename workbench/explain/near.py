"""What lies near events: training events like them, and what would turn the answers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from workbench.explain.explanation import Explanation, class_of
from workbench.explain.faithfulness import held
from workbench.explain.flips import Flip, fewest_cells, least_noise
from workbench.explain.neighbours import Neighbours
from workbench.task import Table

NUMBER = 5  # training events beside each


def near_tables(found: Explanation, rows: Sequence[int]) -> tuple[Table, ...]:
    """Training events that are alike, and how little turns the answer into another.

    Where the network names points of a map there is no one answer to turn, and where it
    draws maps none at all.

    Args:
        found: An explanation of test events.
        rows: Their numbers.
    """
    evidence = found.question.evidence
    if evidence.score:
        return ()
    if evidence.seen is not None:
        return (_alike(found, rows),)
    return _alike(found, rows), _flips(found, rows)


def _alike(found: Explanation, rows: Sequence[int]) -> Table:
    """Which training events the network sees as most alike."""
    known = Neighbours.of(found.trained)
    data, task = found.trained.data, found.trained.task
    lines: list[tuple[str, ...]] = []
    for row, sample in zip(rows, found.samples, strict=True):
        nearest, likeness = known.nearest(sample, NUMBER)
        told = [
            f"{number}{_class(task, data.sample(int(number)))} ({value:.2f})"
            for number, value in zip(nearest, likeness, strict=True)
        ]
        lines.append((f"{row}{_class(task, sample)}", *told))
    most = max(map(len, lines)) - 1
    return Table(
        "Training events that the network takes for the same kind of thing",
        f"Of {len(known.rows):,} that were drawn, by the cosine between what the last "
        "layer reads, 1 at most; with the classes of the truth.",
        ("test event", *(f"nearest, {k + 1}" for k in range(most))),
        tuple(lines),
    )


def _class(task: Any, sample: Any) -> str:
    """The true class of a sample, where it has one."""
    code = class_of(task, sample)
    return "" if code is None or code < 0 else f": {task.classes[code]}"


def _flips(found: Explanation, rows: Sequence[int]) -> Table:
    """How few cells, and how small an error of all, turn the answer."""
    question, classes = found.question, found.trained.task.classes
    shares = found.attribution.cells(question.evidence.axes)
    cells, noise = fewest_cells(question, shares), least_noise(question)
    there = held(question).sum(1)

    def told(flip: Flip, k: int, how: str) -> str:
        if np.isnan(flip.size[k]):
            return "nothing turns it"
        return f"{how.format(flip.size[k])}: {classes[flip.answer[k]]}"

    return Table(
        "The least change that turns the answer into another",
        "Cells go in the order of their shares. Errors change every number by the same "
        "part of itself, up or down, whichever hurts: calibration errors of any other "
        "pattern need at least about as much. Behind the colon: what is answered then.",
        ("test event", "cells that have to go", "or all are off by"),
        tuple(
            (
                str(row),
                told(cells, k, f"{{:.0f}} of {there[k]}"),
                told(noise, k, "{:.1%}"),
            )
            for k, row in enumerate(rows)
        ),
    )
