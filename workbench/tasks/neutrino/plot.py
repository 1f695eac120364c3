"""The event display: one event in three views, its vertex and what was predicted."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.style import (
    INK,
    LINE,
    PALE,
    PREDICTED,
    TRUTH,
    new_figure,
    style,
)
from workbench.tasks.neutrino.geometry import PLANE_OF_COLUMN, STRIPS, Z_MID, table
from workbench.tasks.neutrino.segments import BOUNDS, CLASS_NAMES, RANK, Z_ORDER
from workbench.tasks.neutrino.strips import PITCH, across

MATERIAL_COLOURS = {  # of the passive targets
    "Fe": "#b9a99a",
    "Pb": "#9aa3af",
    "C": "#8d8d8d",
    "H2O": "#d3e8f3",
}
PLANE_PITCH = table()["plane_pitch_mm"]
VIEW_KEYS = ("x", "u", "v")
SHOWN_FROM = 0.15  # MeV: less is not drawn
ENERGY_RANGE = (0.3, 30.0)  # MeV, ends of the colour scale


def plot(
    sample: Mapping[str, Any],
    prediction: Any = None,
    attribution: Mapping[str, Any] | None = None,
) -> Any:
    """Draw one event as a matplotlib ``Figure``.

    Args:
        sample: ``x``, ``u``, ``v`` (channels, 127, columns) with the energy in MeV
            first; where known ``segment`` (code), ``z`` (vertex, mm) or ``truth``
            (a TRUTH row, which also places the vertex across the views).
        prediction: (11,) probabilities by segment code.
        attribution: Arrays like those of ``sample``, drawn in place of the energy.
    """
    chances = None if prediction is None else np.asarray(prediction, float).ravel()
    predicted = None if chances is None else int(np.argmax(chances))
    with style():
        figure = new_figure(10.5, 6.2)
        side = chances is not None
        widths = (1, 1, 0.42) if side else (1, 1)
        grid = figure.add_gridspec(
            2, len(widths), height_ratios=(1.3, 1), width_ratios=widths
        )
        panels = [figure.add_subplot(grid[0, :2])]
        panels += [figure.add_subplot(grid[1, i]) for i in range(2)]
        drawn = [
            draw_view(axes, view, sample, predicted, attribution)
            for view, axes in enumerate(panels)
        ]
        for view, axes in enumerate(panels):
            _name_view(axes, view)
        name_places(panels[0])
        for axes in panels[:2]:
            axes.set_ylabel("across the strips [mm]")
        for axes in panels[1:]:
            axes.set_xlabel("z [mm]")
        panels[2].tick_params(labelleft=False)
        shown = next((cells for cells in drawn if cells is not None), None)
        if shown is not None:
            _colour_bar(figure, panels, shown, attribution is not None)
        if chances is not None:
            _chances(figure.add_subplot(grid[:, 2]), chances, _segment(sample))
    return figure


def draw_view(
    axes: Any,
    view: int,
    sample: Mapping[str, Any],
    predicted: int | None = None,
    attribution: Mapping[str, Any] | None = None,
) -> Any | None:
    """Draw one view (0 X, 1 U, 2 V) of an event; the hits, or ``None`` without any."""
    _detector(axes, _end(np.asarray(sample["x"]).shape[-1]))
    if predicted is not None:
        low, high = edges(axes)[RANK[predicted] :][:2]
        axes.axvspan(low, high, color=PREDICTED, alpha=0.16, lw=0, zorder=1)
    _vertex(axes, sample, view)
    return _cells(axes, view, sample, attribution)


def _colour_bar(figure: Any, panels: Any, cells: Any, attributed: bool) -> None:
    extend = "both" if attributed else "neither"
    bar = figure.colorbar(
        cells, ax=panels, pad=0.01, aspect=45, shrink=0.7, extend=extend
    )
    bar.outline.set_visible(False)
    if attributed:
        bar.set_label("attribution")
        return
    bar.set_label("energy of a strip [MeV]")
    ticks = [0.3, 1, 3, 10, 30]
    bar.set_ticks(ticks, labels=[f"{tick:g}" for tick in ticks], minor=False)
    bar.ax.minorticks_off()


def _name_view(axes: Any, view: int) -> None:
    axes.text(
        0.99,
        0.97,
        "XUV"[view],
        transform=axes.transAxes,
        ha="right",
        va="top",
        fontsize=14,
        color=PALE,
        fontweight="bold",
    )


def _end(columns: int) -> float:
    """Downstream edge (mm) of the planes that an image of the X view holds."""
    last = PLANE_OF_COLUMN[0][columns - 1]
    return float(Z_MID[last] + PLANE_PITCH)


def _detector(axes: Any, end: float) -> None:
    """The detector behind the hits: passive targets and the segments' boundaries."""
    half = STRIPS / 2 * PITCH
    axes.set(xlim=(Z_MID[0] - 4 * PLANE_PITCH, end), ylim=(-half, half))
    axes.set_facecolor("#fafbfc")
    for name, target in table()["targets"].items():
        colour = MATERIAL_COLOURS[target["parts"][0]["material"]]
        look: dict[str, Any] = {"color": colour, "lw": 0, "alpha": 0.6}
        if name == "Water":  # a vessel that may be empty
            look = {"fill": False, "ec": colour, "lw": 1, "ls": "--"}
        axes.axvspan(*target["slot_mm"], zorder=0, **look)
    for bound in BOUNDS:
        axes.axvline(bound, color=LINE, lw=0.7, zorder=0.5)


def edges(axes: Any) -> list[float]:
    """Where the segments begin and end (mm), the outer ones at the panel's sides."""
    low, high = axes.get_xlim()
    return [low, *BOUNDS.tolist(), high]


def name_places(axes: Any) -> None:
    """Segment codes above a panel and the targets' names at its foot."""
    bounds = edges(axes)
    for code, low, high in zip(Z_ORDER, bounds[:-1], bounds[1:], strict=True):
        target = 1 <= code <= 5
        axes.annotate(
            str(code),
            ((low + high) / 2, 1),
            xytext=(0, 2),
            xycoords=axes.get_xaxis_transform(),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
            fontweight="bold" if target else "normal",
            color=INK if target else PALE,
        )
    axes.annotate(
        "segment",
        (0, 1),
        xytext=(-6, 2),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right",
        fontsize=8.5,
        color=PALE,
    )
    for name, target in table()["targets"].items():
        axes.annotate(
            name,
            (float(np.mean(target["slot_mm"])), 0),
            xytext=(0, 3),
            xycoords=axes.get_xaxis_transform(),
            textcoords="offset points",
            ha="center",
            fontsize=7.5,
            color=PALE,
        )


def _segment(sample: Mapping[str, Any]) -> int | None:
    if "segment" in sample:
        code = int(sample["segment"])
        return code if code in Z_ORDER else None
    return int(sample["truth"]["segment"]) if "truth" in sample else None


def _vertex(axes: Any, sample: Mapping[str, Any], view: int) -> None:
    truth = sample.get("truth")
    z = sample.get("z") if truth is None else truth["z"]
    if z is None:
        return
    axes.axvline(float(z), color=TRUTH, lw=1, ls=(0, (4, 3)), zorder=4)
    if truth is not None:
        point = float(z), float(across(view, truth["x"], truth["y"]))
        axes.plot(*point, "o", ms=9, mfc="none", mec=TRUTH, mew=1.2, zorder=5)


def _cells(
    axes: Any, view: int, sample: Mapping[str, Any], attribution: Any
) -> Any | None:
    """Draw the hit strips; what the colour bar needs, or ``None`` without hits."""
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import LogNorm, Normalize

    key = VIEW_KEYS[view]
    energy = np.asarray(sample[key], np.float64)[0]
    if attribution is None:
        values, shown = energy, energy > SHOWN_FROM
    else:
        values = np.asarray(attribution[key], np.float64).sum(0)
        most = _scale(attribution)
        shown = (energy > SHOWN_FROM) | (np.abs(values) > 0.02 * most)
    strip, column = np.nonzero(shown)
    if not len(strip):
        return None
    z = Z_MID[PLANE_OF_COLUMN[view][column]]
    side = (strip - STRIPS // 2) * PITCH
    reach = PLANE_PITCH if view == 0 else 1.6 * PLANE_PITCH
    corners = np.array([[-1, -0.5], [1, -0.5], [1, 0.5], [-1, 0.5]])
    scale = np.array([0.92 * reach, PITCH])
    boxes = np.stack([z, side], 1)[:, None] + corners * scale
    if attribution is None:
        norm, colours = LogNorm(*ENERGY_RANGE), energy_colours()
    else:
        most = _scale(attribution)
        norm, colours = Normalize(-most, most), "PuOr_r"
    cells = PolyCollection(
        list(boxes),
        array=values[strip, column],
        cmap=colours,
        norm=norm,
        linewidths=0.3 if attribution is not None else 0,
        edgecolors=PALE if attribution is not None else "none",
        zorder=3,
    )
    return axes.add_collection(cells, autolim=False)


def _scale(attribution: Mapping[str, Any]) -> float:
    """End of the attribution's colour scale, one for all views.

    A few cells often outweigh all others: the strongest 3 % are left to saturate.
    """
    sums = [np.abs(np.asarray(attribution[key]).sum(0)).ravel() for key in VIEW_KEYS]
    sizes = np.concatenate(sums)
    return float(np.quantile(sizes[sizes > 0], 0.97)) if sizes.any() else 1.0


def energy_colours() -> Any:
    """Light orange for a whisper to near black for a stopping proton."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    return ListedColormap(colormaps["inferno_r"](np.linspace(0.12, 1, 256)))


def _chances(axes: Any, chances: np.ndarray, truth: int | None) -> None:
    """Probability bars of the segments, upstream at the top."""
    order = np.array(Z_ORDER)
    best = int(np.argmax(chances))
    colours = [PREDICTED if code == best else "#b6c3cf" for code in order]
    axes.barh(np.arange(len(order)), chances[order], color=colours, height=0.72)
    axes.set(ylim=(len(order) - 0.4, -0.6), xlim=(0, 1), xlabel="probability")
    axes.set_yticks(
        np.arange(len(order)), [f"{CLASS_NAMES[code]}  {code}" for code in order]
    )
    axes.tick_params(axis="y", length=0, labelsize=8)
    axes.spines["left"].set_visible(False)
    axes.set_title("truth in orange", loc="left", color=PALE, pad=3)
    if truth is not None:
        label = axes.get_yticklabels()[RANK[truth]]
        label.set_color(TRUTH)
        label.set_fontweight("bold")
    for place, code in enumerate(order):
        if chances[code] >= 0.005:
            inside = chances[code] > 0.75
            axes.text(
                chances[code] + (-0.02 if inside else 0.02),
                place,
                f"{100 * chances[code]:.0f} %",
                va="center",
                ha="right" if inside else "left",
                fontsize=8,
                color="white" if inside and code == best else INK,
            )
