"""Lows of middle latitudes: born, carried east, deepest at their peak, gone."""

from dataclasses import dataclass

import numpy as np

from workbench.tasks.climate.generator.climatology import summer

LIFE = 2.2  # days in which a low grows and decays by a factor e


@dataclass(frozen=True)
class Storms:
    """The lows of a sequence; all arrays (N,)."""

    lat: np.ndarray  # degrees north, at the peak
    lon: np.ndarray
    east: np.ndarray  # degrees of longitude a day
    poleward: np.ndarray  # degrees of latitude a day
    peak: np.ndarray  # days from the sequence's start
    wind: np.ndarray  # m/s, largest at the peak
    radius: np.ndarray  # km

    def at(self, day: float) -> np.ndarray:
        """Latitude, longitude, strength from 0 to 1, (N, 3)."""
        age = day - self.peak
        lat = self.lat + np.sign(self.lat) * self.poleward * age
        lat = np.sign(lat) * np.clip(np.abs(lat), 25, 72)
        return np.stack(
            [lat, self.lon + self.east * age, np.exp(-((age / LIFE) ** 2))], axis=1
        )

    def blobs(self, day: float) -> np.ndarray:
        """Their streamfunction as Gaussians: lat, lon, m²/s, km, (N, 4)."""
        state = self.at(day)
        there = state[:, 2] > 0.03
        lat, lon, strength = state[there].T
        wind, radius = self.wind[there], self.radius[there]
        high = np.sign(lat) * wind * strength * radius * 1000 * np.exp(0.5)
        return np.stack([lat, lon, -high, radius], axis=1)


def draw_storms(
    draw: np.random.Generator, number: float, day: float, days: float
) -> Storms:
    """The lows of a sequence, of which ``number`` are strong at any time.

    Args:
        draw: Random numbers.
        number: Mean number within a life of their peak at a time.
        day: Of the year.
        days: Length of the sequence.
    """
    span = days + 4 * LIFE
    total = int(draw.poisson(number * span / (2 * LIFE)))
    southern = draw.random(total) < 0.5 + 0.12 * (2 * summer(day) - 1)
    warm = np.where(southern, 1 - summer(day), summer(day))  # deep in winter
    lat = draw.normal(43 + 4 * warm, 5.5, total) + np.where(southern, 2, 0)
    return Storms(
        lat=np.where(southern, -lat, lat),
        lon=_apart(draw, southern),
        east=draw.uniform(8, 15, total),
        poleward=draw.uniform(0, 3, total),
        peak=draw.uniform(-2 * LIFE, days + 2 * LIFE, total),
        wind=draw.uniform(10, 21, total) * (1.05 - 0.3 * warm),
        radius=draw.uniform(550, 900, total),
    )


def _apart(draw: np.random.Generator, southern: np.ndarray) -> np.ndarray:
    """Longitudes, spread round each hemisphere more evenly than chance would."""
    lon = np.empty(len(southern))
    for side in (False, True):
        mine = np.flatnonzero(southern == side)
        slots = draw.permutation(len(mine)) + draw.uniform(-0.35, 0.35, len(mine))
        lon[mine] = (slots / max(len(mine), 1) + draw.random()) * 360 % 360
    return lon
