"""What a learner is asked about loss landscapes."""

from typing import Any

import torch

from workbench.lessons.digits import digits
from workbench.lessons.exercise import Exercise
from workbench.lessons.landscape import along, direction, filters
from workbench.lessons.prediction import Prediction

PREDICTIONS = (
    Prediction(
        "The first layer's weights are multiplied by 4, the second's divided by 4. "
        "With ReLU between, the network answers as before. How steep does its loss "
        "look along a random direction that is as long as the weights as a whole?",
        ("as before", "another steepness, though it is the same function"),
        1,
        "The same step is now small for one layer and large for the other. Only a "
        "direction each of whose filters is as long as the network's own draws the "
        "same picture of the same function: this is why filters are normalised.",
    ),
    Prediction(
        "Two networks of the same many layers, one with skips, one without, judge "
        "alike. You walk away from each in a straight line. What does the loss do?",
        (
            "round the one without skips it rises sooner",
            "without skips it turns down again and makes other valleys",
            "it does the same round both",
        ),
        1,
        "With skips the loss rises on either side, as in one valley. Without, it turns "
        "again farther out: a worse training can end there. Near the minimum the two "
        "are about equally wide.",
    ),
)


def code(seed: int) -> str:
    """The lines of plain torch that give a loss along a normalised direction."""
    return f"""\
import torch
from torch.func import functional_call
from torch.nn.functional import cross_entropy

draw = torch.Generator().manual_seed({seed})
weights, step = dict(network.named_parameters()), {{}}
for name, w in weights.items():
    d = torch.randn(w.shape, generator=draw)
    if w.ndim > 1:
        size = [one.flatten(1).norm(dim=1) for one in (w, d)]
        d *= (size[0] / size[1]).view(-1, *[1] * (w.ndim - 1))
    step[name] = d if w.ndim > 1 else torch.zeros_like(w)
losses = []
with torch.no_grad():
    for a in torch.linspace(-1, 1, 11):
        moved = {{name: w + a * step[name] for name, w in weights.items()}}
        logits = functional_call(network, moved, inputs)
        losses.append(float(cross_entropy(logits, truth)))"""


def _hint_filters(answer: Any) -> str:
    """Of a function (weight, drawn) → direction, tried on weights drawn now."""
    draw = torch.Generator().manual_seed(7)
    weight = torch.randn(5, 3, 3, 3, generator=draw) * torch.rand(5, 1, 1, 1)
    drawn = torch.randn(5, 3, 3, 3, generator=draw)
    found = answer(weight, drawn.clone())
    if found.shape != weight.shape:
        return f"the direction has the shape of the weight, not {tuple(found.shape)}"
    if torch.allclose(found.norm(), weight.norm(), rtol=1e-3) and not torch.allclose(
        filters(found), filters(weight), rtol=1e-3
    ):
        return "it is as long as the layer; each filter should be as long as its own"
    if not torch.allclose(filters(found), filters(weight), rtol=1e-3):
        return "the norm of found[i] should be that of weight[i], for every filter i"
    along_drawn = (found / filters(found) - drawn / filters(drawn)).norm()
    return "" if along_drawn < 1e-3 else "keep each filter's direction as it was drawn"


def _hint_middle(answer: Any) -> str:
    subject = digits()[:200]
    loss = float(along(subject, direction(subject, 0), [0.0])[0])
    if abs(float(answer) - loss) < 1e-3 * max(1.0, loss):
        return ""
    return "it is the mean loss of the network itself, over its first 200 test digits"


EXERCISES = (
    Exercise(
        "Write the normalisation of filters: a function of a weight (out, in, k, k) "
        "and a random tensor of the same shape.",
        "a function of two tensors",
        _hint_filters,
    ),
    Exercise(
        "What stands in the middle of the picture of `digits()[:200]`? Compute it.",
        "a number in nats",
        _hint_middle,
    ),
)
