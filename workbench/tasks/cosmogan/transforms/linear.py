"""κ as it is, and κ in standard deviations."""

from typing import Self, final

import numpy as np
import torch

from workbench.tasks.cosmogan.transforms.transform import Transform, reach


@final
class Identity(Transform):
    """κ as it is, as the CosmoGAN paper trains on it (arXiv:1706.02390).

    A tanh draws values between −1 and 1, and few maps have a pixel beyond.
    """

    name, bounded = "identity", True

    @classmethod
    def fit(cls, maps: np.ndarray) -> Self:
        """Nothing is fitted."""
        return cls(limit=1.0)

    def forward(self, kappa: torch.Tensor) -> torch.Tensor:
        """κ."""
        return kappa

    def backward(self, values: torch.Tensor) -> torch.Tensor:
        """κ."""
        return values


@final
class Standardised(Transform):
    """κ less its mean, in standard deviations."""

    name, bounded = "standardised", False

    def __init__(self, limit: float, mean: float, std: float) -> None:
        super().__init__(limit, mean=mean, std=std)
        self.mean, self.std = mean, std

    @classmethod
    def fit(cls, maps: np.ndarray) -> Self:
        """Mean and standard deviation of all pixels."""
        return cls(reach(maps), float(maps.mean()), float(maps.std()))

    def forward(self, kappa: torch.Tensor) -> torch.Tensor:
        """(κ − mean)/σ."""
        return (kappa - self.mean) / self.std

    def backward(self, values: torch.Tensor) -> torch.Tensor:
        """Mean + σ × value."""
        return self.mean + self.std * values
