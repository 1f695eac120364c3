"""Functions that bring the long tail of κ nearer: its clusters are 30 σ high."""

from math import log
from typing import Self, final

import numpy as np
import torch

from workbench.tasks.cosmogan.transforms.transform import Transform, reach

_FLOOR = 0.01  # of κ/λ + 1, below which its logarithm goes on as a straight line
_ROOM = 1.05  # by which λ is above the emptiest training pixel
_KNEE = 0.99  # share of the pixels that the straight part of the log-linear map takes


@final
class Rational(Transform):
    """s = 2x/(x + a) − 1 with x = κ + shift, between −1 and 1 for all x ≥ 0.

    Of matter counts with a = 4 in the GANs after CosmoGAN (vmos1/cosmogan_pytorch), of
    κ with a = 0.08 in Tamosiunas et al. (MNRAS 506, 3049, 2021). Below x = 0 it goes on
    as its tangent.
    """

    name, bounded = "rational", True

    def __init__(self, limit: float, a: float, shift: float) -> None:
        super().__init__(limit, a=a, shift=shift)
        self.a, self.shift = a, shift

    @classmethod
    def fit(cls, maps: np.ndarray) -> Self:
        """The emptiest pixel is at −1, half of all pixels lie below 0."""
        least = float(maps.min())
        return cls(reach(maps), float(np.median(maps)) - least, -least)

    def forward(self, kappa: torch.Tensor) -> torch.Tensor:
        """2x/(x + a) − 1."""
        x = kappa + self.shift
        inside = x.clamp(min=0)
        return 2 * inside / (inside + self.a) - 1 + 2 / self.a * (x - inside)

    def backward(self, values: torch.Tensor) -> torch.Tensor:
        """The share s of the range, x = a (1 + s)/(1 − s), less the shift."""
        above = values + 1
        inside = above.clamp(min=0)
        x = self.a * (inside / (2 - inside) + (above - inside) / 2)
        return x - self.shift


@final
class LogLinear(Transform):
    """A straight line to s = 1/2 at the knee, then a logarithm that is 1 at the top.

    The other transform of the GANs after CosmoGAN, of matter counts with knee 50 and
    top 15,000 (vmos1/cosmogan_pytorch); here of x = κ + shift.
    """

    name, bounded = "loglinear", True

    def __init__(self, limit: float, knee: float, top: float, shift: float) -> None:
        super().__init__(limit, knee=knee, top=top, shift=shift)
        self.knee, self.shift = knee, shift
        self.rise = 0.5 / log(top / knee)

    @classmethod
    def fit(cls, maps: np.ndarray) -> Self:
        """From the emptiest pixel at −1 to the fullest at 1."""
        least, most = float(maps.min()), float(maps.max())
        knee = float(np.quantile(maps, _KNEE)) - least
        return cls(reach(maps), knee, most - least, -least)

    def forward(self, kappa: torch.Tensor) -> torch.Tensor:
        """3x/2 knee − 1 up to the knee, 1/2 + ln(x/knee)/(2 ln(top/knee)) above."""
        x = (kappa + self.shift) / self.knee
        return 1.5 * x.clamp(max=1) - 1 + self.rise * x.clamp(min=1).log()

    def backward(self, values: torch.Tensor) -> torch.Tensor:
        """The line's and the logarithm's inverse."""
        line = (values.clamp(max=0.5) + 1) / 1.5
        curve = ((values.clamp(min=0.5) - 0.5) / self.rise).exp() - 1
        return self.knee * (line + curve) - self.shift


@final
class Asinh(Transform):
    """asinh of κ in standard deviations, brought to mean 0 and deviation 1."""

    name, bounded = "asinh", False

    def __init__(
        self, limit: float, mean: float, std: float, centre: float, width: float
    ) -> None:
        super().__init__(limit, mean=mean, std=std, centre=centre, width=width)
        self.mean, self.std, self.centre, self.width = mean, std, centre, width

    @classmethod
    def fit(cls, maps: np.ndarray) -> Self:
        """Mean and deviation of all pixels, before and after."""
        mean, std = float(maps.mean()), float(maps.std())
        curved = np.arcsinh((maps - mean) / std)
        return cls(reach(maps), mean, std, float(curved.mean()), float(curved.std()))

    def forward(self, kappa: torch.Tensor) -> torch.Tensor:
        """Standardised asinh((κ − mean)/σ)."""
        return (((kappa - self.mean) / self.std).asinh() - self.centre) / self.width

    def backward(self, values: torch.Tensor) -> torch.Tensor:
        """Mean + σ sinh."""
        return self.mean + self.std * (self.centre + self.width * values).sinh()


@final
class Lognormal(Transform):
    """log(κ/λ + 1), a Gaussian where κ is shifted lognormal, to mean 0 and deviation 1.

    Where κ is near or below −λ the logarithm goes on as its tangent.
    """

    name, bounded = "lognormal", False

    def __init__(self, limit: float, lam: float, centre: float, width: float) -> None:
        super().__init__(limit, lam=lam, centre=centre, width=width)
        self.lam, self.centre, self.width = lam, centre, width

    @classmethod
    def fit(cls, maps: np.ndarray) -> Self:
        """λ that makes the outer quantiles symmetric, above the emptiest pixel's."""
        low, middle, high = map(float, np.quantile(maps, [0.01, 0.5, 0.99]))
        skewed = low + high - 2 * middle
        lam = (middle**2 - low * high) / skewed if skewed > 0 else reach(maps)
        lam = max(lam, -_ROOM * float(maps.min()))
        curved = np.log(maps / lam + 1)
        return cls(reach(maps), lam, float(curved.mean()), float(curved.std()))

    def forward(self, kappa: torch.Tensor) -> torch.Tensor:
        """Standardised log(κ/λ + 1)."""
        u = kappa / self.lam + 1
        inside = u.clamp(min=_FLOOR)
        return (inside.log() + (u - inside) / _FLOOR - self.centre) / self.width

    def backward(self, values: torch.Tensor) -> torch.Tensor:
        """λ (exp − 1)."""
        curved = self.centre + self.width * values
        inside = curved.clamp(min=log(_FLOOR))
        return self.lam * (inside.exp() + _FLOOR * (curved - inside) - 1)
