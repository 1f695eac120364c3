"""What a learner is asked about activation functions."""

from typing import Any

import torch

from workbench.lessons.activations import (
    FLAT,
    FUNCTIONS,
    TORCH,
    slopes_through,
    steepest,
    value_and_slope,
)
from workbench.lessons.exercise import Exercise
from workbench.lessons.prediction import Prediction

PREDICTIONS = (
    Prediction(
        "A slope is passed back through ten layers of sigmoids whose random weights "
        "have variance 1/width. How much of it reaches the first layer?",
        ("about all of it", "about a tenth", "less than a millionth"),
        2,
        "The sigmoid's slope is at most 1/4, and mostly less: ten layers leave less "
        "than (1/4)¹⁰ ≈ 10⁻⁶. The first layers learn next to nothing.",
    ),
    Prediction(
        "Some units of your network answer nought to the first event. What happens to "
        "their share when more events are looked at?",
        ("it rises", "it goes up and down", "it can only stay or fall"),
        2,
        "Another event may wake a unit, and once woken it counts no more. Units of a "
        "convolution look at many places, so most are woken at once. What no event "
        "wakes is dead: its weights get no slope, so it stays dead.",
    ),
)


def code(name: str, spread: float) -> str:
    """The lines of plain torch that give value, slope and saturated share."""
    return f"""\
import torch
from torch.nn import functional as F

x = {spread:g} * torch.special.ndtri((torch.arange(20001) + 0.5) / 20001)
x.requires_grad_()
value = {TORCH[name]}
(slope,) = torch.autograd.grad(value.sum(), x)
saturated = (slope.abs() < {FLAT} * {steepest(FUNCTIONS[name]):.4g}).float().mean()"""


def _hint_slope(answer: Any) -> str:
    place, size = map(float, answer)
    x = torch.linspace(-6, 6, 12001, dtype=torch.float64)
    slope = value_and_slope(torch.sigmoid, x)[1]
    if abs(place - float(x[slope.argmax()])) > 0.05:
        return "move the marker to where the sigmoid is steepest"
    return "" if abs(size - float(slope.max())) < 0.01 else "read the slope there"


def _hint_written(answer: Any) -> str:
    x = torch.linspace(-5, 5, 101, dtype=torch.float64)
    value, slope = value_and_slope(answer, x)
    wanted = value_and_slope(FUNCTIONS["leaky ReLU"], x)
    if value.shape != x.shape:
        return "one number in, one number out: use functions that take all at once"
    if not torch.allclose(value[x > 0], x[x > 0]):
        return "where x is positive it should be x"
    if not torch.allclose(value, wanted[0]):
        return f"at x = −5 it should be −0.5 and is {float(value[0]):.3g}"
    off = x != 0
    same = torch.allclose(slope[off], wanted[1][off])
    return "" if same else "the values are right, and the slopes are not"


def _hint_gain(answer: Any) -> str:
    left = float(slopes_through(FUNCTIONS["ReLU"], 20, float(answer))[0])
    if 0.5 <= left <= 2:
        return ""
    much = "too little" if left < 0.5 else "too much"
    return (
        f"{left:.2g} of the slope arrives, which is {much}: half of the units are off"
    )


EXERCISES = (
    Exercise(
        "Where is the sigmoid steepest, and how steep?", "(x, slope)", _hint_slope
    ),
    Exercise(
        "Write the leaky ReLU, 0.1 x where x is negative, without `leaky_relu`.",
        "a function of a tensor",
        _hint_written,
    ),
    Exercise(
        "With which gain (√variance × √width of random weights) do 20 layers of ReLU "
        "pass slopes back neither shrunk nor grown by more than a factor of two?",
        "a number",
        _hint_gain,
    ),
)
