"""A posterior of atmospheric rivers in the manner of TECA-BARD (O'Brien et al. 2020).

Vapour transport, damped towards the equator, above a percentile of its own, in areas
that are large enough: a map for each row of parameters, and their mean as how probable
a river is. The 1,024 rows fitted to people's counts are TECA's and are not here: rows
are drawn from the medians and ranges of its table, as if independent and most dense at
the median. So the median detector is the published one, the spread of the posterior is
not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.stats import qmc

from workbench.tasks.climate.areas import label, sizes
from workbench.tasks.climate.baselines.fields import pick, transport
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import RIVER

CHANNELS = ("TMQ", "U850", "V850")
# least, median, largest of TECA's table
PERCENTILE = (80.03, 95.205, 98.96)
HALF_WIDTH = (5.25, 19.34, 24.99)  # degrees, of the damping at half its height
AREA = (3.5e5, 1.535e6, 5.0e6)  # km²
ROWS = 64


@dataclass(frozen=True)
class Settings:
    """What to make of the posterior.

    Attributes:
        sure: Probability from which on a point is a river.
        lift: Added to every percentile.
        area: Factor on every least area.
    """

    sure: float
    lift: float
    area: float


PUBLISHED = Settings(0.5, 0.0, 1.0)
TRIALS = {
    "sure": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "lift": (-4.0, -2.0, -1.0, 0.0, 0.5),
    "area": (0.1, 0.25, 0.5, 1.0, 1.5),
}
CHOSEN = Settings(0.5, -1.0, 0.5)


@cache
def parameters(rows: int = ROWS) -> np.ndarray:
    """Percentile, half-width and least area of each row, (rows, 3)."""
    part = qmc.Halton(3, rng=np.random.default_rng(1)).random(rows)
    least, median, most = np.array([PERCENTILE, HALF_WIDTH, AREA]).T
    below = least + (median - least) * np.sqrt(2 * np.minimum(part, 0.5))
    above = most - (most - median) * np.sqrt(2 * np.minimum(1 - part, 0.5))
    return np.where(part < 0.5, below, above)


def posterior(data: Mapping[str, Any], settings: Settings = PUBLISHED) -> np.ndarray:
    """How probable a river is, (time, rows, columns) float32.

    Raises:
        BadInput: a channel is missing or unfit.
    """
    fields, grid = pick(data, *CHANNELS)
    return np.stack([_posterior(one, grid, settings) for one in transport(fields)])


def rivers(data: Mapping[str, Any], settings: Settings = CHOSEN) -> np.ndarray:
    """Class codes, (time, rows, columns) uint8: rivers and background.

    Raises:
        BadInput: a channel is missing or unfit.
    """
    chance = posterior(data, settings)
    return np.where(chance >= settings.sure, RIVER, 0).astype(np.uint8)


def _posterior(flow: np.ndarray, grid: Grid, settings: Settings) -> np.ndarray:
    total = np.zeros(grid.shape, np.float32)
    rows = parameters()
    for percentile, half, least in rows:
        damped = flow * (1 - np.exp2(-((np.degrees(grid.phi) / half) ** 2)))
        level = np.percentile(damped, np.clip(percentile + settings.lift, 0, 100))
        numbers, count = label(damped >= level)
        large = sizes(numbers, count, grid) >= least * settings.area
        large[0] = False
        total += large[numbers]
    return total / len(rows)
