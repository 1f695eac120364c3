"""A curriculum: the discriminator's sight is blurred at first, then ever sharper."""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional as F

from workbench.errors import BadInput


class Stages:
    """Blurs of equal parts of a training.

    Args:
        widths: Standard deviation of the blur in pixels, stage by stage.
    """

    def __init__(self, widths: Sequence[float]) -> None:
        if any(not 0 <= width <= 16 for width in widths):
            raise BadInput(f"stages {list(widths)}: give pixels, as in [4, 2, 1, 0]")
        self.widths = tuple(widths)

    def blurred(self, image: torch.Tensor, trainer: Any) -> torch.Tensor:
        """Maps (B, C, S, S) as they are seen at this step of a training."""
        width = self.width(trainer.global_step, trainer.estimated_stepping_batches)
        return blur(image, width) if width else image

    def width(self, step: int, steps: float) -> float:
        """Width of the blur at a step of so many; without an end, the last."""
        if not self.widths:
            return 0.0
        if not math.isfinite(steps):
            return self.widths[-1]
        stage = int(step * len(self.widths) / max(1, steps))
        return self.widths[min(stage, len(self.widths) - 1)]


def blur(image: torch.Tensor, width: float) -> torch.Tensor:
    """Maps (B, C, S, S) after a Gaussian of a width in pixels, edges repeated."""
    reach = min(math.ceil(3 * width), image.shape[-1] - 1)
    points = torch.arange(-reach, reach + 1, device=image.device, dtype=image.dtype)
    weights = (-0.5 * (points / width) ** 2).exp()
    weights = weights / weights.sum()
    channels = image.shape[1]
    wide = F.pad(image, (reach,) * 4, mode="replicate")
    row = weights.expand(channels, 1, 1, -1)
    column = row.transpose(2, 3)
    return F.conv2d(F.conv2d(wide, row, groups=channels), column, groups=channels)
