"""Convolutions that know that a map is a sphere."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F


def pad(x: torch.Tensor, rows: int, columns: int | None = None) -> torch.Tensor:
    """Continue a map beyond its edges: round the date line and across the poles.

    The row beyond a pole is the one before it, half way round the globe; rows at the
    poles themselves are not repeated.

    Args:
        x: (B, C, H, W).
        rows: Added on either side.
        columns: Added on either side; as many as rows if not given.
    """
    columns = rows if columns is None else columns
    learns = torch.is_grad_enabled() and x.requires_grad
    if learns and rows < x.shape[2] and columns <= x.shape[3]:
        return _Padded.apply(x, rows, columns)  # pyright: ignore
    return _padded(x, rows, columns)


def _padded(x: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    half = x.shape[3] // 2
    while rows:  # more than there are: on over the other pole
        some = min(rows, x.shape[2] - 1)
        first = x[:, :, 1 : some + 1].flip(2).roll(half, 3)
        last = x[:, :, -some - 1 : -1].flip(2).roll(half, 3)
        x, rows = torch.cat([first, x, last], 2), rows - some
    while columns:
        some = min(columns, x.shape[3])
        x, columns = torch.cat([x[..., -some:], x, x[..., :some]], 3), columns - some
    return x


class _Padded(torch.autograd.Function):
    """The same with a gradient that touches the edges alone a second time.

    Autograd would fill a map with noughts for every slice, and add them all up.
    """

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
        ctx.size = rows, columns
        return _padded(x, rows, columns)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        (grad,), (rows, columns) = grads, ctx.size
        bottom, right = grad.shape[2] - rows, grad.shape[3] - columns
        half = (right - columns) // 2

        def unwrapped(some: slice) -> torch.Tensor:
            part = grad[:, :, some]
            whole = part[..., columns:right].clone(memory_format=torch.preserve_format)
            if columns:
                whole[..., -columns:] += part[..., :columns]
                whole[..., :columns] += part[..., right:]
            return whole

        inside = unwrapped(slice(rows, bottom))
        if rows:
            first, last = unwrapped(slice(rows)), unwrapped(slice(bottom, None))
            inside[:, :, 1 : rows + 1] += first.flip(2).roll(-half, 3)
            inside[:, :, -rows - 1 : -1] += last.flip(2).roll(-half, 3)
        return inside, None, None


class SphereConv2d(nn.Conv2d):
    """A convolution over the sphere; at stride 1 the map keeps its size."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        size: int = 3,
        stride: int = 1,
        dilation: int = 1,
        groups: int = 1,
        bias: bool = False,
    ) -> None:
        super().__init__(
            inputs, outputs, size, stride, 0, dilation, groups=groups, bias=bias
        )
        self.reach = dilation * (size - 1) // 2

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """(B, inputs, H, W) to (B, outputs, ⌈H / stride⌉, ⌈W / stride⌉)."""
        return super().forward(pad(input, self.reach) if self.reach else input)


def enlarge(x: torch.Tensor, like: torch.Tensor, times: int = 2) -> torch.Tensor:
    """Interpolate a map that was made so many times coarser than another.

    Args:
        x: (B, C, ⌈H / times⌉, ⌈W / times⌉).
        like: (…, H, W).
        times: How many rows and columns of the other one of it stands for.
    """
    rows, columns = like.shape[2:]
    fine = F.interpolate(pad(x, 1), scale_factor=times, mode="bilinear")
    return fine[..., times : times + rows, times : times + columns]
