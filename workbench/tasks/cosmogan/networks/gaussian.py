"""Maps as Gaussian fields: their normal scores, and fields of the same covariance."""

import math

import torch
from torch import nn

REACH, STEP = 4.5, 0.05  # of the knots of normal scores, in standard deviations
LEAST = 1e-6  # of the variance of a mode, against the mean


class NormalScores(nn.Module):
    """Takes every κ to the normal number that is exceeded as often, and back.

    Between knots and beyond the last of them the map is a line. Until it is fitted it
    changes nothing.
    """

    levels: torch.Tensor
    knots: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        levels = torch.arange(-REACH, REACH + STEP / 2, STEP)
        self.register_buffer("levels", levels, persistent=False)
        self.register_buffer("knots", levels.clone())  # κ at the levels

    def fit(self, maps: torch.Tensor) -> None:
        """Learn from maps of any shape how often each κ is met."""
        values = maps.flatten().sort().values
        chances = torch.special.ndtr(self.levels.double())
        places = (chances * len(values) - 0.5).clamp(0, len(values) - 1)
        low = places.long().clamp(max=len(values) - 2)
        share = (places - low).to(values.dtype)
        knots = values[low] + share * (values[low + 1] - values[low])
        gap = values.std() * 1e-5  # apart, so that there is a way back
        self.knots.copy_(knots + gap * torch.arange(len(knots)))

    def forward(self, kappa: torch.Tensor) -> torch.Tensor:
        """Normal scores of κ."""
        return _lines(kappa, self.knots, self.levels)

    def inverse(self, scores: torch.Tensor) -> torch.Tensor:
        """κ of normal scores."""
        return _lines(scores, self.levels, self.knots)


def _lines(x: torch.Tensor, at: torch.Tensor, to: torch.Tensor) -> torch.Tensor:
    left = (torch.bucketize(x.contiguous(), at) - 1).clamp(0, len(at) - 2)
    slope = (to[1:] - to[:-1]) / (at[1:] - at[:-1])
    return to[left] + (x - at[left]) * slope[left]


class GaussianField(nn.Module):
    """Patches of a stationary Gaussian field, and what makes their modes alike.

    Patches are cut from a torus twice as wide on which the covariance is that of the
    maps (circulant embedding: Wood and Chan, J. Comput. Graph. Stat. 3, 409 (1994)).
    Modes are those of the cosine transform, which knows no opposite edge.

    Args:
        pixels: S.
    """

    amplitude: torch.Tensor
    spread: torch.Tensor
    cosines: torch.Tensor

    def __init__(self, pixels: int) -> None:
        super().__init__()
        self.pixels = pixels
        wide = 2 * pixels
        self.register_buffer("amplitude", torch.ones(wide, wide // 2 + 1))
        self.register_buffer("spread", torch.ones(pixels, pixels))
        self.register_buffer("cosines", _cosines(pixels), persistent=False)

    def fit(self, maps: torch.Tensor) -> None:
        """Learn the covariance of maps (N, S, S) whose mean is zero."""
        wide = 2 * self.pixels
        power = torch.zeros_like(self.amplitude, dtype=torch.float64)
        modes = torch.zeros_like(self.spread, dtype=torch.float64)
        for some in maps.split(256):
            power += torch.fft.rfft2(some, s=(wide, wide)).abs().square().sum(0)
            modes += self.modes(some).square().sum(0)
        overlap = _overlap(self.pixels).to(power)
        covariance = torch.fft.irfft2(power / len(maps)) / overlap.clamp(min=1)
        far = self.pixels  # no two points of a patch are as far apart
        covariance[far] = covariance[far - 1]
        covariance[:, far] = covariance[:, far - 1]
        covariance = (covariance + covariance.T) / 2
        covariance = (covariance + covariance.flip(1).roll(1, 1)) / 2
        self.amplitude.copy_(torch.fft.rfft2(covariance).real.clamp(min=0).sqrt())
        modes = (modes + modes.T) / 2 / len(maps)
        self.spread.copy_(modes.clamp(min=LEAST * modes.mean()).sqrt())

    def forward(self, noise: torch.Tensor) -> torch.Tensor:
        """Fields (B, 1, S, S) of white noise (B, 1, 2S, 2S)."""
        waves = torch.fft.rfft2(noise) * self.amplitude
        field = torch.fft.irfft2(waves, s=noise.shape[-2:])
        return field[..., : self.pixels, : self.pixels]

    def modes(self, maps: torch.Tensor) -> torch.Tensor:
        """Cosine transform of maps (…, S, S)."""
        return self.cosines @ maps @ self.cosines.T

    def white(self, maps: torch.Tensor) -> torch.Tensor:
        """Maps (…, S, S) whose modes all have the same variance."""
        return self.cosines.T @ (self.modes(maps) / self.spread) @ self.cosines

    def coloured(self, maps: torch.Tensor) -> torch.Tensor:
        """What :meth:`white` was given."""
        return self.cosines.T @ (self.modes(maps) * self.spread) @ self.cosines


def _cosines(size: int) -> torch.Tensor:
    """Orthonormal cosine transform (S, S), modes × points."""
    mode, point = torch.arange(size)[:, None], torch.arange(size) + 0.5
    matrix = (math.pi / size * mode * point).cos() * math.sqrt(2 / size)
    matrix[0] /= math.sqrt(2)
    return matrix


def _overlap(size: int) -> torch.Tensor:
    """In how many places of a patch each shift on the torus (2S, 2S) is met."""
    along = (size - torch.arange(size)).float()
    both = torch.cat([along, torch.zeros(1), along[1:].flip(0)])
    return both[:, None] * both
