"""What every value transform does, and how far it may be believed."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
import torch
from torch import nn

BEYOND = 10.0  # times the largest |κ| of the training maps, how far inverses reach


class Transform(nn.Module, ABC):
    """An invertible function of κ, pixel by pixel.

    Up to ``limit`` in |κ| the two directions undo one another. Network values beyond
    those of ±``limit``, such as an untrained generator draws, come back as ±``limit``:
    no inverse overflows, and their gradient is zero.

    Args:
        numbers: What fixes the function, ``limit`` among it; kept as plain types.

    Attributes:
        limit: Largest |κ| that an inverse gives.
        channels: Of what the network sees.
        bounded: Whether training maps lie within −1 and 1, as a tanh draws them.
    """

    name: ClassVar[str]
    bounded: ClassVar[bool]
    channels: ClassVar[int] = 1

    def __init__(self, limit: float, **numbers: float) -> None:
        super().__init__()
        self.limit = limit
        self._numbers = {"limit": limit, **numbers}

    @classmethod
    @abstractmethod
    def fit(cls, maps: np.ndarray) -> Self:
        """The transform for maps like these, κ (n, S, S)."""

    @abstractmethod
    def forward(self, kappa: torch.Tensor) -> torch.Tensor:
        """Values for a network, (B, ``channels``, S, S), of κ (B, 1, S, S)."""

    @abstractmethod
    def backward(self, values: torch.Tensor) -> torch.Tensor:
        """κ of values that some κ within ±``limit`` has."""

    def inverse(self, values: torch.Tensor) -> torch.Tensor:
        """κ of whatever a network draws, (B, 1, S, S)."""
        ends = torch.tensor([-self.limit, self.limit], dtype=torch.float64)
        low, high = self.forward(ends.view(2, 1, 1, 1))[:, 0].flatten().tolist()
        return self.backward(values.clamp(low, high))

    def about(self) -> dict[str, Any]:
        """Name and numbers as plain types, for a checkpoint."""
        return {"name": self.name, **self._numbers}


def reach(maps: np.ndarray) -> float:
    """How far an inverse may go for maps like these."""
    return BEYOND * float(np.abs(maps).max())
