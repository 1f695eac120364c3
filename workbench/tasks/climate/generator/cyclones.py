"""Tropical cyclones where and when the best tracks have them, as Holland's vortices."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from workbench.paths import folder
from workbench.tasks.climate.generator.kernels import round_point
from workbench.tasks.climate.sphere import Grid

MORE = 2.7  # a model and the people who label it have more than the best tracks
STRONGER = 1.4  # its winds at 850 hPa are, against those of ten minutes at the sea
HIGHEST = 40.0  # degrees: beyond, they turn into lows of middle latitudes
STRONGEST = 62.0  # m/s
LIFE = 4.3  # days
LOWS = 2.5  # monsoon lows at a time
APART = 1300.0  # km at least between two
OUTER = 2.7  # where its winds end, in radii of the disc
LEAST, MOST = 4.0, 6.2  # radius of the disc, degrees
REACH = OUTER * MOST * 111.2  # km
AIR = 1.15  # kg/m³


@cache
def _table() -> dict[str, Any]:
    path = folder("datasets") / "climate" / "cyclones.json"
    return json.loads(path.read_text())


@dataclass(frozen=True)
class Cyclone:
    """A warm-core vortex; a monsoon low is one that is broad, slow and not counted.

    Attributes:
        lat: Degrees north, at mid-life.
        lon: Degrees east, at mid-life.
        east: Motion, degrees of longitude a day.
        north: Motion, degrees of latitude a day.
        middle: Days from the sequence's start.
        wind: Largest, m/s.
        radius: Of the largest wind, km.
        shape: Holland's B.
        drawn: Radius of the disc that people draw, degrees. They go by its cloud, so
            moisture and rain have the disc's outline; its winds end with its size too.
        irregular: Phases of its outline, rad.
        counted: Whether it is a tropical cyclone.
    """

    lat: float
    lon: float
    east: float
    north: float
    middle: float
    wind: float
    radius: float
    shape: float
    drawn: float
    irregular: tuple[float, float]
    counted: bool = True

    def at(self, day: float) -> tuple[float, float, float]:
        """Latitude, longitude and strength (0 when it is not there)."""
        age = day - self.middle
        strength = 1 - 0.5 * (2 * age / LIFE) ** 2 if abs(age) < LIFE / 2 else 0.0
        return self.lat + self.north * age, self.lon + self.east * age, strength


def draw_cyclones(draw: np.random.Generator, month: int, days: float) -> list[Cyclone]:
    """The cyclones and monsoon lows of a sequence that begins in a month."""
    table = _table()
    cells = np.array(table["cells"]["rows"])
    cells = cells[np.abs(cells[:, 0] + 2.5) < HIGHEST]
    weight = cells[:, 1 + month].astype(float)
    rate = MORE * weight.sum() / table["fixes_a_month"]
    number = draw.poisson(rate * (days + LIFE) / LIFE)
    lows = draw.poisson(LOWS * (days + LIFE) / LIFE)
    weight /= weight.sum()
    made: list[Cyclone] = []
    for k in range(number + lows):
        south, west = cells[draw.choice(len(cells), p=weight)][:2]
        lat, lon = south + draw.uniform(0, 5), west + draw.uniform(0, 5)
        counted = k < number
        if not counted:  # over the monsoons' land and sea, nearer to the equator
            lat, lon = np.sign(lat) * draw.uniform(7, 22), draw.uniform(0, 360)
        new = _cyclone(draw, float(lat), float(lon), days, counted)
        if all(_far(new, other) for other in made):
            made.append(new)
    return made


def _far(one: Cyclone, other: Cyclone) -> bool:
    east = (one.lon - other.lon + 180) % 360 - 180
    east *= np.cos(np.radians(one.lat))
    return bool(np.hypot(east, one.lat - other.lat) * 111.2 > APART)


def _cyclone(
    draw: np.random.Generator, lat: float, lon: float, days: float, counted: bool
) -> Cyclone:
    table = _table()
    motion = np.array(table["motion"]["rows"])
    _, east, spread, poleward, other = motion[
        np.clip(np.searchsorted(motion[:, 0], abs(lat)) - 1, 0, None)
    ]
    speed = 24 / 111.2  # degrees a day for each km/h
    side = 1 if lat > 0 else -1
    knots = np.interp(draw.random(), *(table["wind"][k] for k in ("quantile", "knots")))
    wind = np.clip(knots * 0.5144 * STRONGER, 22, STRONGEST)
    wind = float(wind) if counted else draw.uniform(8, 12)
    return Cyclone(
        lat=lat,
        lon=lon,
        east=draw.normal(east, spread) * speed / np.cos(np.radians(lat)),
        north=draw.normal(poleward, other) * speed * side,
        middle=draw.uniform(-LIFE / 2, days + LIFE / 2),
        wind=wind,
        radius=draw.uniform(95, 170) if counted else draw.uniform(280, 420),
        shape=draw.uniform(0.85, 1.1) + 0.4 * wind / STRONGEST,
        drawn=draw.uniform(LEAST, MOST),
        irregular=(draw.uniform(0, 6.28), draw.uniform(0, 6.28)),
        counted=counted,
    )


@dataclass(frozen=True)
class Vortices:
    """What all vortices of a time do to the fields, each (rows, columns) float32."""

    u: np.ndarray  # m/s more
    v: np.ndarray
    pressure: np.ndarray  # Pa more
    calm: np.ndarray  # factor on the wind around
    vapour: np.ndarray  # 0 to 1: how near to the core's moisture
    lift: np.ndarray  # rain bands
    warm: np.ndarray  # K at 500 hPa
    edge: np.ndarray  # 1 on the outline people draw, less inside; 9 far off


def vortices(cyclones: list[Cyclone], grid: Grid, day: float) -> Vortices:
    """Lay vortices over a map."""
    made = {name: np.zeros(grid.shape, np.float32) for name in Vortices.__annotations__}
    made["calm"][:] = 1
    made["edge"][:] = 9
    for cyclone in cyclones:
        lat, lon, strength = cyclone.at(day)
        if strength > 0:
            _lay(cyclone, lat, lon, strength, grid, made)
    return Vortices(**made)


def _lay(
    cyclone: Cyclone,
    lat: float,
    lon: float,
    strength: float,
    grid: Grid,
    made: dict[str, np.ndarray],
) -> None:
    """Holland (1980): pressure and gradient wind, with inflow, bands and warm core."""
    near = round_point(lat, lon, REACH, *grid.shape)
    at = near[:, 0].astype(np.int64), near[:, 1].astype(np.int64)
    away = np.maximum(near[:, 2], 1.0)  # km
    side = np.sign(lat)
    disc = 111.2 * cyclone.drawn
    peak = cyclone.wind * strength
    radius = max(cyclone.radius, 0.8 * grid.step * 111.2)  # no finer than the grid
    drop = AIR * np.e * peak**2 / cyclone.shape
    inner = (radius / away) ** cyclone.shape
    fade = np.clip((OUTER - away / disc) / (OUTER - 1), 0, 1)
    spin = 0.5 * 1.458e-4 * np.abs(np.sin(np.radians(lat))) * away * 1000
    square = cyclone.shape * drop / AIR * inner * np.exp(-inner)
    wind = (np.sqrt(square + spin**2) - spin) * fade
    angle = np.radians(15.0)
    east, north = near[:, 3], near[:, 4]
    along_u, along_v = -side * north, side * east  # cyclonic
    made["u"][at] += wind * (np.cos(angle) * along_u - np.sin(angle) * east)
    made["v"][at] += wind * (np.cos(angle) * along_v - np.sin(angle) * north)
    made["pressure"][at] -= drop * (1 - np.exp(-inner)) * fade
    made["calm"][at] *= 1 - 0.5 * np.exp(-((away / (0.9 * disc)) ** 2))
    turn = np.arctan2(north, east)
    outline = 1 + 0.13 * np.cos(2 * turn + cyclone.irregular[0])
    outline += 0.08 * np.cos(3 * turn + cyclone.irregular[1])
    mine = away / (disc * outline)
    spiral = np.cos(2 * (side * turn + np.log(away / 100) * 2.2) + cyclone.irregular[0])
    bands = np.exp(-((mine / 1.15) ** 4)) * (0.85 + 0.15 * spiral)
    size = min(1.0, 0.65 + peak / 100) if cyclone.counted else 0.45
    made["vapour"][at] = np.maximum(made["vapour"][at], bands * size)
    rain = np.exp(-((mine / 0.9) ** 2)) * (0.5 + 0.25 * spiral)
    made["lift"][at] = np.maximum(made["lift"][at], rain * size)
    if cyclone.counted:
        core = 3.0 * radius
        made["warm"][at] += drop / 1100 * np.exp(-((away / core) ** 2))
        made["edge"][at] = np.minimum(made["edge"][at], mine)
