"""Maps as people look at them: a few channels, coastlines, outlines of the systems."""

from typing import Any

import numpy as np

from workbench.style import new_figure, style
from workbench.tasks.climate.generator.surface import coastlines
from workbench.tasks.climate.variables import CYCLONE, RIVER

CYCLONE_COLOUR, RIVER_COLOUR, COAST = "#d1342f", "#f0f0f0", "#30363f"
# colour map, least and largest
SCALES: dict[str, tuple[str, float, float]] = {
    "TMQ": ("viridis", 0, 65),
    "PSL": ("RdBu_r", 97000, 104500),
    "U850": ("RdBu_r", -30, 30),
    "V850": ("RdBu_r", -25, 25),
    "T500": ("inferno", 225, 272),
    "PRECT": ("Blues", -9.5, -6),
}


def sheet(data: Any, step: int = 0) -> Any:
    """One map's six channels with the true outlines: cyclones red, rivers white.

    Args:
        data: A data set as the generator makes it.
        step: Which of its times.
    """
    from matplotlib.figure import Figure

    one = data.isel(time=step)
    figure = Figure(figsize=(14, 11), layout="constrained", facecolor="white")
    for axes, name in zip(figure.subplots(3, 2).flat, SCALES, strict=True):
        _panel(axes, one, name)
    when = np.datetime_as_string(one.time.to_numpy(), unit="h")
    figure.suptitle(f"simulated, {when}: cyclones red, rivers white")
    return figure


def _panel(axes: Any, one: Any, name: str) -> None:
    field, unit = one[name].to_numpy(), one[name].attrs["units"]
    if name == "PRECT":
        field, unit = np.log10(np.maximum(field, 1e-12)), "log₁₀ of m/s"
    colours, low, high = SCALES[name]
    lon, lat = one.lon.to_numpy(), one.lat.to_numpy()
    drawn = axes.pcolormesh(
        lon, lat, field, cmap=colours, vmin=low, vmax=high, shading="nearest"
    )
    axes.figure.colorbar(drawn, ax=axes, label=f"{name} ({unit})", shrink=0.8)
    coast(axes)
    truth = one.TRUTH.to_numpy()
    _outlines(axes, lon, lat, truth, "solid")
    axes.set(xlim=(0, 360), ylim=(-90, 90), xticks=[], yticks=[])


def _outlines(
    axes: Any, lon: np.ndarray, lat: np.ndarray, code: np.ndarray, line: str
) -> None:
    """Draw where cyclones and rivers end."""
    style: dict[str, Any] = {"levels": [0.5], "linestyles": line}
    for mine, colour in ((RIVER, RIVER_COLOUR), (CYCLONE, CYCLONE_COLOUR)):
        if (code == mine).any():
            axes.contour(lon, lat, code == mine, **style, colors=COAST, linewidths=2)
            axes.contour(lon, lat, code == mine, **style, colors=colour, linewidths=1.1)


def coast(axes: Any) -> None:
    """Draw coastlines on a map from 0° to 360°."""
    for line in coastlines():
        lon = line[:, 0] % 360
        cut = np.flatnonzero(np.abs(np.diff(lon)) > 180) + 1
        for x, y in zip(np.split(lon, cut), np.split(line[:, 1], cut), strict=True):
            axes.plot(x, y, color=COAST, linewidth=0.5)


def plot(sample: Any, prediction: Any = None, attribution: Any = None) -> Any:
    """One map's vapour with outlines: truth solid, prediction dashed.

    Args:
        sample: ``image`` (C, rows, columns) and, where known, ``mask``.
        prediction: Class codes (rows, columns) or logits (3, rows, columns).
        attribution: (rows, columns), drawn in place of vapour.
    """
    with style():
        figure = new_figure(9, 4.6)
        draw_map(figure.add_subplot(), sample, prediction, attribution)
    return figure


def draw_map(
    axes: Any, sample: Any, prediction: Any = None, attribution: Any = None
) -> None:
    """The same on axes of a figure."""
    image = np.asarray(sample["image"])
    rows, columns = image.shape[1:]
    lat, lon = np.linspace(-90, 90, rows), np.arange(columns) * 360 / columns
    field = image[0] if attribution is None else np.asarray(attribution)
    label = "TMQ (kg/m2)" if attribution is None else "attribution"
    drawn = axes.pcolormesh(lon, lat, field, cmap="viridis", shading="nearest")
    axes.figure.colorbar(drawn, ax=axes, label=label, shrink=0.8)
    coast(axes)
    codes = [(sample.get("mask"), "solid")]
    if prediction is not None:
        given = np.asarray(prediction)
        codes.append((given.argmax(0) if given.ndim == 3 else given, "dashed"))
    for code, line in codes:
        if code is not None:
            _outlines(axes, lon, lat, np.asarray(code), line)
    axes.set(xlim=(0, 360), ylim=(-90, 90), xlabel="°E", ylabel="°N")
