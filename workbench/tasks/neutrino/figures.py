"""The test report's figures: how right, how wrong, how sure."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from workbench.rates import rate
from workbench.style import (
    INK,
    LINE,
    NETWORK,
    OURS,
    PALE,
    PREVIOUS,
    new_figure,
    style,
)
from workbench.tasks.neutrino import published
from workbench.tasks.neutrino.causes import CAUSES, sort_causes
from workbench.tasks.neutrino.evaluation.breakdown import by_segment
from workbench.tasks.neutrino.evaluation.confusion import confusion as count_confusion
from workbench.tasks.neutrino.evaluation.confusion import normalised
from workbench.tasks.neutrino.evaluation.residual import from_segments
from workbench.tasks.neutrino.plot import draw_view
from workbench.tasks.neutrino.segments import CLASS_NAMES, Z_ORDER

NAMES = [f"{CLASS_NAMES[code]} · {code}" for code in Z_ORDER]
FARTHEST = 12  # planes: residuals beyond are counted in the last bin


def per_segment_bars(truth: np.ndarray, predicted: np.ndarray) -> Any:
    """Accuracy of each segment with 68 % intervals beside the published ones.

    Args:
        truth: (N,) TRUTH.
        predicted: (N,) segment codes.
    """
    rates = by_segment(truth, predicted)
    places = np.arange(len(Z_ORDER))
    seen = np.array([part.trials > 0 for part in rates.values()])
    values = np.array([part.value if part.trials else 0.0 for part in rates.values()])
    ends = np.array([part.interval() for part in rates.values()])
    errors = np.abs(ends.T - values)
    with style():
        figure = new_figure(9.6, 4.0)
        axes = figure.subplots()
        axes.bar(places[seen], 100 * values[seen], 0.62, color=OURS, alpha=0.35)
        axes.errorbar(
            places[seen],
            100 * values[seen],
            100 * errors[:, seen],
            fmt="none",
            ecolor=OURS,
            elinewidth=1.6,
            capsize=3,
            label="this run, 68 % interval",
        )
        for place in places[~seen]:
            axes.text(place, 2, "no events", rotation=90, ha="center", color=PALE)
        marks = (
            (published.PREVIOUS, "s", PREVIOUS, "previous method", -0.16),
            (published.NETWORK, "o", NETWORK, "network", 0.16),
        )
        for numbers, marker, colour, what, shift in marks:
            axes.plot(
                places + shift,
                [100 * numbers[code] for code in Z_ORDER],
                marker,
                ms=6,
                mfc="white",
                mec=colour,
                mew=1.4,
                label=f"{what}: {published.LABEL}",
            )
        lowest = min([*values[seen], *published.NETWORK.values()], default=0.0)
        axes.set(ylabel="accuracy [%]", ylim=(max(0, 100 * lowest - 12), 101))
        axes.set_xticks(places, [n.replace(" · ", "\n") for n in NAMES], fontsize=7.5)
        axes.yaxis.grid(True, color=LINE, lw=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(axis="x", length=0)
        figure.legend(loc="outside upper left", ncols=3)
    return figure


def confusion(truth: np.ndarray, predicted: np.ndarray) -> Any:
    """True against predicted segment along z, as efficiencies and as purities.

    Args:
        truth: (N,) TRUTH.
        predicted: (N,) segment codes.
    """
    counts = count_confusion(truth["segment"], predicted)
    with style():
        figure = new_figure(10.4, 5.0)
        panels = figure.subplots(1, 2)
        titles = ("share of each true segment", "share of each predicted segment")
        for axis, axes, title in zip((1, 0), panels, titles, strict=True):
            _matrix(axes, 100 * normalised(counts, axis))
            axes.set_title(f"{title} [%]", loc="left", color=PALE)
            axes.set_xlabel("predicted segment, along z")
        panels[0].set_ylabel("true segment, along z")
        panels[0].set_yticks(np.arange(len(NAMES)), NAMES, fontsize=8)
    return figure


def _matrix(axes: Any, values: np.ndarray) -> None:
    from matplotlib.colors import PowerNorm

    axes.imshow(values, cmap="Blues", norm=PowerNorm(0.4, 0, 100))
    for (row, column), value in np.ndenumerate(values):
        if value >= 0.05:
            digits = 0 if value >= 99.95 else 1
            colour = "white" if value > 40 else INK
            axes.text(
                column,
                row,
                f"{value:.{digits}f}",
                ha="center",
                va="center",
                fontsize=7,
                color=colour,
            )
    places = np.arange(len(Z_ORDER))
    axes.set_xticks(places, [str(code) for code in Z_ORDER])
    axes.set_yticks(places, [str(code) for code in Z_ORDER])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def residuals(truth: np.ndarray, predicted: np.ndarray, planes: Any = None) -> Any:
    """How many planes downstream of the truth the prediction lies.

    Args:
        truth: (N,) TRUTH.
        predicted: (N,) segment codes; the distance is that between segment centres.
        planes: (N,) predicted minus true plane code, used instead where known.
    """
    off = from_segments(truth["segment"], predicted) if planes is None else planes
    what = "segment centres" if planes is None else "plane codes"
    edges = np.arange(-FARTHEST - 0.5, FARTHEST + 1)
    with style():
        figure = new_figure(6.4, 3.4)
        axes = figure.subplots()
        shown = np.clip(off, -FARTHEST, FARTHEST)
        weights = np.full(len(shown), 100 / max(len(shown), 1))
        axes.hist(shown, edges, weights=weights, color=OURS, rwidth=0.86, log=True)
        axes.set(
            xlabel=f"predicted − true {what} [planes], overflow in the last bins",
            ylabel="events [%]",
            xlim=(edges[0], edges[-1]),
            ylim=(0.5 * 100 / max(len(shown), 100), 120),
        )
        within = rate(np.abs(off) <= 2)
        if within.trials:
            axes.set_title(
                f"{100 * within.value:.1f} % within two planes", loc="left", color=PALE
            )
    return figure


def calibration(truth: np.ndarray, probabilities: np.ndarray, bins: int = 12) -> Any:
    """Whether what is called 90 % sure is right 90 % of the time.

    Bins hold equally many events each; bars are 68 % Wilson intervals.

    Args:
        truth: (N,) TRUTH.
        probabilities: (N, 11) by segment code.
        bins: How many groups of events.
    """
    sure = probabilities.max(1)
    right = probabilities.argmax(1) == truth["segment"]
    groups = [
        g for g in np.array_split(np.argsort(sure, kind="stable"), bins) if len(g)
    ]
    rates = [rate(right[group]) for group in groups]
    means = np.array([sure[group].mean() for group in groups])
    values = np.array([part.value for part in rates])
    errors = np.abs(np.array([part.interval() for part in rates]).T - values)
    with style():
        figure = new_figure(8.0, 3.6)
        left, side = figure.subplots(1, 2, width_ratios=(1, 1))
        left.plot([0, 100], [0, 100], color=LINE, lw=1, zorder=0)
        left.errorbar(
            100 * means,
            100 * values,
            100 * errors,
            fmt="o",
            ms=4,
            color=OURS,
            capsize=2,
        )
        left.set(
            xlabel="probability of the predicted segment [%]",
            ylabel="of these, right [%]",
            xlim=(0, 102),
            ylim=(0, 102),
            aspect="equal",
        )
        edges = np.linspace(0, 100, 26)
        counts = [100 * sure[right], 100 * sure[~right]]
        colours, labels = (OURS, PREVIOUS), ("right", "wrong")
        for values_in, colour, label in zip(counts, colours, labels, strict=True):
            side.hist(
                values_in, edges, histtype="step", color=colour, label=label, lw=1.4
            )
        side.set(xlabel="probability of the predicted segment [%]", ylabel="events")
        if len(sure):
            side.set_yscale("log")
        side.legend(loc="upper left")
    return figure


def causes_gallery(
    truth: np.ndarray,
    probabilities: np.ndarray,
    sample: Callable[[int], Mapping[str, Any]],
) -> Any:
    """One wrong event of each cause in its X, U and V views.

    The surest wrong event of a cause is shown, as it teaches most.

    Args:
        truth: (N,) TRUTH.
        probabilities: (N, 11) by segment code.
        sample: Row number -> the event's images, as ``plot`` takes them.
    """
    predicted = probabilities.argmax(1).astype(np.uint8)
    cause = sort_causes(truth, predicted)
    with style():
        figure = new_figure(10.4, 2.0 * len(CAUSES))
        grid = figure.subplots(len(CAUSES), 3, sharex=True)
        for kind, panels in enumerate(grid):
            rows = np.flatnonzero(cause == kind)
            if not len(rows):
                for axes in panels:
                    axes.set_axis_off()
                panels[0].text(0, 0.5, f"{CAUSES[kind]}: none wrong", color=PALE)
                continue
            row = int(rows[np.argmax(probabilities[rows].max(1))])
            event = {**sample(row), "truth": truth[row]}
            for view, axes in enumerate(panels):
                draw_view(axes, view, event, predicted=int(predicted[row]))
                axes.tick_params(labelleft=False, left=False)
                if kind == 0:
                    axes.set_title("XUV"[view], color=PALE)
            panels[0].set_ylabel(
                f"{CAUSES[kind]}\n{truth['segment'][row]} taken for {predicted[row]}",
                color=INK,
            )
        for axes in grid[-1]:
            axes.set_xlabel("z [mm]")
    return figure
