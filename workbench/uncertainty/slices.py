"""Slices of test events as a report has them, and the most confident mistakes."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from workbench.style import INK, new_figure, style
from workbench.task import Fact, Table
from workbench.uncertainty.calibration import WIDE
from workbench.uncertainty.cohort import Cohort

FEW, PARTS = 6, 4  # values that are slices each; slices of others, of equal counts
MISTAKES = 10


def slices_table(cohort: Cohort) -> Table:
    """How well events are answered, by what is known of them."""
    rows: list[tuple[str, ...]] = []
    for name, fact in cohort.facts.items():
        for label, there in _parts(fact):
            right = cohort.right(np.flatnonzero(there))
            low, high = right.interval(WIDE)
            rows.append(
                (
                    name,
                    label,
                    f"{right.trials:,}",
                    f"{100 * right.value:.1f} %",
                    f"{100 * low:.1f} – {100 * high:.1f} %",
                    f"{100 * cohort.confidence[there].mean():.1f} %",
                )
            )
    return Table(
        "How well slices are answered",
        "Numbers are cut into four slices with as many events each. The last column is "
        "how sure the network is of its answers, before anything mends it: where it is "
        "above the share of right answers, the network is too sure of that slice.",
        ("by", "", "events", "right", "95 %", "mean confidence"),
        tuple(rows),
    )


def mistakes_table(cohort: Cohort) -> Table:
    """The wrong answers that the network is surest of."""
    names, labels = cohort.trained.task.classes, cohort.answers.labels
    rows = [
        (
            f"{row}",
            names[int(labels[row])],
            names[int(cohort.answered[row])],
            f"{100 * cohort.confidence[row]:.1f} %",
        )
        for row in cohort.rows(outcome="wrong")[:MISTAKES]
    ]
    return Table(
        "The most confident mistakes",
        "By their numbers among the test events: `workbench explain RUN --event N` "
        "says why.",
        ("test event", "in truth", "answered", "confidence"),
        tuple(rows),
    )


def confusion(cohort: Cohort) -> Any:
    """Shares of each true class by answer, as a matplotlib ``Figure``."""
    order = list(cohort.trained.task.ordered)
    counts = cohort.confusion[np.ix_(order, order)]
    names = [cohort.trained.task.classes[code] for code in order]
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    size = len(names)
    with style():
        figure = new_figure(2.6 + 0.42 * size, 2.2 + 0.36 * size)
        axes = figure.add_subplot()
        axes.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1.25)
        for (i, j), count in np.ndenumerate(counts):
            if count:
                colour = "white" if shares[i, j] > 0.5 else INK
                axes.text(
                    j, i, f"{count}", ha="center", va="center", fontsize=7, color=colour
                )
        axes.set_xticks(range(size), names, rotation=60, ha="right", fontsize=8)
        axes.set_yticks(range(size), names, fontsize=8)
        axes.set(xlabel="answered", ylabel="in truth")
    return figure


def _parts(fact: Fact) -> Iterator[tuple[str, np.ndarray]]:
    """What a slice is called, and which events are in it (N,) bool."""
    values = np.asarray(fact.values, float)
    known = values[np.isfinite(values)]
    each = np.unique(known)
    if fact.names or len(each) <= FEW:
        for value in each:
            name = fact.names[int(value)] if fact.names else f"{value:g}"
            yield name, values == value
        return
    edges = np.unique(np.quantile(known, np.linspace(0, 1, PARTS + 1)))
    for k, (low, high) in enumerate(pairwise(edges)):
        last = k == len(edges) - 2
        there = (values >= low) & ((values <= high) if last else (values < high))
        if there.any():
            yield f"{low:.3g} – {high:.3g}", there
