"""Pictures of how sure a model is, and whether it is right to be."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from workbench.style import NETWORK, OURS, PALE, TRUTH, new_figure, style
from workbench.task import Evaluation
from workbench.uncertainty.answers import Answers
from workbench.uncertainty.calibration import BINS, answers, reliability
from workbench.uncertainty.comparison import WARNING, Comparison
from workbench.uncertainty.foreign import SCORES
from workbench.uncertainty.promises import Kept
from workbench.uncertainty.selective import risk_coverage

COLOURS = (PALE, OURS, NETWORK)
AXES = {  # what each score is, for features without a unit
    "unsure": "1 − probability of the answer",
    "entropy": "entropy of the answer [nats]",
    "nearest known": "distance, features of length 1",
    "outside (ViM)": "length outside known features",
}


def reliabilities(shown: Mapping[str, Answers]) -> Any:
    """Accuracy against confidence, and how many events there are of each.

    Bars are 95 % intervals; bins with fewer than ten events are left out above.
    """
    with style():
        figure = new_figure(9, 4.2)
        grid = figure.add_gridspec(2, 2, height_ratios=(3, 1), hspace=0.05)
        curve, counts = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0])
        risk = figure.add_subplot(grid[:, 1])
        curve.plot([0, 1], [0, 1], ":", color=PALE, linewidth=1)
        edges = np.linspace(0, 1, BINS + 1)
        for (name, said), colour in zip(shown.items(), COLOURS, strict=False):
            sure, right = answers(said.probabilities, said.labels)
            found = reliability(sure, right)
            bins = found.telling
            error = np.abs(found.band - found.accuracy)[:, bins]
            curve.errorbar(
                found.confidence[bins], found.accuracy[bins], error, fmt="o-", ms=3.5,
                lw=1.2, elinewidth=0.8, color=colour, label=name,
            )  # fmt: skip
            counts.stairs(found.counts, edges, color=colour)
            line = risk_coverage(sure, right)
            risk.plot(line.coverage, line.risk, color=colour, lw=1.2, label=name)
        curve.set(ylabel="share of right answers", xlim=(0, 1), ylim=(0, 1.02))
        curve.tick_params(labelbottom=False)
        curve.legend(loc="upper left")
        counts.set(xlabel="confidence", ylabel="events", xlim=(0, 1), yscale="log")
        risk.set(xlabel="share of events answered, the surest first", xlim=(0, 1))
        risk.set(ylabel="share of wrong answers", ylim=(0, None))
        risk.legend(loc="upper left")
    return figure


def set_sizes(kept: Mapping[str, Kept], test: Answers) -> Any:
    """How many classes sets hold."""
    from matplotlib.ticker import MaxNLocator

    with style():
        figure = new_figure(9, 3)
        panels = figure.subplots(1, len(kept), sharey=True)
        most = 0
        for axes, (name, one) in zip(panels, kept.items(), strict=True):
            sizes = one.promise.sets(test.probabilities).sum(1)
            counts = np.bincount(sizes)
            most = max(most, len(counts))
            axes.bar(np.arange(len(counts)), counts / len(sizes), color=OURS)
            axes.set(title=name, xlabel="classes in a set")
        for axes in panels:
            axes.set(xlim=(-0.6, most - 0.4))
            axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        panels[0].set(ylabel="share of events")
    return figure


def compared(found: Comparison) -> Evaluation:
    """The part of a report that tells whether new events may be answered."""
    table = found.table()
    table = replace(table, caption=f"{found.verdict}. {table.caption} {WARNING}")
    told = "Scores of single events, of known ones and of these"
    return Evaluation({}, (table,), {told: foreignness(found)}, ())


def foreignness(found: Comparison) -> Any:
    """How foreign single events are, known and new, by each score."""
    with style():
        figure = new_figure(9, 2.8)
        panels = figure.subplots(1, len(SCORES), sharey=True)
        for axes, score in zip(panels, SCORES, strict=True):
            edges, shares = found.histogram(score)
            for name, share, colour in zip(
                ("known", found.name), shares, (PALE, TRUTH), strict=True
            ):
                axes.stairs(share, edges, color=colour, label=name, lw=1.2)
            area = found.similarity.foreign[score]
            title = f"{score}: told apart {area.value:.2f}"
            axes.set(title=title, xlabel=AXES[score], yscale="log")
        panels[0].set(ylabel="share of events")
        panels[-1].legend()
    return figure
