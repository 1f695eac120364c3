"""What a learner is asked about functions in a row and their cost."""

from math import log, log2
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from workbench.lessons.exercise import Exercise
from workbench.lessons.prediction import Prediction

PREDICTIONS = (
    Prediction(
        "Every layer here takes the plane to the plane: it turns, stretches, moves and "
        "bends it. Which of the two kinds of points can such layers pull so far apart "
        "that a straight line divides them?",
        ("only the moons", "only the disc in a ring", "both"),
        0,
        "Such a layer is continuous and can be undone, so that what is inside a ring "
        "stays inside. One more number in a layer, a plane in space, is enough to lift "
        "the disc out (Olah 2014, Neural networks, manifolds, and topology).",
    ),
    Prediction(
        "All logits of your network are multiplied by ten. It answers each event with "
        "the same class as before. What does its cost do?",
        ("it stays", "it falls: the network is surer", "it rises"),
        2,
        "Where it is right there is little left to gain, at most the chance that was "
        "missing; where it is wrong each event now costs about ten times as much. A "
        "likelihood punishes being sure and wrong.",
    ),
)


def code(net: nn.Sequential, place: list[float], truth: int) -> str:
    """The lines of plain torch that compose the network and its chain rule."""
    known = [_numbers(part.tolist()) for part in net.parameters()]
    return f"""\
import torch

W1, b1 = torch.tensor({known[0]}), torch.tensor({known[1]})
W2, b2 = torch.tensor({known[2]}), torch.tensor({known[3]})
w3, b3 = torch.tensor({known[4]}), torch.tensor({known[5]})
x = torch.tensor({_numbers(place)}, requires_grad=True)
h1 = torch.tanh(W1 @ x + b1)
h2 = torch.tanh(W2 @ h1 + b2)
y = w3 @ h2 + b3
chance = torch.sigmoid(y) if {truth} else 1 - torch.sigmoid(y)
cost = -torch.log(chance).sum()
(slope,) = torch.autograd.grad(cost, x, retain_graph=True)

J1 = (1 - h1**2)[:, None] * W1  # how h1 moves with x
J2 = (1 - h2**2)[:, None] * W2  # how h2 moves with h1
by_hand = (torch.sigmoid(y) - {truth}) @ w3 @ J2 @ J1  # the same as slope"""


def _numbers(values: Any) -> str:
    if isinstance(values, list):
        return f"[{', '.join(map(_numbers, values))}]"
    return f"{values:.4f}"


def _hint_quarter(answer: Any) -> str:
    told = float(answer)
    if abs(told - log(4)) < 0.01:
        return ""
    if abs(told - log2(4)) < 0.01:
        return "that is in bits: take the natural logarithm"
    return "it is −log of the chance that was given to what happened"


def _hint_written(answer: Any) -> str:
    draw = torch.Generator().manual_seed(3)
    logits = 2 * torch.randn(50, generator=draw)
    truth = (torch.rand(50, generator=draw) < 0.5).float()
    wanted = float(F.binary_cross_entropy_with_logits(logits, truth))
    found = float(answer(logits.clone(), truth.clone()))
    if abs(found - 50 * wanted) < 1e-2:
        return "that is the sum: give the mean"
    if abs(found + wanted) < 1e-4:
        return "the sign: a cost falls where the likelihood rises"
    if abs(found - wanted) > 1e-4:
        return f"for 50 random events it should be {wanted:.4f} and is {found:.4f}"
    far = float(answer(torch.tensor([1000.0, -1000.0]), torch.tensor([0.0, 0.0])))
    if abs(far - 500) < 1e-2:
        return ""
    return (
        f"right, until a logit is 1000: {far:.3g} instead of 500. Take F.logsigmoid, "
        "which never forms the small chance itself"
    )


def _hint_chain(answer: Any) -> str:
    draw = torch.Generator().manual_seed(5)
    weight, bias = (
        torch.randn(3, 2, generator=draw),
        torch.randn(3, generator=draw),
    )
    out, place = torch.randn(3, generator=draw), torch.randn(2, generator=draw)
    x = place.clone().requires_grad_()
    with torch.enable_grad():
        (wanted,) = torch.autograd.grad(out @ torch.tanh(weight @ x + bias), x)
    found = torch.as_tensor(answer(weight, bias, out, place)).detach()
    if found.shape != (2,):
        return f"the slope has two numbers, as x has, not {tuple(found.shape)}"
    if torch.allclose(found, out @ weight, atol=1e-4):
        return "the slope of tanh is missing: 1 − tanh², at each of the three units"
    same = torch.allclose(found, wanted, atol=1e-4)
    return "" if same else f"for random weights it should be {wanted.tolist()}"


EXERCISES = (
    Exercise(
        "A model gave the chance 1/4 to what happened. What does this event add to the "
        "cost, in nats?",
        "a number",
        _hint_quarter,
    ),
    Exercise(
        "Write the cross-entropy of yes-or-no events: the mean of −log p, from logits "
        "(N,) and what happened (N,), noughts and ones.",
        "a function of two tensors that returns a number",
        _hint_written,
    ),
    Exercise(
        "Write the slope of y = w·tanh(Wx + b) by x with the chain rule: a function of "
        "W (3, 2), b (3,), w (3,) and x (2,).",
        "a function of four tensors that returns a tensor of two numbers",
        _hint_chain,
    ),
)
