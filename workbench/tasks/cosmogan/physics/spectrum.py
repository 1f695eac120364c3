"""How much maps vary on each angular scale."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from workbench.tasks.cosmogan.field import Field

BANDS = 28  # up to Nyquist; 19 or 20 of them below 0.7 of it


@dataclass(frozen=True)
class Bands:
    """Bands of multipoles, from above one edge up to the next.

    Attributes:
        field: Whose Fourier modes are sorted into them.
        edges: Multipoles l, rising.
    """

    field: Field
    edges: tuple[float, ...]

    @classmethod
    def of(cls, field: Field, most: int = BANDS) -> "Bands":
        """Equal bands up to Nyquist, none narrower than one wave across the field."""
        waves = field.pixels / 2
        count = min(most, int(waves - 0.5))
        edges = np.linspace(0.5, waves, count + 1) * field.fundamental
        return cls(field, tuple(edges.tolist()))

    @cached_property
    def _members(self) -> np.ndarray:
        """How often each mode of ``rfft2`` stands in a band (modes, bands)."""
        size = self.field.pixels
        across = np.fft.rfftfreq(size)
        l_of_mode = np.hypot(np.fft.fftfreq(size)[:, None], across)
        l_of_mode *= size * self.field.fundamental
        # the conjugates that rfft2 leaves out count too
        times = np.where((across > 0) & (across < 0.5), 2, 1) + np.zeros((size, 1))
        # edges are not exact in binary: a mode on one must not fall by rounding
        band = np.digitize(l_of_mode * (1 - 1e-12), self.edges) - 1
        member = band.reshape(-1, 1) == np.arange(len(self.edges) - 1)
        return member * times.reshape(-1, 1)

    @property
    def modes(self) -> np.ndarray:
        """Fourier modes in each band, ±l both; C_l of a Gaussian scatters by √(2/n)."""
        return self._members.sum(0)

    @cached_property
    def ell(self) -> np.ndarray:
        """Mean multipole of each band's modes."""
        size = self.field.pixels
        waves = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)) * size
        return waves.ravel() @ self._members / self.modes * self.field.fundamental

    @cached_property
    def _shares(self) -> Tensor:
        return torch.as_tensor(self._members / self.modes)

    def mean(self, power: Tensor) -> Tensor:
        """Mean over the modes of each band: (…, S, S // 2 + 1) → (…, bands)."""
        return power.flatten(-2) @ self._shares.to(power)


def hann(size: int) -> Tensor:
    """A window (size, size) that falls to nothing at the edges, of mean square one."""
    side = torch.hann_window(size, periodic=False)
    window = side[:, None] * side
    return window / window.square().mean().sqrt()


def power_spectrum(maps: Tensor, bands: Bands, apodise: bool = False) -> Tensor:
    """Angular power spectrum C_l of each map, in steradians.

    C_l = (θ / S²)² ⟨|FFT κ|²⟩ with θ the width in radians. A map cut from a larger one
    is not periodic, and power leaks from large scales to small through its edges. Two
    sets leak alike; against theory, apodise or take ``coupling.expected``.

    Args:
        maps: (N, S, S).
        bands: Of the same field.
        apodise: Whether to multiply by a Hann window first.

    Returns:
        (N, bands).
    """
    if apodise:
        maps = maps * hann(maps.shape[-1]).to(maps)
    theta = math.radians(bands.field.degrees)
    waves = torch.fft.rfft2(maps)
    power = waves.real.square() + waves.imag.square()
    return bands.mean(power) * (theta / bands.field.pixels**2) ** 2
