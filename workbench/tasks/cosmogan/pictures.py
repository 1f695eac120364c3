"""Maps as people look at them: one signed scale of colours for data and drawn ones."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.style import new_figure, style
from workbench.tasks.cosmogan.field import Field

COLOURS, WEIGHTS = "RdBu_r", "PuOr_r"  # of κ, and of what counts for an answer
REACH = 12.0  # standard deviations to the ends of the scale; few pixels are beyond
BESIDE = 6  # maps in a row
_SMALL = 1.0  # degrees, below which axes are in minutes of arc


def plot(sample: Any, prediction: Any = None, attribution: Any = None) -> Any:
    """One map of κ, and beside it what a network draws and what counted for it.

    Args:
        sample: ``image`` (1, S, S) and, where known, ``field``, as the data module
            gives it; or a map (S, S) by itself.
        prediction: κ, (S, S) or (1, S, S), on the same scale.
        attribution: (S, S) or (1, S, S), on a scale of its own, even about zero; or
            the same under ``image``.
    """
    known: Mapping[str, Any] = sample if isinstance(sample, Mapping) else {}
    field = known.get("field")
    maps = {"data": _plane(known.get("image", sample))}
    if prediction is not None:
        maps["network"] = _plane(prediction)
    count = len(maps) + (attribution is not None)
    norm = scale(maps["data"])
    with style():
        figure = _figure(4.0 * count + 1.0, 4.0)
        panels = figure.subplots(1, count, squeeze=False)[0]
        for axes, (name, values) in zip(panels, maps.items(), strict=False):
            draw_map(axes, values, field, norm)
            axes.set_title(name if count > 1 else "", loc="left")
        colour_bar(panels[: len(maps)], panels[0].images[0])
        if attribution is not None:
            named = isinstance(attribution, Mapping)
            weights = _plane(attribution["image"] if named else attribution)
            most = float(np.abs(weights).max()) or 1.0
            drawn = draw_map(panels[-1], weights, field, _even(most), WEIGHTS)
            panels[-1].set_title("attribution", loc="left")
            figure.colorbar(drawn, ax=panels[-1], shrink=0.9, aspect=25)
        for axes in panels[1:]:
            axes.set_ylabel("")
    return figure


def sample_grid(real: Any, generated: Any, field: Field) -> Any:
    """A row of maps of the data above two rows of generated ones, on the data's scale.

    Args:
        real: κ (n, S, S), the data; the first few are shown.
        generated: κ (m, S, S); likewise.
        field: Their patch of sky.
    """
    real, generated = np.asarray(real), np.asarray(generated)
    lines = {
        "data": real[:BESIDE],
        "generated": generated[:BESIDE],
        " ": generated[BESIDE : 2 * BESIDE],
    }
    lines = {name: maps for name, maps in lines.items() if len(maps)}
    norm = scale(real)
    width, unit = _width(field, field.pixels)
    with style():
        figure = _figure(1.6 * BESIDE + 1.0, 1.6 * len(lines) + 0.3)
        panels = figure.subplots(len(lines), BESIDE, squeeze=False)
        for line, (name, maps) in zip(panels, lines.items(), strict=True):
            for axes, values in zip(line, maps, strict=False):
                draw_map(axes, values, field, norm)
                axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
            for axes in line[len(maps) :]:
                axes.set_axis_off()
            line[0].set_ylabel(name)
        panels[-1, 0].set_xlabel(f"{width:.3g} {unit}")
        colour_bar(panels, panels[0, 0].images[0])
    return figure


def scale(maps: np.ndarray) -> Any:
    """Colours even about zero: by κ within a standard deviation, by its log beyond.

    Args:
        maps: κ of any shape, whose standard deviation sets the scale.
    """
    from matplotlib.colors import AsinhNorm

    spread = float(np.std(maps)) or 1.0
    return AsinhNorm(spread, -REACH * spread, REACH * spread)


def draw_map(
    axes: Any, values: Any, field: Field | None, norm: Any, colours: str = COLOURS
) -> Any:
    """A map (S, S) on axes in degrees, arcminutes or, of no known field, pixels."""
    width, unit = _width(field, len(values))
    drawn = axes.imshow(
        values,
        extent=(0, width, 0, width),
        origin="lower",
        cmap=colours,
        norm=norm,
        interpolation="nearest",
    )
    axes.set(xlabel=unit, ylabel=unit)
    for side in ("top", "right"):
        axes.spines[side].set_visible(True)
    return drawn


def colour_bar(panels: Any, drawn: Any) -> None:
    """The scale in κ beside the panels, with round numbers a factor of about 3 apart.

    Args:
        panels: Axes that share the scale.
        drawn: One of their maps.
    """
    spread, most = drawn.norm.linear_width, drawn.norm.vmax
    decades = 10.0 ** np.arange(np.floor(np.log10(spread)), np.log10(most))
    steps = np.outer(decades, [1, 3]).ravel()
    steps = steps[(steps > 0.7 * spread) & (steps < most)]
    ticks = [*-steps[::-1], 0, *steps]
    figure = drawn.axes.figure
    bar = figure.colorbar(drawn, ax=panels, extend="both", shrink=0.9, aspect=25)
    bar.set_ticks(ticks, labels=[f"{tick:g}".replace("-", "−") for tick in ticks])
    bar.minorticks_off()
    bar.set_label("convergence κ")


def _figure(width: float, height: float) -> Any:
    """An empty figure whose square panels stand close together."""
    figure = new_figure(width, height)
    figure.set_layout_engine("compressed")
    return figure


def _even(most: float) -> Any:
    from matplotlib.colors import Normalize

    return Normalize(-most, most)


def _plane(values: Any) -> np.ndarray:
    """A map (S, S) of a tensor or array with or without a channel."""
    found = np.asarray(values)
    return found[0] if found.ndim == 3 else found


def _width(field: Field | None, pixels: int) -> tuple[float, str]:
    """How wide a map is, and in what."""
    if field is None:
        return float(pixels), "pixels"
    if field.degrees < _SMALL:
        return 60 * field.degrees, "arcmin"
    return field.degrees, "degrees"
