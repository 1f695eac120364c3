"""Grid points by true and named class, and what follows from their numbers."""

import torch

from workbench.tasks.climate.samples import LEFT_OUT
from workbench.tasks.climate.variables import CLASSES


def confusion(mask: torch.Tensor, named: torch.Tensor) -> torch.Tensor:
    """Grid points by true and named class, (B, 3, 3); those left out are not counted.

    Args:
        mask: True codes, (B, H, W).
        named: Codes given, the same.
    """
    number = len(CLASSES)
    rows = [
        torch.bincount(
            true[true != LEFT_OUT] * number + code[true != LEFT_OUT],
            minlength=number**2,
        )
        for true, code in zip(mask, named, strict=True)
    ]
    return torch.stack(rows).reshape(-1, number, number)


def overlap(counts: torch.Tensor) -> torch.Tensor:
    """Intersection over union of each class (3,); 1 where it is neither true nor named.

    Args:
        counts: Grid points, or their areas, by true and named class, (3, 3).
    """
    hit = counts.diagonal()
    union = counts.sum(0) + counts.sum(1) - hit
    return torch.where(union > 0, hit / union.clamp(min=1e-12), 1.0)
