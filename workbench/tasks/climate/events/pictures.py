"""Maps of events: how often, where they begin, and the paths that they take."""

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.tasks.climate.generator.surface import coastlines
from workbench.tasks.climate.pictures import coast
from workbench.tasks.climate.variables import CLASSES, CYCLONE, RIVER

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

COLOURS = {CLASSES[CYCLONE]: "#c5281c", CLASSES[RIVER]: "#1c62b9"}
SHADES = {CLASSES[CYCLONE]: "Reds", CLASSES[RIVER]: "Blues"}
FEW = 12  # counts up to which each has a colour of its own


def frequency_map(found: "xr.DataArray", title: str = "") -> Any:
    """A panel for each class: the share of maps, or the number of systems, by place.

    Args:
        found: Of ``frequency``, ``genesis`` or ``termination``, (class, lat, lon).
        title: Over the figure.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    kinds = [str(kind) for kind in found["class"].to_numpy()]
    share = found.name == "frequency"
    figure = Figure(
        figsize=(9, 4.4 * len(kinds)), layout="constrained", facecolor="white"
    )
    panels = np.atleast_1d(figure.subplots(len(kinds), 1))
    for axes, kind in zip(panels, kinds, strict=True):
        field = found.sel({"class": kind}).to_numpy() * (100 if share else 1)
        shown = np.ma.masked_equal(field, 0)
        top = float(field.max()) or 1.0
        shades, low, high = _shades(kind, top, counts=not share)
        drawn = axes.pcolormesh(
            *_edges(found), shown, cmap=shades, vmin=low, vmax=high, rasterized=True
        )
        label = "% of maps" if share else str(found.attrs["long_name"])
        bar = figure.colorbar(drawn, ax=axes, label=label, shrink=0.85, pad=0.01)
        if not share:
            bar.locator = MaxNLocator(integer=True, min_n_ticks=1)
            bar.update_ticks()
            bar.minorticks_off()
        _globe(axes, f"{kind}s")
    figure.suptitle(title)
    return figure


def tracks_map(table: "pd.DataFrame", kind: str = CLASSES[CYCLONE]) -> Any:
    """The paths of a class's systems, a dot where each is first seen.

    Args:
        table: Of ``track``.
        kind: The class.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4.4), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    mine: Any = table[table["class"] == kind]
    for _, one in mine.groupby("track"):
        lon, lat = one["lon"].to_numpy(), one["lat"].to_numpy()
        for x, y in _cut(lon, lat):
            axes.plot(x, y, color=COLOURS[kind], linewidth=1.3, solid_capstyle="round")
        axes.plot(
            lon[:1],
            lat[:1],
            "o",
            color=COLOURS[kind],
            markersize=4,
            markeredgecolor="white",
            markeredgewidth=0.6,
        )
    number = mine["track"].nunique()
    _globe(axes, f"{number} {kind}s; dots where they are first seen")
    return figure


def _shades(kind: str, top: float, counts: bool) -> tuple[Any, float, float]:
    """Colours and what the first and the last stand for."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    whole = colormaps[SHADES[kind]]
    if counts and top <= FEW:
        number = int(top)
        return ListedColormap(whole(np.linspace(0.4, 1, number))), 0.5, number + 0.5
    return ListedColormap(whole(np.linspace(0.08, 1, 256))), 0, top


def _cut(lon: np.ndarray, lat: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """A path once for each turn round the globe: what leaves the map comes in again."""
    whole = np.unwrap(lon, period=360)
    turns = np.arange(whole.min() // 360, whole.max() // 360 + 1)
    return [(whole - 360 * turn, lat) for turn in turns]  # the map's frame cuts


def _edges(found: "xr.DataArray") -> tuple[np.ndarray, np.ndarray]:
    """Edges of cells in longitude and latitude, degrees."""
    lat, lon = found["lat"].to_numpy(), found["lon"].to_numpy()
    turn = 360 / len(lon)
    between = (lat[1:] + lat[:-1]) / 2
    rows = np.concatenate([[-90], between, [90]])
    return np.append(lon, lon[-1] + turn) - turn / 2, rows


def _globe(axes: Any, title: str) -> None:
    coast(axes, coastlines())
    axes.set(xlim=(0, 360), ylim=(-90, 90), aspect="equal")
    ticks = range(0, 361, 60)
    axes.set_xticks(ticks, [_east(x) for x in ticks])
    axes.set_yticks(range(-60, 61, 30), [_north(y) for y in range(-60, 61, 30)])
    axes.tick_params(labelsize=8, length=2)
    axes.grid(color="#b8bcc2", linewidth=0.4)
    axes.set_title(title, fontsize=10, loc="left")


def _east(lon: float) -> str:
    far = (lon + 180) % 360 - 180
    return f"{abs(far):g}°" + ("" if far in (0, -180) else "E" if far > 0 else "W")


def _north(lat: float) -> str:
    return f"{abs(lat)}°" + ("" if lat == 0 else "N" if lat > 0 else "S")
