"""What generator and discriminator of an adversarial training try to make small."""

from collections.abc import Callable
from typing import Literal

import torch
from torch.nn import functional as F

Game = Literal["binary", "wasserstein"]
Judge = Callable[[torch.Tensor], torch.Tensor]


def discriminator_loss(
    game: Game, real: torch.Tensor, drawn: torch.Tensor, flipped: bool
) -> torch.Tensor:
    """The discriminator's loss of logits (B,); ``flipped`` swaps the names of both."""
    if flipped:
        real, drawn = drawn, real
    if game == "binary":
        return F.softplus(-real).mean() + F.softplus(drawn).mean()
    return drawn.mean() - real.mean()


def generator_loss(game: Game, drawn: torch.Tensor) -> torch.Tensor:
    """The generator's loss of logits (B,) of its maps; the one that does not saturate.

    Goodfellow et al., arXiv:1406.2661; Arjovsky et al., arXiv:1701.07875.
    """
    return F.softplus(-drawn).mean() if game == "binary" else -drawn.mean()


def gradient_penalty(
    judge: Judge, real: torch.Tensor, drawn: torch.Tensor, share: torch.Tensor
) -> torch.Tensor:
    """Mean square of how far the slope between two maps (B, C, S, S) is from 1.

    Gulrajani et al., arXiv:1704.00028. ``share`` (B,) says where between them.
    """
    share = share[:, None, None, None]
    between = (share * real + (1 - share) * drawn).detach().requires_grad_()
    return (_slope(judge, between).sqrt() - 1).square().mean()


def slope_at(judge: Judge, real: torch.Tensor) -> torch.Tensor:
    """Mean squared slope at real maps: R1 of Mescheder et al., arXiv:1801.04406."""
    return _slope(judge, real.detach().requires_grad_()).mean()


def _slope(judge: Judge, image: torch.Tensor) -> torch.Tensor:
    (slope,) = torch.autograd.grad(judge(image).sum(), image, create_graph=True)
    return slope.square().flatten(1).sum(1)


def spectral_loss(
    real: torch.Tensor, drawn: torch.Tensor, bins: torch.Tensor
) -> torch.Tensor:
    """How far mean and variance of the power spectra of two batches are apart.

    The logarithms of both mean squared differences, as in the conditional networks
    that followed CosmoGAN. Maps are (B, 1, S, S); ``bins`` (S, S // 2 + 1) numbers the
    modes' wave lengths.
    """
    ours, theirs = _spectra(drawn, bins), _spectra(real, bins)
    mean = F.mse_loss(ours.mean(0), theirs.mean(0))
    spread = F.mse_loss(ours.var(0), theirs.var(0))
    return mean.log() + spread.log()


def wave_bins(pixels: int) -> torch.Tensor:
    """Whole numbers of waves across a map (S, S // 2 + 1), S // 2 for all beyond."""
    along, across = torch.fft.fftfreq(pixels), torch.fft.rfftfreq(pixels)
    waves = pixels * (along[:, None] ** 2 + across**2).sqrt()
    return waves.round().long().clamp(max=pixels // 2)


def _spectra(maps: torch.Tensor, bins: torch.Tensor) -> torch.Tensor:
    """Power (B, S // 2) of a whole number of waves, from 0 on."""
    power = torch.fft.rfft2(maps[:, 0].float(), norm="ortho").abs().square().flatten(1)
    counts = bins.flatten().bincount().to(power)
    sums = power.new_zeros(len(power), len(counts))
    return (sums.index_add(1, bins.flatten(), power) / counts)[:, :-1]
