"""The U-Net of Ronneberger, Fischer and Brox (2015), on the sphere."""

import torch
from torch import nn
from torch.nn import functional as F

from workbench.tasks.climate.networks.padding import SphereConv2d, enlarge


class UNet(nn.Module):
    """Four times down and up again, with batch normalisation.

    Args:
        channels: Variables of a map.
        classes: That are told apart.
        width: Channels at full resolution; doubled at each of four halvings.
    """

    def __init__(self, channels: int, classes: int, width: int = 32) -> None:
        super().__init__()
        widths = [width * 2**level for level in range(5)]
        inputs = [channels, *widths[:-1]]
        self.down = nn.ModuleList(
            _pair(a, b) for a, b in zip(inputs, widths, strict=True)
        )
        pairs = list(zip(widths[1:], widths[:-1], strict=True))[::-1]
        self.narrow = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in pairs)
        self.up = nn.ModuleList(_pair(2 * b, b) for _, b in pairs)
        self.classify = nn.Conv2d(width, classes, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (B, classes, H, W) of maps (B, channels, H, W)."""
        kept: list[torch.Tensor] = []
        for level, stage in enumerate(self.down):
            x = stage(F.max_pool2d(x, 2, ceil_mode=True) if level else x)
            kept.append(x)
        kept.pop()
        for narrow, stage in zip(self.narrow, self.up, strict=True):
            skip = kept.pop()
            x = stage(torch.cat([skip, enlarge(narrow(x), skip)], 1))
        return self.classify(x)


def _pair(inputs: int, outputs: int) -> nn.Sequential:
    made: list[nn.Module] = []
    for first in (inputs, outputs):
        made += [SphereConv2d(first, outputs), nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*made)
