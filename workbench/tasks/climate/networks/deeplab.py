"""DeepLabv3+ as the DeepCAM benchmark has it, for maps of any size.

Kurth et al., Exascale deep learning for climate analytics, SC18; Chen et al.,
Encoder-decoder with atrous separable convolution, ECCV 2018. Edges are those of a
sphere and nothing is bound to 768 × 1152 points.
"""

import torch
from torch import nn
from torch.nn import functional as F

from workbench.tasks.climate.networks.padding import SphereConv2d

RATES = (1, 6, 12, 18)  # of the pyramid, at a sixteenth of the resolution
MIDDLE = 16  # blocks of 728 channels


class DeepLab(nn.Module):
    """Xception features, a pyramid of dilations, a decoder to full resolution.

    Args:
        channels: Variables of a map.
        classes: That are told apart.
    """

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            *_conv(channels, 32, stride=2),
            *_conv(32, 64),
            _Xception(64, (128, 128), stride=2, active=False),
        )
        self.features = nn.Sequential(
            _Xception(128, (256, 256), stride=2),
            _Xception(256, (728, 728), stride=2),
            *(_Xception(728, (728,) * 3) for _ in range(MIDDLE)),
            _Xception(728, (728, 1024), more=True),
            *_separable(1024, 1536, 2),
            nn.ReLU(),
            *_separable(1536, 1536, 2),
            nn.ReLU(),
            *_separable(1536, 2048, 2),
            nn.ReLU(),
        )
        self.pyramid = nn.ModuleList(
            _conv(2048, 256, 1 if rate == 1 else 3, dilation=rate) for rate in RATES
        )
        self.globe = _conv(2048, 256, 1)
        self.join = _conv(1280, 256, 1)
        self.detail = _conv(128, 48, 1)
        self.rise = nn.Sequential(_Rise(256, 256), _Rise(256, 256))
        self.decode = nn.Sequential(
            *_conv(304, 256), *_conv(256, 256), nn.Conv2d(256, 256, 1)
        )
        self.last = nn.Sequential(_Rise(256, 256), _Deconv(256, classes))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (B, classes, H, W) of maps (B, channels, H, W)."""
        quarter = self.stem(x)
        deep = self.features(quarter)
        whole = self.globe(deep.mean((2, 3), keepdim=True)).expand(
            -1, -1, *deep.shape[2:]
        )
        seen = [look(deep) for look in self.pyramid]
        joined = self.join(torch.cat([*seen, whole], 1))
        risen = _cut(self.rise(joined), quarter)
        decoded = self.decode(torch.cat([risen, self.detail(quarter)], 1))
        return _cut(self.last(decoded), x)


class _Xception(nn.Module):
    """Separable convolutions beside a short cut.

    Args:
        inputs: Channels that come in.
        widths: Channels after each separable convolution.
        stride: 2 halves the resolution with one convolution more.
        active: Whether the first is preceded by a ReLU.
        more: Whether one more convolution follows at stride 1.
    """

    def __init__(
        self,
        inputs: int,
        widths: tuple[int, ...],
        stride: int = 1,
        active: bool = True,
        more: bool = False,
    ) -> None:
        super().__init__()
        outputs = widths[-1]
        path: list[nn.Module] = []
        for number, (a, b) in enumerate(
            zip((inputs, *widths[:-1]), widths, strict=True)
        ):
            if number or active:
                path.append(nn.ReLU())
            path += _separable(a, b)
        if stride > 1 or more:
            path += list(_separable(outputs, outputs, stride=stride))[:2]
        self.path = nn.Sequential(*path)
        same = inputs == outputs and stride == 1
        short = [SphereConv2d(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs)]
        self.short = nn.Identity() if same else nn.Sequential(*short)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.path(x) + self.short(x)


class _Deconv(nn.Module):
    """A transposed convolution that doubles the resolution."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs, 3, 3))
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        wide = torch.cat([x[..., -1:], x, x[..., :1]], 3)
        made = F.conv_transpose2d(wide, self.weight, None, 2, 1, 1)
        return made[..., 2:-2]


class _Rise(nn.Sequential):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(_Deconv(inputs, outputs), nn.BatchNorm2d(outputs), nn.ReLU())


def _conv(
    inputs: int, outputs: int, size: int = 3, stride: int = 1, dilation: int = 1
) -> nn.Sequential:
    conv = SphereConv2d(inputs, outputs, size, stride, dilation)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU())


def _separable(
    inputs: int, outputs: int, dilation: int = 1, stride: int = 1
) -> list[nn.Module]:
    return [
        SphereConv2d(inputs, inputs, 3, stride, dilation, groups=inputs),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
    ]


def _cut(x: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """Rows and columns that halving rounded up are too many."""
    return x[..., : like.shape[2], : like.shape[3]]
