"""A network that sees a map at several resolutions, and knows a few numbers."""

import math
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F


class UNet(nn.Module):
    """Residual convolutions down to coarse maps and back, steered by numbers.

    Four neighbouring points are taken together first, so that no convolution is done at
    full resolution, and are told apart again last. It begins by answering zero.

    Args:
        channels: Of the maps that are read; one map is answered.
        numbers: That steer every block, each between about −1 and 1.
        widths: Channels from half resolution on, each level half as fine.
        blocks: Residual blocks of a level, on the way down and on the way up.
    """

    def __init__(
        self,
        channels: int,
        numbers: int,
        widths: tuple[int, ...] = (48, 96, 128),
        blocks: int = 1,
    ) -> None:
        super().__init__()
        told = 2 * widths[0]
        self.tell = nn.Sequential(
            _Waves(), nn.Linear(numbers * 2 * WAVES, told), nn.SiLU()
        )
        self.begin = nn.Conv2d(4 * channels, widths[0], 3, padding=1)
        levels = range(len(widths))
        self.down = nn.ModuleList(_Level(widths[i], told, blocks) for i in levels)
        self.up = nn.ModuleList(_Level(widths[i], told, blocks) for i in levels[:-1])
        pairs = list(pairwise(widths))
        self.narrow = nn.ModuleList(nn.Conv2d(a, b, 2, 2) for a, b in pairs)
        self.widen = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, 2) for a, b in pairs)
        self.end = nn.Conv2d(widths[0], 4, 3, padding=1)
        nn.init.zeros_(self.end.weight)
        assert self.end.bias is not None
        nn.init.zeros_(self.end.bias)

    def forward(self, image: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        """A map (B, 1, S, S) from maps (B, C, S, S) and numbers (B, K)."""
        told = self.tell(numbers)  # (B, 2·width)
        seen = F.pixel_unshuffle(image, 2).contiguous(memory_format=torch.channels_last)
        x = self.down[0](self.begin(seen), told)
        kept: list[torch.Tensor] = []
        for narrow, level in zip(self.narrow, self.down[1:], strict=True):
            kept.append(x)
            x = level(narrow(x), told)
        for widen, level in zip(self.widen[::-1], self.up[::-1], strict=True):
            x = level(widen(x) + kept.pop(), told)
        return F.pixel_shuffle(self.end(F.silu(x)), 2)


WAVES = 8


class _Waves(nn.Module):
    """Numbers (B, K) as sines and cosines (B, 2·K·WAVES), from slow to fast."""

    rates: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        rates = math.pi / 2 * 2 ** (torch.arange(WAVES) / 2)
        self.register_buffer("rates", rates, persistent=False)

    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        turns = (numbers[..., None] * self.rates).flatten(1)  # (B, K·WAVES)
        return torch.cat([turns.sin(), turns.cos()], 1)


class _Level(nn.Module):
    def __init__(self, width: int, told: int, blocks: int) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(_Residual(width, told) for _ in range(blocks))

    def forward(self, x: torch.Tensor, told: torch.Tensor) -> torch.Tensor:
        for block in self.blocks:
            x = block(x, told)
        return x


class _Residual(nn.Module):
    def __init__(self, width: int, told: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(8, width)
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.steer = nn.Linear(told, 2 * width)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: torch.Tensor, told: torch.Tensor) -> torch.Tensor:
        scale, shift = self.steer(told)[..., None, None].chunk(2, 1)
        middle = self.first(F.silu(self.norm(x))) * (1 + scale) + shift
        return x + self.second(F.silu(middle))
