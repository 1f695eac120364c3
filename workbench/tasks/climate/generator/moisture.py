"""Water vapour carried by the flow: filaments and dry slots come by themselves."""

import numpy as np

from workbench.tasks.climate.generator.climatology import climatology
from workbench.tasks.climate.generator.flow import Flow
from workbench.tasks.climate.generator.kernels import departures, sample
from workbench.tasks.climate.generator.surface import height
from workbench.tasks.climate.sphere import Grid

HOURS = 6.0
STEPS = 16
CARRIED = 0.62  # the rest is what rain and the sea below have made of it
COARSE = Grid(96, 144)  # on which the flow is followed


def water_vapour(grid: Grid, flow: Flow, day: float) -> np.ndarray:
    """Precipitable water in kg/m² after four days in the flow, (rows, columns)."""
    days = [day - (k + 0.5) * HOURS / 24 for k in range(STEPS)]
    winds = flow.history(COARSE, days)
    place = departures(winds, HOURS * 3600, grid.rows, grid.columns)
    lift = np.exp(height(grid) / np.float32(-2200))
    mean = climatology("TMQ", grid, flow.date) / lift  # as at sea level
    carried = sample(mean, place)
    return lift * mean * (carried / mean) ** np.float32(CARRIED)
