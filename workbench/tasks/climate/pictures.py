"""Maps as people look at them: a channel, coastlines, outlines of the systems."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from workbench.chart import Areas, Chart, Field
from workbench.style import INK, new_figure, style
from workbench.tasks.climate.chart import PREDICTION, TRUTH, chart

CASE = "#14181f"  # round every outline, so that it shows on any colour
SHEET = ("TMQ", "PSL", "U850", "V850", "T500", "PRECT")
WIDTH = 1.3  # of an outline, points


def plot(
    sample: Any,
    prediction: Any = None,
    attribution: Any = None,
    channel: str | None = None,
) -> Any:
    """One map with coastlines and the outlines of truth, prediction and annotators.

    Over an attribution, which is no weather, annotators outline nothing.

    Args:
        sample: A data set with one time, or a sample of the data module.
        prediction: Class codes (rows, columns), or logits or probabilities (3, rows,
            columns).
        attribution: (rows, columns), drawn in place of a channel.
        channel: The variable to draw, by name; vapour, or else the first there is.

    Raises:
        BadInput: no such channel, several times, or shapes that do not fit.
    """
    shown = chart(sample, prediction, attribution)
    with style():
        figure = new_figure(9.5, 5.2)
        axes = figure.add_subplot()
        areas = shown.areas if attribution is None else _judged(shown)
        field = shown.field(channel) if channel else shown.fields[0]
        _panel(axes, shown, field, areas)
        _legend(axes, shown, areas)
        axes.set_title(shown.title, loc="left")
    return figure


def draw_map(axes: Any, sample: Any, prediction: Any = None) -> None:
    """The first channel with outlines of truth and prediction, on axes of a figure."""
    shown = chart(sample, prediction)
    areas = _judged(shown)
    _panel(axes, shown, shown.fields[0], areas)
    _legend(axes, shown, areas)


def _judged(shown: Chart) -> list[Areas]:
    """Outlines of truth and prediction alone."""
    return [one for one in shown.areas if one.name in (TRUTH, PREDICTION)]


def sheet(data: Any, step: int = 0) -> Any:
    """One simulated map's moisture, pressure, winds, warmth and rain, with the truth.

    Args:
        data: A data set as the generator makes it.
        step: Which of its times.
    """
    shown = chart(data.isel(time=[step]))
    areas = [one for one in shown.areas if one.name == TRUTH]
    with style():
        figure = new_figure(14, 10.6)
        for axes, name in zip(figure.subplots(3, 2).flat, SHEET, strict=True):
            field = shown.field(name)
            _panel(axes, shown, field, areas)
            axes.set_title(field.meaning, loc="left")
        handles = _handles(shown, areas)
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
        figure.suptitle(f"simulated, {shown.title}")
    return figure


def _panel(axes: Any, shown: Chart, field: Field, areas: Sequence[Areas]) -> None:
    """Draw a field in its colours, coastlines and outlines."""
    from matplotlib.colors import LogNorm, Normalize

    west, east, south, north = shown.edges
    scale = LogNorm if field.log else Normalize
    drawn = axes.imshow(
        field.values.clip(field.low) if field.log else field.values,
        extent=(west, east, south, north),
        origin="lower",
        cmap=field.colours,
        norm=scale(field.low, field.high),
        interpolation="nearest",
    )
    beside = axes.inset_axes((1.015, 0, 0.022, 1))
    axes.figure.colorbar(drawn, cax=beside, label=field.label, extend="both")
    coast(axes, shown.lines, west)
    for one in areas:
        _outlines(axes, shown, one)
    axes.set(xlim=(west, east), ylim=(max(south, -90), min(north, 90)))
    axes.set_xticks(range(0, 360, 60), [_degrees(x) for x in range(0, 360, 60)])
    latitudes = range(-60, 61, 30)
    axes.set_yticks(latitudes, [_degrees(y, "NS") for y in latitudes])
    for side in ("top", "right"):
        axes.spines[side].set_visible(True)


def coast(axes: Any, lines: Sequence[np.ndarray], west: float = 0.0) -> None:
    """Draw coastlines (N, 2), degrees east and north, on a map whose left is west."""
    from matplotlib.collections import LineCollection

    moved = [
        line + np.array([360 * turn, 0])
        for line in lines
        for turn in (-1, 0, 1)
        if line[:, 0].max() + 360 * turn > west
        and line[:, 0].min() + 360 * turn < west + 360
    ]
    for colour, width, alpha in (("white", 1.6, 0.5), (CASE, 0.6, 1)):
        axes.add_collection(
            LineCollection(moved, colors=colour, linewidths=width, alpha=alpha),
            autolim=False,
        )


def _outlines(axes: Any, shown: Chart, areas: Areas) -> None:
    """Draw where each class ends, as one of truth, prediction and people says."""
    from matplotlib.collections import LineCollection

    for kind in shown.kinds:
        lines = shown.outlines(areas, kind)
        if lines:
            drawn = LineCollection(
                lines, label=f"{areas.name}: {kind.name}", colors=kind.colour
            )
            drawn.set(linewidths=_width(areas), linestyles=[_dashes(areas)])
            drawn.set_path_effects(_cased())
            axes.add_collection(drawn, autolim=False)


def _legend(axes: Any, shown: Chart, areas: Sequence[Areas]) -> None:
    handles = _handles(shown, areas)
    if areas:
        place: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.09)}
        axes.legend(handles=handles, ncols=len(handles), **place)


def _handles(shown: Chart, areas: Sequence[Areas]) -> list[Any]:
    """Who by dashes, what by colours."""
    from matplotlib.lines import Line2D

    who = [
        Line2D([], [], color=INK, lw=_width(one), ls=_dashes(one), label=one.name)
        for one in areas
    ]
    what = [
        Line2D(
            [], [], color=kind.colour, lw=WIDTH, label=kind.name, path_effects=_cased()
        )
        for kind in reversed(shown.kinds)
    ]
    return who + what


def _dashes(areas: Areas) -> Any:
    return (0, areas.dash) if areas.dash else "solid"


def _width(areas: Areas) -> float:
    return WIDTH if areas.shown else 0.7 * WIDTH


def _cased() -> list[Any]:
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2.4 * WIDTH, foreground=CASE)]


def _degrees(value: int, ends: str = "EW") -> str:
    turned = value - 360 if value > 180 else value
    sign = "" if turned in (0, 180) else ends[turned < 0]
    return f"{abs(turned)}°{sign}"
