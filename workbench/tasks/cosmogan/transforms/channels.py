"""The same map twice, so that a discriminator sees faint and bright at once."""

from typing import Self, final

import numpy as np
import torch

from workbench.tasks.cosmogan.transforms.skewed import Rational
from workbench.tasks.cosmogan.transforms.transform import Transform


@final
class MultiChannel(Transform):
    """A rational transform, and beside it tanh(κ/scale).

    The multi-channel rescaling of ExaGAN in LBANN (github.com/LLNL/lbann), there of
    matter counts with a = 4 and a scale of 1,000. A generator draws the first channel
    alone; :meth:`seen` adds the second for the discriminator.
    """

    name, bounded, channels = "multichannel", True, 2

    def __init__(self, limit: float, a: float, shift: float, scale: float) -> None:
        super().__init__(limit, a=a, shift=shift, scale=scale)
        self.first, self.scale = Rational(limit, a, shift), scale

    @classmethod
    def fit(cls, maps: np.ndarray) -> Self:
        """The rational transform's fit; the fullest pixel is at tanh 1."""
        one = Rational.fit(maps)
        return cls(one.limit, one.a, one.shift, float(maps.max()))

    def forward(self, kappa: torch.Tensor) -> torch.Tensor:
        """Both channels (B, 2, S, S) of κ."""
        return torch.cat([self.first(kappa), (kappa / self.scale).tanh()], -3)

    def backward(self, values: torch.Tensor) -> torch.Tensor:
        """κ (B, 1, S, S) of the first channel."""
        return self.first.backward(values[..., :1, :, :])

    def seen(self, values: torch.Tensor) -> torch.Tensor:
        """Both channels (B, 2, S, S) of what a generator draws, (B, 1, S, S)."""
        return torch.cat([values, (self.inverse(values) / self.scale).tanh()], -3)
