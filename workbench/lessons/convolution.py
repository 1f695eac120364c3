"""Convolution step by step: windows, sizes, what moves along, how far a unit sees."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from workbench.lessons.steps import ACTIVE, Step, watching
from workbench.lessons.subject import Subject

SIZE, KERNEL = 7, 3
IMAGE = torch.tensor(
    [
        [0, 0, 0, 0, 0, 0, 0],
        [0, 2, 2, 2, 2, 2, 0],
        [0, 0, 0, 0, 2, 0, 0],
        [0, 0, 0, 2, 0, 0, 0],
        [0, 0, 1, 2, 1, 0, 0],
        [0, 0, 2, 0, 0, 0, 0],
        [0, 0, 2, 0, 0, 0, 0],
    ]
).float()  # a seven of seven by seven pixels
KERNELS = {
    "left edges": torch.tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]).float(),
    "upper edges": torch.tensor([[-1, -2, -1], [0, 0, 0], [1, 2, 1]]).float(),
    "all edges": torch.tensor([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]).float(),
    "sum": torch.ones(3, 3),
    "nothing but itself": torch.tensor([[0, 0, 0], [0, 1, 0], [0, 0, 0]]).float(),
}


def out_size(
    size: int, kernel: int = 3, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """Places of a kernel along a side; nought or less where it does not fit.

    ⌊(size + 2 padding − dilation (kernel − 1) − 1) / stride⌋ + 1.
    """
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


@dataclass(frozen=True)
class Window:
    """How a kernel goes over a picture."""

    stride: int = 1
    padding: int = 0
    dilation: int = 1

    def over(self, image: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
        """The convolution (as networks mean it: no flip) of (H, W) by (k, k)."""
        return F.conv2d(
            image[None, None],
            kernel[None, None],
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
        )[0, 0]

    def cells(self, row: int, column: int, kernel: int = 3) -> list[tuple[int, int]]:
        """Which cells of the padded picture a place of the output is made of."""
        top, left = row * self.stride, column * self.stride
        ways = range(0, kernel * self.dilation, self.dilation)
        return [(top + down, left + right) for down in ways for right in ways]


def shifted(image: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """A picture (…, H, W) moved; what leaves on one side enters on the other."""
    return image.roll((rows, columns), (-2, -1))


def shift_error(
    layer: Callable[[torch.Tensor], torch.Tensor],
    image: torch.Tensor,
    shift: int,
    stride: int = 1,
) -> float:
    """By how much moving first differs from moving afterwards.

    ‖layer(shift(x)) − shift(layer(x))‖ / ‖layer(x)‖, the picture moved by ``shift``
    pixels to the right, and the output by shift / stride, rounded.

    Args:
        layer: (B, C, H, W) to (B, D, H / stride, W / stride), closed round the edges.
        image: (B, C, H, W).
        shift: In pixels.
        stride: Of the layer.
    """
    with torch.no_grad():
        first = layer(shifted(image, 0, shift))
        after = shifted(layer(image), 0, round(shift / stride))
    return float((first - after).norm() / after.norm())


def circular(kernel: torch.Tensor, window: Window) -> nn.Conv2d:
    """A layer of one filter over pictures that close round their edges."""
    layer = nn.Conv2d(
        1,
        1,
        kernel.shape[-1],
        stride=window.stride,
        padding=window.dilation * (kernel.shape[-1] // 2),
        dilation=window.dilation,
        padding_mode="circular",
        bias=False,
    )
    with torch.no_grad():
        layer.weight.copy_(kernel)
    return layer


def field_by_formula(windows: list[tuple[int, int, int]]) -> int:
    """How many pixels along a side one unit sees after layers in a row.

    r = 1 + Σ dilation (kernel − 1) Π strides before; Araujo et al. (2019), Distill.

    Args:
        windows: Kernel, stride and dilation of each layer.
    """
    seen, jump = 1, 1
    for kernel, stride, dilation in windows:
        seen += dilation * (kernel - 1) * jump
        jump *= stride
    return seen


def field_by_gradient(windows: list[tuple[int, int, int]]) -> torch.Tensor:
    """How much each pixel in a row counts for the unit in the middle (pixels,).

    The slope of that unit through layers of equal positive weights, by autograd.

    Args:
        windows: Kernel, stride and dilation of each layer.
    """
    wide = 2 * field_by_formula(windows) + 1
    line = torch.ones(1, 1, wide, dtype=torch.float64, requires_grad=True)
    h = line
    for kernel, stride, dilation in windows:
        weight = torch.full((1, 1, kernel), 1 / kernel, dtype=torch.float64)
        h = F.conv1d(h, weight, stride=stride, dilation=dilation)
    with torch.enable_grad():
        (slope,) = torch.autograd.grad(h[0, 0, h.shape[2] // 2], line)
    return slope[0, 0]


@dataclass(frozen=True)
class Stage:
    """One step of a network.

    Attributes:
        layer: Its name.
        kind: Of torch's function.
        given: Shape of what it reads, of one event.
        made: Shape of what it answers.
        window: Kernel, stride, padding, dilation; empty if it is no convolution.
        parameters: That it uses, each counted where it is used first.
        flops: Floating-point operations of an event, a multiplication and an addition
            being two.
    """

    layer: str
    kind: str
    given: tuple[int, ...]
    made: tuple[int, ...]
    window: dict[str, tuple[int, ...]]
    parameters: int
    flops: int


def walk(subject: Subject) -> list[Stage]:
    """A network's convolutions, linear layers and activations, in order.

    The first event goes through it. FLOPs are counted by torch, of convolutions and
    matrix products alone, as it counts them.
    """
    counts = {n: p.numel() for n, p in subject.network.named_parameters()}
    found: list[Stage] = []

    def heed(step: Step) -> None:
        own, flops = 0, 0
        if step.kind not in ACTIVE:
            own = sum(
                counts.pop(f"{step.layer}.{part}", 0) for part in ("weight", "bias")
            )
            with FlopCounterMode(display=False) as counter:
                step.again(step.given)
            flops = counter.get_total_flops()
        shapes = tuple(step.given.shape), tuple(step.made.shape)
        window = dict(step.arguments)
        found.append(Stage(step.layer, step.kind, *shapes, window, own, flops))

    with torch.no_grad(), watching(subject.network, heed):
        subject.network(*subject[:1].inputs.values())
    return found


def total_flops(subject: Subject) -> int:
    """FLOPs of one event through the whole network, as torch counts them."""
    counter: Any = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        subject.network(*subject[:1].inputs.values())
    return counter.get_total_flops()
