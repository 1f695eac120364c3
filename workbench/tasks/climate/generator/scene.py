"""One sequence of maps: its systems, its fields at each hour, and its truth."""

from dataclasses import dataclass

import numpy as np

from workbench.tasks.climate.generator.channels import SPECTRA, channels
from workbench.tasks.climate.generator.cyclones import (
    Cyclone,
    draw_cyclones,
    vortices,
)
from workbench.tasks.climate.generator.flow import Flow
from workbench.tasks.climate.generator.harmonics import degree
from workbench.tasks.climate.generator.noise import Noise, fields
from workbench.tasks.climate.generator.rivers import draw_rivers, ribbons, rivers_at
from workbench.tasks.climate.generator.storms import draw_storms
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CYCLONE, RIVER

STORMS = 12.5  # near their peak at a time
# Maps of each month among the 218 different ones of ClimateNet
MONTHS = np.array([4, 7, 5, 4, 1, 39, 36, 41, 32, 36, 6, 7])


@dataclass(frozen=True)
class Moment:
    """The weather of one hour: fields by name and how near each system's outline is."""

    fields: dict[str, np.ndarray]  # (rows, columns) float32
    cyclone: np.ndarray  # 1 on the outline, less inside
    river: np.ndarray

    @property
    def truth(self) -> np.ndarray:
        """Class codes, (rows, columns) uint8; a cyclone covers a river."""
        code = np.where(self.river < 1, RIVER, 0).astype(np.uint8)
        code[self.cyclone < 1] = CYCLONE
        return code


class Scene:
    """A sequence's systems; every moment is a pure function of seed and time.

    Args:
        seed: Of the sample.
        number: Of the sequence.
        days: Its length.
        grid: Of its maps.
    """

    def __init__(self, seed: int, number: int, days: float, grid: Grid) -> None:
        draw = np.random.default_rng((seed, number, 0))
        self.year = int(draw.integers(1996, 2014))
        self.month = int(draw.choice(12, p=MONTHS / MONTHS.sum())) + 1
        self.day = int(draw.integers(1, 29))
        self.hour = int(draw.integers(8)) * 3
        date = 30.44 * (self.month - 1) + self.day + self.hour / 24
        storms = draw_storms(draw, STORMS, date, days)
        self._shapes = draw_rivers(draw, storms)
        self._cyclones: list[Cyclone] = draw_cyclones(draw, self.month, days)
        self._flow = Flow((seed, number), storms, date, grid)
        self._noises = [
            Noise((seed, number, 20 + k), spectrum, degree(grid))
            for k, spectrum in enumerate(SPECTRA)
        ]
        self.grid = grid

    def at(self, day: float) -> Moment:
        """The weather, ``day`` days after the start."""
        grid = self.grid
        rivers = rivers_at(self._flow.storms, self._shapes, day)
        ribbon = ribbons(rivers, grid)
        vortex = vortices(self._cyclones, grid, day)
        noises = fields(self._noises, grid, [day])[:, 0]
        made = channels(grid, self._flow, noises, ribbon, vortex, day)
        return Moment(made, vortex.edge, ribbon.edge)
