"""The default network: thinks at half resolution and coarser, answers at full."""

import torch
from torch import nn
from torch.nn import functional as F

from workbench.tasks.climate.networks.padding import SphereConv2d, enlarge


class Globe(nn.Module):
    """Residual convolutions on the sphere that know the latitude.

    The first convolution halves the resolution; each further level halves it again and
    doubles the channels. On the way back every level adds what it knew, and every point
    at half resolution speaks for four. At each of these the variables there are added,
    and the neighbours heard, before the point is named.

    Args:
        channels: Variables of a map.
        classes: That are told apart.
        width: Channels at half resolution.
        blocks: Residual blocks of each level on the way down; one on the way up.
        fine: Channels at full resolution.
        shares: How often each class is met, which the network begins with.
    """

    def __init__(
        self,
        channels: int,
        classes: int,
        width: int = 24,
        blocks: tuple[int, ...] = (1, 2, 1),
        fine: int = 8,
        shares: tuple[float, ...] | None = None,
    ) -> None:
        super().__init__()
        widths = [width * 2**level for level in range(len(blocks))]
        steps = zip([channels + 2, *widths[:-1]], widths, strict=True)
        self.narrow = nn.ModuleList(SphereConv2d(a, b, stride=2) for a, b in steps)
        self.down = nn.ModuleList(
            nn.Sequential(*(_Residual(w) for _ in range(count)))
            for w, count in zip(widths, blocks, strict=True)
        )
        pairs = list(zip(widths[1:], widths[:-1], strict=True))[::-1]
        self.widen = nn.ModuleList(nn.Conv2d(a, b, 1) for a, b in pairs)
        self.up = nn.ModuleList(_Residual(b) for _, b in pairs)
        self.said = nn.Sequential(*_active(width), nn.Conv2d(width, 4 * fine, 1))
        self.seen = nn.Conv2d(channels + 2, fine, 1)
        last = nn.Conv2d(fine, classes, 1)
        if shares is not None:  # steps of the optimizer are small against its logarithm
            last.bias = nn.Parameter(torch.tensor(shares).log())
        self.answer = nn.Sequential(
            *_active(fine), SphereConv2d(fine, fine), *_active(fine), last
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (B, classes, H, W) of normalised maps (B, channels, H, W)."""
        rows, columns = x.shape[2:]
        x = torch.cat([x, _latitude(x)], 1)
        seen = self.seen(x)
        kept: list[torch.Tensor] = []
        for narrow, stage in zip(self.narrow, self.down, strict=True):
            x = stage(narrow(x))
            kept.append(x)
        kept.pop()
        for widen, stage in zip(self.widen, self.up, strict=True):
            skip = kept.pop()
            x = stage(skip + enlarge(widen(x), skip))
        said = F.pixel_shuffle(self.said(x), 2)[..., :rows, :columns]
        return self.answer(said + seen)


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.path = nn.Sequential(
            *_active(width),
            SphereConv2d(width, width),
            *_active(width),
            SphereConv2d(width, width),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.path(x)


def _active(width: int) -> tuple[nn.Module, nn.Module]:
    return nn.BatchNorm2d(width), nn.ReLU()


def _latitude(x: torch.Tensor) -> torch.Tensor:
    """Sine and cosine of the latitude of every point, (B, 2, H, W)."""
    phi = torch.linspace(-torch.pi / 2, torch.pi / 2, x.shape[2], device=x.device)
    both = torch.stack([phi.sin(), phi.cos()])[None, :, :, None].to(x.dtype)
    return both.expand(len(x), -1, -1, x.shape[3])
