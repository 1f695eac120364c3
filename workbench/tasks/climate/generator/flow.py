"""The winds of the lower troposphere: mean state, waves, lows and tropical eddies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.tasks.climate.generator.climatology import climatology, summer
from workbench.tasks.climate.generator.harmonics import degree
from workbench.tasks.climate.generator.kernels import add_blobs
from workbench.tasks.climate.generator.noise import Noise, Spectrum, fields
from workbench.tasks.climate.generator.storms import Storms
from workbench.tasks.climate.sphere import Grid, eastward, northward

WAVES = Spectrum(slope=5.4, peak=10, drift=9.0, days=2.5, least=3)
TROPICAL = Spectrum(slope=4.9, peak=9, drift=-5.0, days=3.0, least=2)
SPREAD = Spectrum(slope=4.9, peak=12, drift=-3.0, days=2.0, least=2)
WAVE_SIZE = 6.2e6  # m²/s: spread of the streamfunction in a storm track
TROPICAL_SIZE = 2.2e6
SPREAD_SIZE = 0.8e6  # of the velocity potential
CARRYING = 40  # the finest degree of the flow that carries vapour
ROTATION = 7.292e-5  # rad/s
AIR = 1.15  # kg/m³


def coriolis(grid: Grid) -> np.ndarray:
    """Twice the vertical rotation, 1/s, (rows, 1)."""
    return 2 * np.float32(ROTATION) * np.sin(grid.phi)


def track(grid: Grid, day: float) -> np.ndarray:
    """How stormy a latitude is, about 0.1 to 1, (rows, 1)."""
    warm = summer(day)
    lat = np.degrees(grid.phi)
    north = (1.0 - 0.42 * warm) * np.exp(-(((lat - 49) / 17) ** 2))
    south = (0.85 + 0.2 * warm) * np.exp(-(((lat + 53) / 16) ** 2))
    pole = 0.28 / (1 + np.exp((60 - np.abs(lat)) / 4))
    return (0.1 + np.maximum(north, south) + pole).astype(np.float32)


@dataclass(frozen=True)
class Winds:
    """Winds (rows, columns) in m/s and the streamfunction of the eddies in m²/s."""

    u: np.ndarray
    v: np.ndarray
    stream: np.ndarray


class Flow:
    """The flow of one sequence at any time.

    Args:
        seed: Of sample and sequence.
        storms: The lows in it.
        date: Day of the year at the start.
        grid: The finest that will be asked for.
    """

    def __init__(
        self, seed: tuple[int, ...], storms: Storms, date: float, grid: Grid
    ) -> None:
        self.seed, self.storms, self.date = seed, storms, date
        self._noises = [
            Noise((*seed, 10 + k), spectrum, degree(grid))
            for k, spectrum in enumerate((WAVES, TROPICAL, SPREAD))
        ]

    def winds(self, grid: Grid, day: float) -> Winds:
        """The flow near 850 hPa, a time in days after the start."""
        waves, tropical, spread = fields(self._noises, grid, [day])[:, 0]
        potential = spread * np.float32(SPREAD_SIZE)
        flow = self._turning(grid, waves, tropical, day)
        flow.u[:] += eastward(potential, grid)
        flow.v[:] += northward(potential, grid)
        return flow

    def history(self, grid: Grid, days: Sequence[float]) -> np.ndarray:
        """The flow's larger scales at several times, (times, rows, columns, 2)."""
        made = fields(self._noises[:2], grid, days, CARRYING)
        past = [
            self._turning(grid, waves, tropical, day)
            for waves, tropical, day in zip(*made, days, strict=True)
        ]
        return np.stack([np.stack([w.u, w.v], axis=-1) for w in past])

    def _turning(
        self, grid: Grid, waves: np.ndarray, tropical: np.ndarray, day: float
    ) -> Winds:
        """Mean state, waves and lows, without what converges."""
        stream = waves * track(grid, self.date) * np.float32(WAVE_SIZE)
        add_blobs(stream, self.storms.blobs(day))
        whole = stream + tropical * np.float32(TROPICAL_SIZE)
        u = climatology("U850", grid, self.date) - northward(whole, grid)
        v = climatology("V850", grid, self.date) + eastward(whole, grid)
        return Winds(u, v, stream)
