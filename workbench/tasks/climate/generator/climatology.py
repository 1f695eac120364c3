"""The mean state of a day of the year, without weather.

June is that of a reanalysis, in two dimensions. January, for which only zonal means
are at hand, has June's departures from them turned round over the northern continents.
"""

import json
from functools import cache
from typing import Any

import numpy as np

from workbench.paths import folder
from workbench.tasks.climate.generator.harmonics import packed, synthesis
from workbench.tasks.climate.generator.surface import height
from workbench.tasks.climate.sphere import Grid

POLAR_NIGHT = -6.0  # K at 200 hPa over the winter pole


@cache
def _table() -> dict[str, Any]:
    path = folder("datasets") / "climate" / "climatology.json"
    return json.loads(path.read_text())


@cache
def _june(grid: Grid) -> dict[str, np.ndarray]:
    table = _table()
    names = tuple(table["june"])
    real = np.array([table["june"][name] for name in names])
    fields = synthesis(packed(real, table["degree"]), grid)
    made = dict(zip(names, fields, strict=True))
    made["TMQ"] = np.exp(made["TMQ"])
    return made


def _zonal(values: list[float], grid: Grid) -> np.ndarray:
    """A profile of the table as a column, (rows, 1)."""
    return np.interp(grid.lat, _table()["latitudes"], values)[:, None].astype(
        np.float32
    )


@cache
def _seasons(grid: Grid, name: str) -> tuple[np.ndarray, np.ndarray]:
    """January and June."""
    june = _june(grid)[name]
    mean = june.mean(axis=1, keepdims=True)
    north = 1 / (1 + np.exp(-(grid.lat - 25) / 5))
    turned = name in ("TREFHT", "T500", "Z200", "T200", "PSL")
    keep = (1 - 1.5 * north if turned else 1 - 0.5 * north)[:, None]
    profile = _zonal(_table()["january"][name], grid)
    if name == "TMQ":  # departures as factors
        january = profile * (june / mean) ** keep
    else:
        january = profile + (june - mean) * keep
    model = _table()["model"]
    offset = _zonal(model[name], grid) if name in model else np.float32(0)
    pair = [(january + offset).astype(np.float32), (june + offset).astype(np.float32)]
    if name == "T200":
        for field, pole in zip(pair, (1, -1), strict=True):
            night = np.clip((pole * grid.lat - 55) / 20, 0, 1)[:, None]
            field += (POLAR_NIGHT * night).astype(np.float32)
    return pair[0], pair[1]


def summer(day: float) -> float:
    """1 at the height of northern summer, 0 in the depth of winter."""
    return float(0.5 + 0.5 * np.cos(2 * np.pi * (day - 201) / 365.25))


def climatology(name: str, grid: Grid, day: float) -> np.ndarray:
    """The mean of a variable on a day of the year (1 to 366), (rows, columns).

    Temperature at the ground falls by 6.5 K a kilometre of height, and moisture by a
    factor e in 2200 m.
    """
    january, june = _seasons(grid, name)
    part = np.float32(summer(day))
    field = january + part * (june - january)
    if name == "TREFHT":
        return field - np.float32(0.0065) * height(grid)
    if name == "TMQ":
        return field * np.exp(height(grid) / np.float32(-2200))
    return field
