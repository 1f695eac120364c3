"""How a network sees the variables of a map."""

from typing import Any

import torch
from torch import nn

from workbench.tasks.climate.realism.published import CHANNELS

RAIN = 2e-9  # m/s, about the median: rain is read on a logarithmic scale from there on
FARTHEST = 8.0  # spreads from the mean


class Normalisation(nn.Module):
    """Every variable less its mean over its spread, as published for ClimateNet.

    Rain becomes log(1 + P / 2 nm/s) first, for it spans seven powers of ten.

    Args:
        channels: Names of the variables, in order.
    """

    centre: torch.Tensor
    scale: torch.Tensor

    def __init__(self, channels: tuple[str, ...]) -> None:
        super().__init__()
        self.channels = channels
        known = {name: CHANNELS[name][:2] for name in channels}
        if "PRECT" in known:
            known["PRECT"] = (1.5, 1.5)  # of the logarithm
        centre, scale = torch.tensor([known[name] for name in channels]).T
        self.register_buffer("centre", centre[:, None, None].contiguous())
        self.register_buffer("scale", scale[:, None, None].contiguous())
        self.rain = channels.index("PRECT") if "PRECT" in channels else None

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Order one out of units, shape as ``image`` (B, C, H, W)."""
        if self.rain is not None:
            rain = torch.log1p(image[:, self.rain].clamp(min=0) / RAIN)
            before, after = image[:, : self.rain], image[:, self.rain + 1 :]
            image = torch.cat([before, rain[:, None], after], 1)
        return ((image - self.centre) / self.scale).clamp(-FARTHEST, FARTHEST)

    def about(self) -> dict[str, Any]:
        """Means and spreads as plain types, for the checkpoint."""
        numbers = zip(
            self.channels,
            self.centre.flatten().tolist(),
            self.scale.flatten().tolist(),
            strict=True,
        )
        return {name: [centre, scale] for name, centre, scale in numbers}
