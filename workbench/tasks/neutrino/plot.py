"""The event display: one event in three views, where it began and what was predicted."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.tasks.neutrino.geometry import PLANE_OF_COLUMN, STRIPS, Z_MID, table
from workbench.tasks.neutrino.segments import BOUNDS, CLASS_NAMES, RANK, Z_ORDER
from workbench.tasks.neutrino.style import (
    INK,
    LINE,
    MATERIAL_COLOURS,
    PALE,
    PREDICTED,
    TRUTH,
    new_figure,
    style,
)

PITCH = table()["strip"]["pitch_mm"]
PLANE_PITCH = table()["plane_pitch_mm"]
VIEW_KEYS = ("x", "u", "v")
ANGLES = np.radians([table()["view_angle_deg"][name] for name in "XUV"])
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
    with style():
        figure = new_figure(10.5, 6.4)
        side = chances is not None
        grid = figure.add_gridspec(
            2, 3 if side else 2, height_ratios=(1.25, 1), **_widths(side)
        )
        panels = [
            figure.add_subplot(grid[0, :2]),
            figure.add_subplot(grid[1, 0]),
            figure.add_subplot(grid[1, 1]),
        ]
        end = _end(np.asarray(sample["x"]).shape[-1])
        drawn = None
        for view, axes in enumerate(panels):
            detector(axes, end, labels=view == 0)
            _vertex(axes, sample, view)
            if chances is not None:
                _shade(axes, int(np.argmax(chances)), end)
            shown = _cells(axes, view, sample, attribution)
            drawn = shown or drawn
            axes.set_title(f"{'XUV'[view]} view", loc="left", color=PALE, pad=3)
        panels[0].set_ylabel("across the strips [mm]")
        panels[1].set_ylabel("across the strips [mm]")
        panels[2].tick_params(labelleft=False)
        for axes in panels[1:]:
            axes.set_xlabel("z [mm]")
        if drawn is not None:
            kind = "energy [MeV]" if attribution is None else "attribution"
            bar = figure.colorbar(drawn, ax=panels, pad=0.01, aspect=40, shrink=0.6)
            bar.set_label(kind)
            bar.outline.set_visible(False)
        if chances is not None:
            _chances(figure.add_subplot(grid[:, 2]), chances, _segment(sample))
    return figure


def _widths(side: bool) -> dict[str, Any]:
    return {"width_ratios": (1, 1, 0.5) if side else (1, 1)}


def _end(columns: int) -> float:
    """Downstream edge (mm) of the planes that an image of the X view holds."""
    last = PLANE_OF_COLUMN[0][columns - 1]
    return float(Z_MID[last] + PLANE_PITCH)


def detector(axes: Any, end: float, labels: bool) -> None:
    """The detector behind the hits: passive targets and the segments' boundaries."""
    half = STRIPS / 2 * PITCH
    axes.set(xlim=(Z_MID[0] - 3 * PLANE_PITCH, end), ylim=(-half, half))
    axes.set_facecolor("#fafbfc")
    for name, target in table()["targets"].items():
        low, high = target["slot_mm"]
        colour = MATERIAL_COLOURS[target["parts"][0]["material"]]
        axes.axvspan(low, high, color=colour, lw=0, alpha=0.55, zorder=0)
        if labels:
            axes.text(
                (low + high) / 2,
                -half + 25,
                name,
                ha="center",
                va="bottom",
                fontsize=7,
                color=PALE,
            )
    for bound in BOUNDS:
        axes.axvline(bound, color=LINE, lw=0.7, zorder=0.5)
    if labels:
        _name_segments(axes, end)


def _name_segments(axes: Any, end: float) -> None:
    edges = [axes.get_xlim()[0], *BOUNDS, end]
    for code, low, high in zip(Z_ORDER, edges[:-1], edges[1:], strict=True):
        axes.text(
            (low + high) / 2,
            1.01,
            str(code),
            transform=axes.get_xaxis_transform(),
            ha="center",
            va="bottom",
            fontsize=8,
            fontweight="bold" if 1 <= code <= 5 else "normal",
            color=INK if 1 <= code <= 5 else PALE,
        )


def _shade(axes: Any, code: int, end: float) -> None:
    edges = [axes.get_xlim()[0], *BOUNDS, end]
    place = RANK[code]
    axes.axvspan(
        edges[place], edges[place + 1], color=PREDICTED, alpha=0.13, lw=0, zorder=1
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
        across = truth["x"] * np.cos(ANGLES[view]) + truth["y"] * np.sin(ANGLES[view])
        axes.plot(
            float(z), float(across), "o", ms=9, mfc="none", mec=TRUTH, mew=1.2, zorder=5
        )


def _cells(
    axes: Any, view: int, sample: Mapping[str, Any], attribution: Any
) -> Any | None:
    """Draw the hit strips; what the colour bar needs, or ``None`` without hits."""
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import LogNorm, TwoSlopeNorm

    key = VIEW_KEYS[view]
    energy = np.asarray(sample[key], np.float64)[0]
    if attribution is None:
        values, shown = energy, energy > SHOWN_FROM
    else:
        values = np.asarray(attribution[key], np.float64).sum(0)
        most = max(
            (float(np.abs(np.asarray(attribution[k])).max()) for k in VIEW_KEYS),
        )
        shown = (energy > SHOWN_FROM) | (np.abs(values) > 0.02 * most)
    strip, column = np.nonzero(shown)
    if not len(strip):
        return None
    z = Z_MID[PLANE_OF_COLUMN[view][column]]
    across = (strip - STRIPS // 2) * PITCH
    reach = PLANE_PITCH if view == 0 else 1.6 * PLANE_PITCH
    corners = np.array([[-1, -0.5], [1, -0.5], [1, 0.5], [-1, 0.5]])
    scale = np.array([0.92 * reach, PITCH])
    boxes = np.stack([z, across], 1)[:, None] + corners * scale
    if attribution is None:
        norm, colours = LogNorm(*ENERGY_RANGE), energy_colours()
    else:
        norm, colours = TwoSlopeNorm(0, -most, most), "PuOr_r"
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
    axes.set_title("predicted segment", loc="left", color=PALE, pad=3)
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
