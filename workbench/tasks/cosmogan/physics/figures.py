"""Statistics of two sets of maps on one set of axes, with what halves differ by."""

from typing import Any

import numpy as np

from workbench.style import LINE, OURS, PALE, TRUTH, new_figure, style
from workbench.tasks.cosmogan.physics.correlation import correlations
from workbench.tasks.cosmogan.physics.floor import halves
from workbench.tasks.cosmogan.physics.gates import RESOLVED
from workbench.tasks.cosmogan.physics.summary import FUNCTIONALS, POWER, Summary

NAMES = "reference", "other"
Names = tuple[str, str]


def sheet(
    summary: Summary,
    reference: np.ndarray,
    other: np.ndarray,
    names: Names = NAMES,
) -> Any:
    """All of the following in one figure.

    Args:
        summary: What the vectors are.
        reference: Vectors (N, D).
        other: Vectors (M, D).
        names: Of the two sets, as legends say.
    """
    with style():
        figure = new_figure(11, 9.8)
        rows = figure.subfigures(3, 1, hspace=0.06)
        first = rows[0].subplots(1, 2)
        draw_power_ratio(first[0], summary, reference, other, names)
        draw_histogram(first[1], summary, reference, other, names)
        draw_minkowski(rows[1].subplots(1, 3), summary, reference, other, names)
        draw_correlations(rows[2].subplots(1, 3), summary, reference, other, names)
    return figure


def draw_power_ratio(
    axes: Any, summary: Summary, reference: np.ndarray, other: np.ndarray, names: Names
) -> None:
    """Mean spectrum over the reference's, and where 16 to 84 % of maps lie."""
    where, ell = summary.columns_of(POWER), summary.bands.ell
    ours, theirs = (10 ** rows[:, where] for rows in (reference, other))
    mean = ours.mean(0)
    off = [ours[b].mean(0) / ours[a].mean(0) - 1 for a, b in halves(len(ours))]
    spread = 2 * np.sqrt(np.mean(np.square(off), 0))
    axes.fill_between(
        ell, 1 - spread, 1 + spread, color=LINE, label=f"halves of {names[0]}, 2σ"
    )
    for rows, colour, name in ((ours, TRUTH, names[0]), (theirs, OURS, names[1])):
        low, high = np.quantile(rows, (0.16, 0.84), axis=0) / mean
        axes.fill_between(ell, low, high, color=colour, alpha=0.13, linewidth=0)
        axes.plot(
            ell, rows.mean(0) / mean, color=colour, label=f"{name}: mean, 16–84 %"
        )
    axes.axvline(RESOLVED * summary.field.nyquist, color=PALE, linestyle="dotted")
    axes.annotate(
        "0.7 Nyquist",
        (RESOLVED * summary.field.nyquist, 0.02),
        (3, 0),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        color=PALE,
        fontsize=8,
    )
    axes.set(
        xlabel="multipole l", ylabel=f"C_l over mean of {names[0]}", xlim=ell[[0, -1]]
    )
    axes.margins(y=0.2)  # room for the legend
    axes.legend(loc="upper right")


def draw_histogram(
    axes: Any, summary: Summary, reference: np.ndarray, other: np.ndarray, names: Names
) -> None:
    """How often each κ occurs, on a logarithmic scale."""
    edges = np.array(summary.pixels)
    where = summary.columns_of("histogram")[1:-1]  # the outer bins have no width
    middle, width = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    _curves(axes, middle, reference[:, where] / width, other[:, where] / width, names)
    axes.set(xlabel="convergence κ", ylabel="probability density", yscale="log")
    axes.legend()


def draw_minkowski(
    panels: Any,
    summary: Summary,
    reference: np.ndarray,
    other: np.ndarray,
    names: Names,
) -> None:
    """V0, V1 and V2 against the threshold, on three axes."""
    labels = ("V0, share of area", "V1, a pixel", "V2, a square pixel")
    for axes, group, label in zip(panels, FUNCTIONALS, labels, strict=True):
        where = summary.columns_of(group)
        pair = reference[:, where], other[:, where]
        _curves(axes, summary.thresholds, *pair, names)
        axes.set(xlabel=f"threshold ν, σ of {names[0]}", ylabel=label)
    panels[0].legend()


def draw_correlations(
    panels: Any,
    summary: Summary,
    reference: np.ndarray,
    other: np.ndarray,
    names: Names,
) -> None:
    """Correlation matrices of log C_l side by side, and their difference."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    where = summary.columns_of(POWER)
    ours, theirs = (correlations(rows[:, where]) for rows in (reference, other))
    titles = (*names, f"{names[1]} − {names[0]}")
    most = np.abs(np.stack([ours, theirs]) - np.eye(len(where))).max()
    scale = ScalarMappable(Normalize(-most, most), "RdBu_r")
    edges = np.array(summary.bands.edges)
    matrices = ours, theirs, theirs - ours
    for axes, matrix, title in zip(panels, matrices, titles, strict=True):
        axes.pcolormesh(edges, edges, matrix, cmap=scale.cmap, norm=scale.norm)
        axes.set(title=title, xlabel="multipole l", aspect="equal")
    panels[0].set_ylabel("multipole l")
    beside = {"ax": list(panels), "label": "correlation of log C_l", "extend": "max"}
    panels[0].figure.colorbar(scale, **beside)


def _curves(
    axes: Any, x: np.ndarray, ours: np.ndarray, theirs: np.ndarray, names: Names
) -> None:
    """Means of columns over maps, the reference with what its halves differ by."""
    mean = ours.mean(0)
    off = [ours[b].mean(0) - ours[a].mean(0) for a, b in halves(len(ours))]
    spread = 2 * np.sqrt(np.mean(np.square(off), 0))
    axes.fill_between(
        x, mean - spread, mean + spread, color=LINE, label=f"halves of {names[0]}, 2σ"
    )
    axes.plot(x, mean, color=TRUTH, label=names[0])
    axes.plot(x, theirs.mean(0), color=OURS, linestyle="dashed", label=names[1])
