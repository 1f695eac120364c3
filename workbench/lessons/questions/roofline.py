"""What a learner is asked about the roof of a machine."""

from typing import Any

from workbench.lessons.exercise import Exercise
from workbench.lessons.prediction import Prediction
from workbench.lessons.roofline import Roof, linear_intensity, product_intensity

EXAMPLE = Roof("example", 100e9, 20e9)
PREDICTIONS = (
    Prediction(
        "A linear layer answers one event at a time. What does it wait for?",
        ("the arithmetic", "the memory", "both alike"),
        1,
        "Each weight is fetched, four bytes, for one multiplication and one addition: "
        "half a FLOP a byte, far to the left of the ridge. With a batch each weight is "
        "fetched once for all events, and the layer moves to the right.",
    ),
    Prediction(
        "A larger batch moves convolutions and linear layers to the right, towards the "
        "ridge. Where does it move a ReLU?",
        ("to the right as well", "nowhere", "to the left"),
        1,
        "It has no weights that events could share: one operation for one number read "
        "and one written, an eighth of a FLOP a byte, whatever the batch. Such layers "
        "wait for memory for ever, unless they are done while the numbers are still at "
        "hand: this is why compilers fuse them with the layer before.",
    ),
)


def code(side: int, size: int) -> str:
    """The lines of plain torch that measure the roof."""
    return f"""\
import time

import torch

def best(call, rounds=20):
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        call()  # of a GPU, torch.cuda.synchronize() after it
        took.append(time.perf_counter() - begun)
    return min(took)

x, y = torch.rand(2, {side}, {side})
peak = 2 * {side}**3 / best(lambda: x @ y)  # FLOP/s
a, b, c = (torch.ones({size}) for _ in range(3))  # larger than any cache
bandwidth = 12 * {size} / best(lambda: torch.add(b, c, alpha=3, out=a))  # byte/s
ridge = peak / bandwidth  # FLOP a byte"""


def _hint_product(answer: Any) -> str:
    wanted = {side: product_intensity(side) for side in (64, 300)}
    found = {side: float(answer(side)) for side in wanted}
    for side, right in wanted.items():
        told = found[side]
        if abs(told - right) < 1e-3 * right:
            continue
        if abs(told - 4 * right) < 1e-3 * right:
            return "that is by number: a number in single precision has four bytes"
        if abs(told - right / 2) < 1e-3 * right:
            return "a multiplication and an addition are two operations"
        return f"for n = {side} it should be {right:.1f} and is {told:.3g}"
    return ""


def _hint_roof(answer: Any) -> str:
    for intensity in (0.5, 5.0, 50.0):
        wanted = EXAMPLE.at(intensity)
        found = float(answer(intensity, EXAMPLE.peak, EXAMPLE.bandwidth))
        if abs(found - wanted) > 1e-6 * wanted:
            return (
                f"at {intensity:g} FLOP a byte, under 100 GFLOP/s and 20 GB/s, it "
                f"should be {wanted / 1e9:g} GFLOP/s and is {found / 1e9:.3g}"
            )
    return ""


def _hint_batch(answer: Any) -> str:
    batch = int(answer)
    if batch < 1:
        return "a batch has at least one event"
    here = linear_intensity(batch, 512, 512)
    if here < EXAMPLE.ridge:
        return f"with {batch} it is {here:.2f} FLOP a byte, left of the ridge"
    if batch > 1 and linear_intensity(batch - 1, 512, 512) >= EXAMPLE.ridge:
        return f"{batch - 1} is enough"
    return ""


EXERCISES = (
    Exercise(
        "How many FLOP a byte has a product of two n × n matrices in single precision, "
        "if each of the three is moved once? Write a function of n.",
        "a function of a number that returns a number",
        _hint_product,
    ),
    Exercise(
        "Write the roof: the FLOP/s that are possible, as a function of intensity "
        "(FLOP/byte), peak (FLOP/s) and bandwidth (byte/s).",
        "a function of three numbers that returns a number",
        _hint_roof,
    ),
    Exercise(
        "A machine does 100 GFLOP/s and moves 20 GB/s. From which batch on is a linear "
        "layer of 512 inputs and 512 outputs limited by arithmetic?",
        "a whole number",
        _hint_batch,
    ),
)
