"""Changes of a weather map that are weather, too."""

from collections.abc import Sequence
from typing import Any

import torch

from workbench.task import Symmetry

NORTHWARD = ("V850", "VBOT")  # change sign when north and south change places


def mirrored(image: torch.Tensor, channels: Sequence[str]) -> torch.Tensor:
    """Maps (B, C, H, W) with north and south changed, northward winds turned round."""
    signs = [-1.0 if name in NORTHWARD else 1.0 for name in channels]
    return image.flip(2) * image.new_tensor(signs)[:, None, None]


def _quarter(columns: int) -> int:
    """Columns of about a quarter turn: an odd number.

    Networks that look at every second or fourth point answer the same when turned by
    such a number of points, and nothing would be learned.
    """
    return columns // 4 // 2 * 2 + 1


def _mirror(model: Any, inputs: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    return (mirrored(inputs[0], model.channels),)


def _turn(quarters: int) -> Symmetry:
    """About the Earth's axis, land and all."""

    def there(model: Any, inputs: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
        (image,) = inputs
        return (image.roll(quarters * _quarter(image.shape[-1]), -1),)

    def back(answer: torch.Tensor) -> torch.Tensor:
        return answer.roll(-quarters * _quarter(answer.shape[-1]), -1)

    return Symmetry(there, back)


SYMMETRIES = {
    "north and south changed": Symmetry(_mirror, lambda answer: answer.flip(-2)),
    "turned by a quarter": _turn(1),
    "turned by three quarters": _turn(3),
}
