"""Tropical cyclones as closed contours of pressure round a warm, moist, turning core.

After TempestExtremes (Ullrich & Zarzycki 2017; Ullrich et al. 2021): a minimum of
pressure round which it rises by 200 Pa on all sides within 5.5°, under a warm core.
Their core is the thickness of 300 to 500 hPa, which is not among the channels;
temperature at 500 hPa stands for it. What was added to win: the evidence of pressure,
temperatures, vapour and wind is weighed together, as log odds fitted on maps of another
seed, rather than each against a threshold; a middle finer than the grid; and a radius
that follows how far the core's moisture reaches.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from workbench.tasks.climate.areas import directions, distance, unit
from workbench.tasks.climate.baselines.fields import Fields, pick
from workbench.tasks.climate.baselines.polar import on, rings, swirl
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CYCLONE

CHANNELS = ("PSL", "T500", "T200", "TMQ", "U850", "V850")
EDGES: Any = ("nearest", "wrap")  # at the poles, at the seam
RADII = np.arange(0, 9, 0.5)
CLOSED, INNER = slice(0, 12), slice(0, 5)  # to 5.5° and 2°
AROUND, TURNING = slice(12, 17), slice(2, 9)  # 6 to 8°, 1 to 4°
APART = 1000.0  # km: of two nearer middles the surer counts
REACH = 4.9  # degrees, as is usual
NARROWEST_AND_WIDEST = 3.5, 7.0  # degrees


@dataclass(frozen=True)
class Settings:
    """What a cyclone has to have, and the disc it is given.

    Attributes:
        rise: Of pressure on all sides within 5.5°, Pa.
        warm: Core over surroundings at 500 hPa, K.
        odds: Log odds: a constant, and for each of ``Candidates.evidence``; or none.
        farthest: Degrees from the equator.
        radius: Of the disc where moisture reaches as far as is usual, degrees.
        follow: Degrees more for each degree that moisture reaches farther.
    """

    rise: float
    warm: float
    odds: tuple[float, ...]
    farthest: float
    radius: float
    follow: float


PUBLISHED = Settings(200, 0.3, (), 50, 5.0, 0.0)
TRIALS = {
    "farthest": (35.0, 40.0, 45.0, 50.0),
    "radius": (4.8, 5.0, 5.1, 5.2, 5.3, 5.4, 5.6),
    "follow": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2),
}
ODDS = (-47.555, 6.597, 4.041, 1.717, 0.724, 0.505)
CHOSEN = Settings(-np.inf, -np.inf, ODDS, 45.0, 5.3, 0.8)


@dataclass(frozen=True)
class Candidates:
    """Minima of one map's pressure and what is round them; all (N,)."""

    lat: np.ndarray
    lon: np.ndarray
    rise: np.ndarray
    warm500: np.ndarray
    warm200: np.ndarray
    moist: np.ndarray
    wind: np.ndarray
    reach: np.ndarray

    @property
    def evidence(self) -> np.ndarray:
        """What speaks for a cyclone, (N, 6)."""
        rise = np.log(np.maximum(self.rise, 10.0))
        parts = (rise, self.warm500, self.warm200, self.moist, self.wind)
        return np.stack([np.ones_like(rise), *parts], axis=1)


def cyclones(data: Mapping[str, Any], settings: Settings = CHOSEN) -> np.ndarray:
    """Class codes, (time, rows, columns) uint8: cyclones and background.

    Raises:
        BadInput: a channel is missing or unfit.
    """
    fields, grid = pick(data, *CHANNELS)
    return np.stack(
        [discs(found, grid, settings) for found in candidates(fields, grid)]
    )


def candidates(fields: Fields, grid: Grid) -> list[Candidates]:
    """The candidates of each map."""
    number = len(fields["PSL"])
    return [
        _candidates({name: field[k] for name, field in fields.items()}, grid)
        for k in range(number)
    ]


def chosen(found: Candidates, settings: Settings) -> list[int]:
    """Which candidates of a map are cyclones, the surest first."""
    kept = np.abs(found.lat) <= settings.farthest
    kept &= (found.rise >= settings.rise) & (found.warm500 >= settings.warm)
    sure = found.rise
    if settings.odds:
        sure = found.evidence @ np.array(settings.odds)
        kept &= sure > 0
    middles = unit(found.lat, found.lon)
    taken: list[int] = []
    for k in np.argsort(-sure):
        if kept[k] and (distance(middles[taken], middles[k]) > APART).all():
            taken.append(int(k))
    return taken


def discs(found: Candidates, grid: Grid, settings: Settings) -> np.ndarray:
    """Class codes of one map, (rows, columns) uint8."""
    code = np.zeros(grid.shape, np.uint8)
    radius = settings.radius + settings.follow * (found.reach - REACH)
    least = np.cos(np.radians(radius.clip(*NARROWEST_AND_WIDEST)))
    middles = unit(found.lat, found.lon)
    for k in chosen(found, settings):
        code[directions(grid) @ middles[k] > least[k]] = CYCLONE
    return code


def weigh(found: list[Candidates], truth: np.ndarray) -> tuple[float, ...]:
    """Log odds of a candidate's being a cyclone, by logistic regression.

    Args:
        found: Candidates of each map.
        truth: Class codes, (time, rows, columns).
    """
    rows, columns = truth.shape[1:]
    grid = Grid(rows, columns)
    evidence = np.concatenate([c.evidence for c in found])
    inside = np.concatenate(
        [
            codes[
                np.rint((c.lat + 90) / grid.step).astype(int),
                np.rint(c.lon / 360 * columns).astype(int) % columns,
            ]
            for c, codes in zip(found, truth, strict=True)
        ]
    )
    odds = np.zeros(evidence.shape[1])
    for _ in range(40):  # Newton's steps
        chance = 1 / (1 + np.exp(-np.clip(evidence @ odds, -30, 30)))
        bend = (evidence * (chance * (1 - chance))[:, None]).T @ evidence
        bend += 1e-3 * np.eye(len(odds))
        slope = evidence.T @ ((inside == CYCLONE) - chance) - 1e-3 * odds
        odds += np.linalg.solve(bend, slope)
    return tuple(float(x) for x in odds.round(3))


def _candidates(fields: Fields, grid: Grid) -> Candidates:
    pressure = fields["PSL"]
    least = ndimage.minimum_filter(pressure, 3, mode=EDGES)
    flat = ndimage.maximum_filter(pressure, 3, mode=EDGES) == least
    tropics = (np.abs(grid.lat) < 50)[:, None]
    row, column = np.nonzero((pressure == least) & ~flat & tropics)
    lat, lon = _middle(pressure, row, column, grid)
    places = rings(lat, lon, RADII, grid)
    seen = {name: on(field, places) for name, field in fields.items()}

    def core(name: str) -> np.ndarray:
        mean = seen[name].mean(1)
        return mean[:, INNER].mean(1) - mean[:, AROUND].mean(1)

    rise = seen["PSL"][:, :, CLOSED].max(2).min(1) - pressure[row, column]
    wind = swirl(seen["U850"], seen["V850"], lat).mean(1)[:, TURNING].max(1)
    return Candidates(
        lat,
        lon,
        rise,
        core("T500"),
        core("T200"),
        core("TMQ"),
        wind,
        _reach(seen["TMQ"].mean(1)),
    )


def _reach(vapour: np.ndarray) -> np.ndarray:
    """How far the core's moisture reaches, degrees, (N,).

    It is the width of the excess over the surroundings, as a box of the core's height.

    Args:
        vapour: Mean on each ring, (N, radii).
    """
    around = vapour[:, AROUND].mean(1, keepdims=True)
    high = np.maximum(vapour[:, INNER].mean(1, keepdims=True) - around, 1.0)
    excess = ((vapour - around) / high).clip(0, 1)
    return excess.sum(1) * (RADII[1] - RADII[0])


def _middle(
    pressure: np.ndarray, row: np.ndarray, column: np.ndarray, grid: Grid
) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude of minima between grid points, by a parabola each way."""
    here = pressure[row, column]

    def shift(before: np.ndarray, after: np.ndarray) -> np.ndarray:
        bend = np.maximum(before + after - 2 * here, 1e-3)
        return np.clip((before - after) / (2 * bend), -0.5, 0.5)

    north = shift(pressure[row - 1, column], pressure[(row + 1) % grid.rows, column])
    east = shift(pressure[row, column - 1], pressure[row, (column + 1) % grid.columns])
    lat = grid.lat[row] + north * grid.step
    return lat, (column + east) * 360 / grid.columns % 360
