"""The convolutional networks of CosmoGAN, for maps of any size divisible by 16.

Mustafa et al., CosmoGAN, Comput. Astrophys. Cosmol. 6, 1 (2019), arXiv:1706.02390.
Kernels of 5 × 5 points, four steps of two. Where TensorFlow pads one point more on one
side, these pad it on the other: the same networks seen in a mirror.
"""

from itertools import pairwise

import torch
from torch import nn

WIDTHS = (512, 256, 128, 64)  # channels from the coarsest to the finest
SPREAD = 0.02  # of weights to begin with


class DCGenerator(nn.Module):
    """Draws maps from numbers: (B, latent) → (B, 1, S, S) between −1 and 1.

    Args:
        pixels: S.
        latent: How many normal numbers a map is drawn from.
        batch_norm: Whether maps of a batch are normalised together, as published.
    """

    def __init__(self, pixels: int, latent: int = 64, batch_norm: bool = True) -> None:
        super().__init__()
        side = pixels // 16
        self.seed = nn.Linear(latent, WIDTHS[0] * side**2)
        self.unfold = nn.Unflatten(1, (WIDTHS[0], side, side))
        layers: list[nn.Module] = []
        for wide, narrow in pairwise((*WIDTHS, 1)):
            if batch_norm:
                layers.append(nn.BatchNorm2d(wide))
            layers += [nn.ReLU(), nn.ConvTranspose2d(wide, narrow, 5, 2, 2, 1)]
        self.grow = nn.Sequential(*layers, nn.Tanh())
        self.apply(begin)

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        """Maps (B, 1, S, S) of latents (B, latent)."""
        coarse = self.unfold(self.seed(latent))  # (B, 512, S/16, S/16)
        return self.grow(coarse.contiguous(memory_format=torch.channels_last))


class DCDiscriminator(nn.Module):
    """Tells simulated maps from drawn ones: (B, C, S, S) → logits (B,).

    Args:
        pixels: S.
        channels: C: the map, and what it is conditioned on.
        batch_norm: Whether samples of a batch are normalised together, as published;
            without, each map is judged alone.
    """

    def __init__(self, pixels: int, channels: int = 1, batch_norm: bool = True) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in pairwise((channels, *reversed(WIDTHS))):
            layers.append(nn.Conv2d(before, after, 5, 2, 2))
            if layers[1:] and batch_norm:
                layers.append(nn.BatchNorm2d(after))
            layers.append(nn.LeakyReLU(0.2))
        self.shrink = nn.Sequential(*layers)
        self.verdict = nn.Linear(WIDTHS[0] * (pixels // 16) ** 2, 1)
        self.apply(begin)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Logits (B,): the larger, the more like a simulated map."""
        seen = self.shrink(image.contiguous(memory_format=torch.channels_last))
        return self.verdict(seen.flatten(1)).squeeze(1)


def begin(layer: nn.Module) -> None:
    """Weights as the paper's code has them before training."""
    if isinstance(layer, nn.Conv2d):
        nn.init.trunc_normal_(layer.weight, std=SPREAD, a=-2 * SPREAD, b=2 * SPREAD)
    elif isinstance(layer, nn.Linear | nn.ConvTranspose2d):
        nn.init.normal_(layer.weight, std=SPREAD)
    else:
        return
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
