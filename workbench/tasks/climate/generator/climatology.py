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

LATITUDES = (-80, -60, -50, -40, -30, -20, -10, 0, 10, 20, 30, 40, 50, 60, 80)
# January's zonal means: U850 of ERA-Interim, the others rounded from common atlases;
# moisture and temperature as they would be at sea level
JANUARY: dict[str, tuple[float, ...]] = {
    "TMQ": (3, 8.5, 12.5, 18.5, 25, 34.5, 43, 43, 34, 24, 15.5, 10.5, 7.5, 5.5, 2.2),
    "U850": (0.2, 6.1, 13.1, 7.6, -0.7, -3.9, -0.7, -3.2, -6.6, -2.6, 3.9, 6.1)
    + (4.7, 2.6, 0.6),
    "V850": (0.1, 0, 0, 0, 0.1, 0.2, -0.8, -1.2, -0.8, 0.3, 0.2, 0.2, 0.1, 0, 0),
    "T200": (226, 222.5, 219.5, 218, 219.5, 221, 221.5, 221.5, 221, 220, 218, 216.5)
    + (217, 215.5, 211),
    "T500": (238, 243, 249.5, 257, 263.5, 267.5, 268.3, 268.2, 267.5, 265, 258, 250)
    + (244, 240, 235),
    "Z200": (11350, 11560, 11760, 12020, 12260, 12410, 12445, 12440, 12420, 12330)
    + (12080, 11740, 11460, 11260, 10990),
    "PSL": (99200, 98800, 100000, 101300, 101600, 101300, 101000, 101000, 101150)
    + (101500, 101950, 101900, 101450, 101200, 101400),
    "TREFHT": (264, 273, 279.5, 287, 294, 298.5, 299.5, 299.5, 299, 296, 288.5, 280.5)
    + (271, 262, 246),
}
# What the model of ClimateNet has otherwise than the reanalysis, set to the published
# means and quantiles: moister tropics, a colder tropopause and
# polar night, a deeper circumpolar low. What the lows placed add to mean wind
# and pressure is taken off.
MODEL: dict[str, tuple[float, ...]] = {
    "TMQ": (0, 0, 0, 0, 0, 0.5, 4, 4.5, 4.5, 2, 0, 0, 0, 0, 0),
    "T200": (-11, -9, -6.5, -5, -4, -2.5, -2, -1.8, -2, -2.5, -4, -5, -6, -7, -8),
    "T500": (-1.5, -1.5, -1, -0.5, 0, 0, 0, 0, 0, 0, 0, -0.5, -1, -1, -1.5),
    "Z200": (-230, -200, -130, -90, -40, 0, 0, 0, 0, 0, -30, -70, -110, -130, -150),
    "U850": (0, 3, 1, -3.5, -2, -0.5, 0, 0, 0, -0.5, -1, -3, -0.5, 1, 0),
    "PSL": (-1800, -900, -200, 300, 100, 0, 0, 0, 0, 0, 50, 150, 200, 100, -50),
}
POLAR_NIGHT = -6.0  # K at 200 hPa over the winter pole


@cache
def _june(grid: Grid) -> dict[str, np.ndarray]:
    path = folder("datasets") / "climate" / "climatology.json"
    table: dict[str, Any] = json.loads(path.read_text())
    names = tuple(table["june"])
    real = np.array([table["june"][name] for name in names])
    fields = synthesis(packed(real, table["degree"]), grid)
    made = dict(zip(names, fields, strict=True))
    made["TMQ"] = np.exp(made["TMQ"])
    return made


def zonal(values: tuple[float, ...], grid: Grid) -> np.ndarray:
    """A profile given at ``LATITUDES`` as a column, (rows, 1)."""
    return np.interp(grid.lat, LATITUDES, values)[:, None].astype(np.float32)


@cache
def _seasons(grid: Grid, name: str) -> tuple[np.ndarray, np.ndarray]:
    """January and June."""
    june = _june(grid)[name]
    mean = june.mean(axis=1, keepdims=True)
    north = 1 / (1 + np.exp(-(grid.lat - 25) / 5))
    turned = name in ("TREFHT", "T500", "Z200", "T200", "PSL")
    keep = (1 - 1.5 * north if turned else 1 - 0.5 * north)[:, None]
    profile = zonal(JANUARY[name], grid)
    if name == "TMQ":  # departures as factors
        january = profile * (june / mean) ** keep
    else:
        january = profile + (june - mean) * keep
    offset = zonal(MODEL[name], grid) if name in MODEL else np.float32(0)
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
