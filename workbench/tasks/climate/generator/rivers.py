"""Atmospheric rivers: moist ribbons ahead of a low's cold front, with their jet."""

from dataclasses import dataclass

import numpy as np

from workbench.tasks.climate.generator.kernels import beside_curve
from workbench.tasks.climate.generator.storms import Storms
from workbench.tasks.climate.sphere import Grid

KNOTS = np.array(  # km east and poleward of the low
    [[-2200, -2850], [-1400, -2350], [-350, -1650], [350, -750], [550, 300]], float
)
SEEN = 0.45  # of its peak's strength, from which on it is a river
POINTS = 28
FRONTS = 0.3  # of the lows drag a front and no river: what heuristics fall for
REACH = 1350.0  # km to either side of the axis


@dataclass(frozen=True)
class River:
    """A river at one time.

    Attributes:
        curve: Its axis from the subtropics poleward, (POINTS, 2) lat and lon.
        strength: 0 to 1.
        vapour: Rise of precipitable water on the axis at full strength, kg/m².
        jet: Largest wind along the axis at full strength, m/s.
        width: The e-folding width, km.
        wide: How many widths people draw.
    """

    curve: np.ndarray
    strength: float
    vapour: float
    jet: float
    width: float
    wide: float

    @property
    def seen(self) -> bool:
        """Whether it is strong enough to be called a river."""
        return self.strength > SEEN


def draw_rivers(draw: np.random.Generator, storms: Storms) -> np.ndarray:
    """What shapes the river of each low, (N, 16); that of a weak low is but a front."""
    number = len(storms.lat)
    shape = np.empty((number, 16))
    shape[:, 0] = draw.uniform(16, 27, number)  # kg/m²
    shape[:, 1] = draw.uniform(14, 25, number)  # m/s
    shape[:, 2] = draw.uniform(210, 310, number)  # km
    shape[:, 3] = draw.uniform(1.35, 1.8, number)
    shape[:, 4] = draw.uniform(0.75, 1.25, number)  # length
    shape[:, 5:15] = draw.normal(0, 280, (number, 10))  # km, of the knots
    shape[:, 15] = np.where(draw.random(number) < FRONTS, 0.4, 1)
    return shape


def rivers_at(storms: Storms, shapes: np.ndarray, day: float) -> list[River]:
    """The rivers of a time."""
    found: list[River] = []
    for (lat, lon, strength), shape in zip(storms.at(day), shapes, strict=True):
        if strength < 0.2:
            continue
        vapour, jet, width, wide, long = shape[:5]
        axis = _axis(lat, lon, KNOTS * long + shape[5:15].reshape(5, 2))
        found.append(River(axis, strength * shape[15], vapour, jet, width, wide))
    return found


def _axis(lat: float, lon: float, knots: np.ndarray) -> np.ndarray:
    """A smooth curve through knots given in km from a low."""
    place = np.linspace(0, len(knots) - 1.000001, POINTS)
    left = place.astype(int)
    t = (place - left)[:, None]
    ends = np.concatenate(
        [2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]]
    )
    p, q, r, s = (ends[left + k] for k in range(4))
    curve = 0.5 * (
        2 * q
        + (r - p) * t
        + (2 * p - 5 * q + 4 * r - s) * t**2
        + (3 * q - p - 3 * r + s) * t**3
    )
    side = np.sign(lat)
    rise = np.clip(np.abs(lat) + curve[:, 1] / 111.2, 8, 78)
    east = lon + curve[:, 0] / (111.2 * np.cos(np.radians(rise)))
    return np.stack([side * rise, east], axis=1)


@dataclass(frozen=True)
class Ribbons:
    """What all rivers of a time do to the fields, each (rows, columns) float32."""

    vapour: np.ndarray  # kg/m² more
    dry: np.ndarray  # factor
    u: np.ndarray  # m/s more
    v: np.ndarray
    pressure: np.ndarray  # step across the jet, in m/s × m: times f and density
    lift: np.ndarray  # 0 to 1: rising, raining air
    edge: np.ndarray  # 1 on the edge people draw, less inside; 9 far off


def ribbons(rivers: list[River], grid: Grid) -> Ribbons:
    """Lay rivers over a map."""
    made = {name: np.zeros(grid.shape, np.float32) for name in Ribbons.__annotations__}
    made["dry"][:] = 1
    made["edge"][:] = 9
    for river in rivers:
        _lay(river, grid, made)
    return Ribbons(**made)


def _lay(river: River, grid: Grid, made: dict[str, np.ndarray]) -> None:
    near = beside_curve(river.curve, REACH, *grid.shape)
    row, column = near[:, 0].astype(np.int64), near[:, 1].astype(np.int64)
    at = row, column
    side = np.float32(np.sign(river.curve[-1, 0]))
    cold = near[:, 2] * side  # km into the cold air, poleward and west of the axis
    part = near[:, 3]
    width = river.width * np.where(cold > 0, 0.75, 1.35).astype(np.float32)
    taper = np.clip(part / 0.2, 0, 1) * np.clip((1 - part) / 0.15, 0, 1)
    far = cold / width
    on = np.exp(-(far**2)) * river.strength
    made["vapour"][at] = np.maximum(
        made["vapour"][at], river.vapour * on * (0.35 + 0.65 * taper)
    )
    slot = 0.5 * river.strength * taper * np.exp(-(((cold - 700) / 330) ** 2))
    made["dry"][at] = np.minimum(made["dry"][at], 1 - slot)
    broad = 1.6 * river.width
    jet = river.jet * river.strength * taper / np.cosh(cold / broad) ** 2
    made["u"][at] += jet * near[:, 4]
    made["v"][at] += jet * near[:, 5]
    window = taper * np.clip((REACH - np.abs(cold)) / 450, 0, 1)
    step = river.jet * river.strength * broad * 1000 * np.tanh(cold / broad)
    made["pressure"][at] -= step * window
    made["lift"][at] = np.maximum(made["lift"][at], on * taper)
    if river.seen:
        past = np.maximum(0.06 - part, part - 0.97).clip(0) * 12
        mine = np.hypot(far / river.wide, past)
        made["edge"][at] = np.minimum(made["edge"][at], mine)
