"""Generators with two numbers to learn: what a network has to be better than.

Both learn the power spectrum of the maps they see; the lognormal one their skewness as
well. Neither knows anything of shapes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.simulation import gaussian
from workbench.tasks.cosmogan.simulation.lognormal import LognormalField, shift_of
from workbench.tasks.cosmogan.simulation.patch import (
    correlation,
    crop_power,
    multipoles,
    pixel_area,
    power,
    ring_power,
)

_CHUNK = 64  # maps
_ROUNDS = 12  # of matching the spectrum; it has settled by then
_MOST = 3.0  # by how much a round may change a wave's power


@dataclass(frozen=True)
class Gaussian:
    """Gaussian maps with the mean and power spectrum of those they were fitted to."""

    field: Field
    mean: float
    rms: np.ndarray

    @classmethod
    def fit(cls, maps: np.ndarray, field: Field) -> Self:
        """Learn from maps (N, S, S).

        Raises:
            BadInput: fewer than two maps, or maps that do not vary.
        """
        seen = _Seen.of(maps, field)
        matched = seen.matched(lambda wanted: correlation(wanted, field.arcmin))
        return cls(
            field, seen.mean, gaussian.amplitude(matched, pixel_area(field.arcmin))
        )

    def sample(self, n: int, seed: int) -> np.ndarray:
        """New maps (n, S, S) float32, whose edges do not meet."""
        draw = partial(gaussian.draw, self.rms)
        return _crops(draw, n, seed, self.field) + np.float32(self.mean)


@dataclass(frozen=True)
class Lognormal:
    """Shifted lognormal maps with the same mean, power spectrum and skewness."""

    field: Field
    mean: float
    model: LognormalField

    @classmethod
    def fit(cls, maps: np.ndarray, field: Field) -> Self:
        """Learn from maps (N, S, S).

        Raises:
            BadInput: as above, or a skewness that is not above 0.
        """
        seen = _Seen.of(maps, field)
        if seen.skewness <= 0:
            raise BadInput(
                f"skewness {seen.skewness:.3g} of the maps: no lognormal field has one "
                "that is not above 0: take the Gaussian baseline alone"
            )
        shift = shift_of(seen.spread, seen.skewness)
        arcmin = field.arcmin

        def achieved(wanted: np.ndarray) -> np.ndarray:
            return LognormalField.of(wanted, shift, arcmin).correlation()

        matched = seen.matched(achieved)
        return cls(field, seen.mean, LognormalField.of(matched, shift, arcmin))

    def sample(self, n: int, seed: int) -> np.ndarray:
        """New maps (n, S, S) float32, whose edges do not meet."""
        return _crops(self.model.draw, n, seed, self.field) + np.float32(self.mean)


def _crops(
    draw: Callable[[list[np.random.Generator]], np.ndarray],
    n: int,
    seed: int,
    field: Field,
) -> np.ndarray:
    """Corners of periodic maps, each from a stream of random numbers of its own."""
    found = np.empty((n, field.pixels, field.pixels), np.float32)
    for first in range(0, n, _CHUNK):
        numbers = range(first, min(first + _CHUNK, n))
        maps = draw([np.random.default_rng([seed, number]) for number in numbers])
        found[first : numbers.stop] = maps[:, : field.pixels, : field.pixels]
    return found


@dataclass(frozen=True)
class _Seen:
    """What the baselines learn of maps.

    Attributes:
        field: Their patch of sky.
        mean: Of all pixels.
        spread: Standard deviation.
        skewness: Of all pixels.
        power: Mean of |rfft2|² · pixel area / side², (side, side // 2 + 1) in sr.
        correlation: By lag on a patch twice as wide, without the edges' bias.
    """

    field: Field
    mean: float
    spread: float
    skewness: float
    power: np.ndarray
    correlation: np.ndarray

    @classmethod
    def of(cls, maps: np.ndarray, field: Field) -> "_Seen":
        if len(maps) < 2:
            raise BadInput(f"{len(maps)} maps: give at least 2 to learn from")
        side, area = field.pixels, pixel_area(field.arcmin)
        mean = float(np.mean(maps, dtype=float))
        moments, inside = np.zeros(2), np.zeros((side, side // 2 + 1))
        around = np.zeros((2 * side, side + 1))
        for first in range(0, len(maps), _CHUNK):
            chunk = maps[first : first + _CHUNK] - np.float32(mean)
            moments += [np.sum(chunk**order, dtype=float) for order in (2, 3)]
            inside += (np.abs(np.fft.rfft2(chunk)) ** 2).sum(0)
            around += (np.abs(np.fft.rfft2(chunk, (2 * side,) * 2)) ** 2).sum(0)
        second, third = moments / maps.size
        if not second > 0:
            raise BadInput("maps that do not vary, or hold no numbers: give others")
        lag = np.abs(np.fft.fftfreq(2 * side, 1 / (2 * side)))
        overlap = np.maximum(side - lag, 1)
        lags = np.fft.irfft2(around / len(maps), s=(2 * side,) * 2)
        lags = _symmetric(lags / (overlap[:, None] * overlap))
        return cls(
            field,
            mean,
            float(np.sqrt(second)),
            float(third / second**1.5),
            inside * area / side**2 / len(maps),
            lags,
        )

    def matched(self, achieved: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """The power of a patch twice as wide whose crops have the power seen.

        Args:
            achieved: The correlation function that a model has, given the power that
                it is asked for.
        """
        side, arcmin = self.field.pixels, self.field.arcmin
        known = power(self.correlation, arcmin)
        wanted = np.maximum(known, known.max() * 1e-6)
        rings = multipoles(2 * side, arcmin) / self.field.fundamental
        seen = ring_power(self.power, self.field)
        for _ in range(_ROUNDS):
            has = ring_power(crop_power(achieved(wanted), side, arcmin), self.field)
            ratio = np.clip(seen / has, 1 / _MOST, _MOST)
            wanted = wanted * np.interp(rings, np.arange(len(ratio)), ratio)
        return wanted


def _symmetric(lags: np.ndarray) -> np.ndarray:
    """The mean over the square's turns and mirrors."""
    mirrored = np.roll(lags[::-1], 1, axis=0)
    mean = (lags + mirrored) / 2
    return (mean + mean.T) / 2
