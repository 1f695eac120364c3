"""Maps as people look at them: a few channels, coastlines, outlines of the systems."""

from typing import Any

import numpy as np

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
    for code, colour in ((RIVER, RIVER_COLOUR), (CYCLONE, CYCLONE_COLOUR)):
        if (truth == code).any():
            axes.contour(lon, lat, truth == code, [0.5], colors="black", linewidths=2)
            axes.contour(lon, lat, truth == code, [0.5], colors=colour, linewidths=1.1)
    axes.set(xlim=(0, 360), ylim=(-90, 90), xticks=[], yticks=[])


def coast(axes: Any) -> None:
    """Draw coastlines on a map from 0° to 360°."""
    for line in coastlines():
        lon = line[:, 0] % 360
        cut = np.flatnonzero(np.abs(np.diff(lon)) > 180) + 1
        for x, y in zip(np.split(lon, cut), np.split(line[:, 1], cut), strict=True):
            axes.plot(x, y, color=COAST, linewidth=0.5)
