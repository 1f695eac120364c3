"""What a learner is asked about convolutions."""

from typing import Any

import torch
from torch.nn import functional as F

from workbench.lessons.convolution import IMAGE, KERNELS, Window, field_by_formula
from workbench.lessons.exercise import Exercise
from workbench.lessons.prediction import Prediction

PREDICTIONS = (
    Prediction(
        "A kernel of 3 × 3 goes over a picture of 7 × 7 with stride 2 and no padding. "
        "What comes out?",
        ("3 × 3", "4 × 4", "5 × 5"),
        0,
        "⌊(7 − 3) / 2⌋ + 1 = 3 places along each side; with stride 1 there are 5.",
    ),
    Prediction(
        "A picture is moved by one pixel, then goes through a convolution of stride 2. "
        "Is that what comes out, moved by half a pixel?",
        ("yes, exactly", "no: with a stride of 2, only moves by 2 pixels keep it"),
        1,
        "The kernel stops at every other pixel, and after the move at those between. "
        "Only moves by whole strides are found again in the answer.",
    ),
)


def code(kernel: str, window: Window) -> str:
    """The lines of plain torch that give what comes out."""
    size = [[int(value) for value in row] for row in KERNELS[kernel].tolist()]
    picture = [[int(value) for value in row] for row in IMAGE.tolist()]
    rows = ",\n    ".join(str(row) for row in picture)
    return f"""\
import torch
from torch.nn.functional import conv2d

picture = torch.tensor([
    {rows},
]).float()
kernel = torch.tensor({size}).float()
answer = conv2d(picture[None, None], kernel[None, None], stride={window.stride},
                padding={window.padding}, dilation={window.dilation})[0, 0]"""


def _hint_same(answer: Any) -> str:
    padding = int(answer)
    size = Window(padding=padding, dilation=2).over(torch.zeros(7, 7), torch.ones(3, 3))
    found = "" if size.numel() else ", which does not fit"
    if tuple(size.shape) == (7, 7):
        return ""
    return f"with {padding} there comes out {size.shape[0]} × {size.shape[1]}{found}"


def _hint_written(answer: Any) -> str:
    draw = torch.Generator().manual_seed(3)
    image = torch.randn(9, 8, generator=draw)
    kernel = torch.randn(3, 3, generator=draw)
    found = torch.as_tensor(answer(image.clone(), kernel.clone()))
    wanted = F.conv2d(image[None, None], kernel[None, None])[0, 0]
    if found.shape != wanted.shape:
        return (
            f"9 × 8 should become {tuple(wanted.shape)}, and became "
            f"{tuple(found.shape)}"
        )
    flipped = F.conv2d(image[None, None], kernel.flip(0, 1)[None, None])[0, 0]
    if torch.allclose(found.float(), flipped, atol=1e-4):
        return "the kernel is flipped: networks do not flip it"
    same = torch.allclose(found.float(), wanted, atol=1e-4)
    return "" if same else "the sizes are right, and the sums are not"


def _hint_layers(answer: Any) -> str:
    layers = int(answer)
    seen = field_by_formula([(3, 1, 1)] * layers)
    before = field_by_formula([(3, 1, 1)] * (layers - 1))
    if seen < 28:
        return f"after {layers} layers a unit sees {seen} pixels"
    return "" if before < 28 else f"one layer fewer already sees {before}"


EXERCISES = (
    Exercise(
        "Which padding keeps 7 × 7 with a kernel of 3 × 3 and dilation 2?",
        "a whole number",
        _hint_same,
    ),
    Exercise(
        "Write the convolution with two loops: a function of a picture (H, W) and a "
        "kernel (3, 3), without padding.",
        "a function of two tensors that returns a tensor",
        _hint_written,
    ),
    Exercise(
        "How many layers of 3 × 3 and stride 1 does it take until one unit sees 28 "
        "pixels along a side?",
        "a whole number",
        _hint_layers,
    ),
)
