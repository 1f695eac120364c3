"""How much the waves of a map in three directions keep step."""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from workbench.tasks.cosmogan.field import Field

RINGS = 5


@dataclass(frozen=True)
class Rings:
    """Rings of Fourier modes, from above one multipole up to the next.

    Attributes:
        field: Whose modes they are.
        edges: Multipoles l, rising, none above 2/3 of Nyquist: three waves of more
            could add up to nothing on a grid that do not in the sky.
    """

    field: Field
    edges: tuple[float, ...]

    @classmethod
    def of(cls, field: Field, most: int = RINGS) -> "Rings":
        """Equal rings up to 2/3 of Nyquist, none narrower than one wave."""
        waves = field.pixels / 3
        count = min(most, int(waves - 0.5))
        # a wave of exactly a third of the grid would meet itself
        edges = np.linspace(0.5, waves - 1e-6, count + 1) * field.fundamental
        return cls(field, tuple(edges.tolist()))

    @property
    def triangles(self) -> tuple[tuple[int, int, int], ...]:
        """Rings of the three waves: all the same, then the first and twice the same."""
        rings = range(len(self.edges) - 1)
        return tuple((i, i, i) for i in rings) + tuple((0, i, i) for i in rings[1:])

    @property
    def ell(self) -> tuple[float, ...]:
        """Middle multipole of each ring."""
        return tuple((a + b) / 2 for a, b in pairwise(self.edges))

    @cached_property
    def masks(self) -> Tensor:
        """One where a mode of ``rfft2`` is in a ring (rings, S, S // 2 + 1)."""
        size = self.field.pixels
        waves = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)) * size
        ring = np.digitize(waves * self.field.fundamental, self.edges) - 1
        inside = ring == np.arange(len(self.edges) - 1)[:, None, None]
        return torch.as_tensor(inside, dtype=torch.float32)

    @cached_property
    def counts(self) -> Tensor:
        """Triples of modes that add up to nothing, by triangle, over S⁴."""
        waves = torch.fft.irfft2(self.masks.double(), s=(self.field.pixels,) * 2)
        return _products(list(waves[:, None]), self.triangles)[0]


def bispectrum(maps: Tensor, rings: Rings) -> Tensor:
    """Bispectrum of each map, of equilateral and then of squeezed triangles.

    B = (θ⁴ / S⁶) ⟨κ̂ κ̂ κ̂⟩ over all triples of modes of three rings that add up to
    nothing, which are counted as the mean of the product of maps filtered to the rings
    (Scoccimarro 2015, arXiv:1506.02729).

    Args:
        maps: (N, S, S).
        rings: Of the same field.

    Returns:
        (N, 2 · rings − 1) in steradians squared.
    """
    size = maps.shape[-1]
    waves = torch.fft.rfft2(maps)[..., : size // 3 + 1]  # no ring has shorter ones
    masks = rings.masks.to(maps)[..., : size // 3 + 1]
    parts = [torch.fft.irfft2(waves * mask, s=(size, size)) for mask in masks]
    theta = math.radians(rings.field.degrees)
    unit = theta**4 / rings.field.pixels**6
    return _products(parts, rings.triangles) * unit / rings.counts.to(maps)


def _products(
    parts: list[Tensor], triangles: tuple[tuple[int, int, int], ...]
) -> Tensor:
    """Sums over the grid of products of three filtered maps: (N, triangles)."""
    squares = [part.square() for part in parts]
    sums = [(parts[i] * squares[j]).sum((-2, -1)) for i, j, _ in triangles]
    return torch.stack(sums, 1)
