"""One map: what is true, where the network is unsure, and both masks."""

from dataclasses import replace
from typing import Any

import numpy as np

from workbench.chart import Areas, Chart, Field
from workbench.style import INK, new_figure, style
from workbench.uncertainty.maps.asking import Asking
from workbench.uncertainty.maps.one import OneMap, Thresholds


def picture(asking: Asking, data: Any, row: int, thresholds: Thresholds) -> Any:
    """A map of a sample, as its task charts it.

    Args:
        asking: Networks, with temperatures.
        data: Set up.
        row: Which map.
        thresholds: Class → least probability in its outer and in its inner mask.
    """
    one = OneMap.of(asking, data, row)
    shown = one.chart(thresholds)
    own = one.fields()
    doubt, plain = own[0], shown.fields[len(own)]
    truth = [replace(area, shown=True) for area in shown.areas[:1]]
    masks = [area for area in shown.areas if area.name.endswith("mask")]
    with style():
        figure = new_figure(9.5, 11)
        first, second = figure.subplots(2, 1)
        _draw(first, shown, plain, truth)
        _draw(second, shown, doubt, masks)
        first.set_title(f"{shown.title}: the truth", loc="left")
        second.set_title("doubt, and between which outlines things end", loc="left")
    return figure


def _draw(axes: Any, shown: Chart, field: Field, areas: list[Areas]) -> None:
    """A field, lines to find one's way by, and outlines."""
    from matplotlib.collections import LineCollection
    from matplotlib.lines import Line2D
    from matplotlib.patheffects import withStroke

    west, east, south, north = shown.edges
    drawn = axes.imshow(
        field.values, extent=(west, east, south, north), origin="lower",
        cmap=field.colours, vmin=field.low, vmax=field.high, interpolation="nearest",
    )  # fmt: skip
    beside = axes.inset_axes((1.015, 0, 0.022, 1))
    axes.figure.colorbar(drawn, cax=beside, label=field.label)
    turns = [np.array([360 * turn, 0]) for turn in (-1, 0, 1)]
    around = [line + turn for line in shown.lines for turn in turns]
    lines = LineCollection(around, colors=INK, linewidths=0.5, alpha=0.8)
    axes.add_collection(lines, autolim=False)
    cased = [withStroke(linewidth=3, foreground=INK)]
    handles: list[Any] = []
    for one in areas:
        dash = (0, one.dash) if one.dash else "solid"
        for kind in shown.kinds:
            found = LineCollection(
                shown.outlines(one, kind), colors=kind.colour, linestyles=[dash]
            )
            found.set(linewidths=1.3, path_effects=cased)
            axes.add_collection(found, autolim=False)
            handles.append(
                Line2D([], [], color=kind.colour, ls=dash, lw=1.3, path_effects=cased,
                       label=f"{one.name}: {kind.name}")
            )  # fmt: skip
    axes.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.12),
        ncols=2,
    )  # fmt: skip
    axes.set(xlim=(west, east), ylim=(max(south, -90), min(north, 90)))
    axes.set(xlabel="degrees east", ylabel="degrees north")
