"""The default network: thinks at half resolution and coarser, answers at full."""

import torch
from torch import nn
from torch.nn import functional as F

from workbench.tasks.climate.networks.padding import SphereConv2d, enlarge


class Globe(nn.Module):
    """Residual convolutions on the sphere that know the latitude.

    The first convolution halves the resolution; each further level halves it again and
    doubles the channels. On the way back every level adds what it knew; the last step
    to full resolution sees the variables themselves again.

    Args:
        channels: Variables of a map.
        classes: That are told apart.
        width: Channels at half resolution.
        levels: Of resolution below the full.
        blocks: Residual blocks of a level on the way down; one on the way up.
    """

    def __init__(
        self,
        channels: int,
        classes: int,
        width: int = 48,
        levels: int = 3,
        blocks: int = 2,
    ) -> None:
        super().__init__()
        seen = channels + 2
        widths = [width * 2**level for level in range(levels)]
        steps = zip([seen, *widths[:-1]], widths, strict=True)
        self.narrow = nn.ModuleList(SphereConv2d(a, b, stride=2) for a, b in steps)
        self.down = nn.ModuleList(
            nn.Sequential(*(_Residual(w) for _ in range(blocks))) for w in widths
        )
        pairs = list(zip(widths[1:], widths[:-1], strict=True))[::-1]
        self.widen = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in pairs)
        self.up = nn.ModuleList(_Residual(b) for _, b in pairs)
        self.detail = nn.Conv2d(seen, 16, 1)
        self.answer = nn.Sequential(
            SphereConv2d(16 + width // 4, 32),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Conv2d(32, classes, 1),
        )
        self.rise = nn.Conv2d(width, width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (B, classes, H, W) of normalised maps (B, channels, H, W)."""
        x = torch.cat([x, _latitude(x)], 1)
        seen, kept = x, []
        for narrow, stage in zip(self.narrow, self.down, strict=True):
            x = stage(narrow(x))
            kept.append(x)
        kept.pop()
        for widen, stage in zip(self.widen, self.up, strict=True):
            skip = kept.pop()
            x = stage(skip + enlarge(widen(x), skip))
        fine = F.pixel_shuffle(self.rise(x), 2)[..., : seen.shape[2], : seen.shape[3]]
        return self.answer(torch.cat([self.detail(seen), fine], 1))


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.path = nn.Sequential(
            nn.BatchNorm2d(width),
            nn.ReLU(),
            SphereConv2d(width, width),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            SphereConv2d(width, width),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.path(x)


def _latitude(x: torch.Tensor) -> torch.Tensor:
    """Sine and cosine of the latitude of every point, (B, 2, H, W)."""
    phi = torch.linspace(-torch.pi / 2, torch.pi / 2, x.shape[2], device=x.device)
    both = torch.stack([phi.sin(), phi.cos()])[None, :, :, None].to(x.dtype)
    return both.expand(len(x), -1, -1, x.shape[3])
