"""CGNet, the network of ClimateNet's authors.

Wu et al., CGNet: a light-weight context guided network for semantic segmentation, IEEE
Trans. Image Process. 30 (2021), with 3 and 21 blocks in its stages; Kapp-Schwoerer et
al., NeurIPS workshop (2020), for weather maps. Edges are those of a sphere; the public
implementation wraps round the poles.
"""

import torch
from torch import nn
from torch.nn import functional as F

from workbench.tasks.climate.networks.padding import SphereConv2d, enlarge, pad

_EPS = 1e-3


class CGNet(nn.Module):
    """Context guided blocks at a quarter and an eighth of the resolution.

    Args:
        channels: Variables of a map.
        classes: That are told apart.
        blocks: In the second and the third stage.
    """

    def __init__(
        self, channels: int, classes: int, blocks: tuple[int, int] = (3, 21)
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            _conv(channels, 32, 3, 2), _conv(32, 32, 3), _conv(32, 32, 3)
        )
        self.join1 = _active(32 + channels)
        self.down2 = _Down(32 + channels, 64, dilation=2, reduction=8)
        self.stage2 = nn.Sequential(*(_Block(64, 2, 8) for _ in range(blocks[0] - 1)))
        self.join2 = _active(128 + channels)
        self.down3 = _Down(128 + channels, 128, dilation=4, reduction=16)
        self.stage3 = nn.Sequential(*(_Block(128, 4, 16) for _ in range(blocks[1] - 1)))
        self.join3 = _active(256)
        self.classify = nn.Conv2d(256, classes, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (B, classes, H, W) of maps (B, channels, H, W)."""
        half, quarter = _halve(x), _halve(_halve(x))
        first = self.join1(torch.cat([self.stem(x), half], 1))
        down = self.down2(first)
        second = self.join2(torch.cat([self.stage2(down), down, quarter], 1))
        down = self.down3(second)
        third = self.join3(torch.cat([down, self.stage3(down)], 1))
        return enlarge(self.classify(third), x, 8)


class _Surround(nn.Module):
    """What is near and what is farther, each channel for itself."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.near = SphereConv2d(channels, channels, groups=channels)
        self.far = SphereConv2d(channels, channels, dilation=dilation, groups=channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.near(x), self.far(x)], 1)


class _Weigh(nn.Module):
    """Channels weighed by what the whole map holds."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.weigh = nn.Sequential(
            nn.Linear(channels, channels // reduction),
            nn.ReLU(),
            nn.Linear(channels // reduction, channels),
            nn.Sigmoid(),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.weigh(x.mean((2, 3)))[:, :, None, None]


class _Down(nn.Sequential):
    """A context guided block that halves the resolution."""

    def __init__(self, inputs: int, outputs: int, dilation: int, reduction: int):
        super().__init__(
            _conv(inputs, outputs, 3, 2),
            _Surround(outputs, dilation),
            _active(2 * outputs),
            nn.Conv2d(2 * outputs, outputs, 1, bias=False),
            _Weigh(outputs, reduction),
        )


class _Block(nn.Sequential):
    """A context guided block that adds to what it was given."""

    def __init__(self, channels: int, dilation: int, reduction: int) -> None:
        super().__init__(
            _conv(channels, channels // 2, 1),
            _Surround(channels // 2, dilation),
            _active(channels),
            _Weigh(channels, reduction),
        )

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return input + super().forward(input)


def _conv(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(SphereConv2d(inputs, outputs, size, stride), _active(outputs))


def _active(channels: int) -> nn.Sequential:
    return nn.Sequential(nn.BatchNorm2d(channels, eps=_EPS), nn.PReLU(channels))


def _halve(x: torch.Tensor) -> torch.Tensor:
    return F.avg_pool2d(pad(x, 1), 3, 2)
