"""What a learner is asked about optimisers."""

from typing import Any

import numpy as np

from workbench.lessons.courses import SADDLE, ravine_course
from workbench.lessons.exercise import Exercise
from workbench.lessons.optimisers import PLAIN, SCALED, race
from workbench.lessons.prediction import Prediction

TURN = 45.0
PREDICTIONS = (
    Prediction(
        "The ravine lies along the axes. Now it is turned by 45°, and the start with "
        "it. Whose way changes?",
        (
            "that of SGD, momentum and Nesterov",
            "that of AdaGrad, RMSProp, Adam and AdamW",
            "everybody's",
        ),
        1,
        "A step along the slope does not know of axes: its way is only turned. The "
        "others divide each weight's slope by its own size, which helps where the "
        "ravine lies along the axes, and nowhere else.",
    ),
    Prediction(
        "A batch of 1 in place of all 256 events: where does SGD end on the ravine?",
        (
            "at the lowest point, only later",
            "it wanders about near it, the wider the larger its rate",
            "at another minimum",
        ),
        1,
        "At the lowest point the slope of all events is nought, and that of one event "
        "is not: every step goes astray by rate × noise. Larger batches or a smaller "
        "rate shrink the cloud, which is why rates fall towards the end of a training.",
    ),
)
TORCH = {
    "SGD": "torch.optim.SGD([w], lr={rate:g})",
    "momentum": "torch.optim.SGD([w], lr={rate:g}, momentum=0.9)",
    "Nesterov": "torch.optim.SGD([w], lr={rate:g}, momentum=0.9, nesterov=True)",
    "AdaGrad": "torch.optim.Adagrad([w], lr={rate:g})",
    "RMSProp": "torch.optim.RMSprop([w], lr={rate:g})",
    "Adam": "torch.optim.Adam([w], lr={rate:g})",
    "AdamW": "torch.optim.AdamW([w], lr={rate:g})",
}


def code(name: str, rate: float, start: tuple[float, float], steps: int = 80) -> str:
    """The lines of plain torch that give a path down the ravine, without noise."""
    return f"""\
import torch

def loss(w):
    return w[0] ** 2 / 2 + 20 * w[1] ** 2

w = torch.tensor({[round(value, 6) for value in start]}, dtype=torch.float64)
w.requires_grad_()
optimiser = {TORCH[name].format(rate=rate)}
path = [w.tolist()]
for _ in range({steps}):
    optimiser.zero_grad()
    loss(w).backward()
    optimiser.step()
    path.append(w.tolist())"""


def _hint_limit(answer: Any) -> str:
    rate = float(answer)
    steepness = 40.0  # d²L/dv²
    stays = abs(1 - rate * steepness) <= 1 + 1e-9
    if not stays:
        return (
            f"with {rate:g} each step across the ravine is longer than the one before"
        )
    if abs(rate - 2 / steepness) > 1e-3:
        return "SGD stays with it, and still would with a larger one"
    return ""


def _hint_path(answer: Any) -> str:
    found = np.asarray(answer, float)
    course = ravine_course(0)
    path = race(course, 20).paths["momentum"]
    if found.shape != path.shape:
        return f"give 21 places of two numbers, not an array of shape {found.shape}"
    if not np.allclose(found[0], path[0], atol=1e-4):
        return f"begin at {tuple(round(value, 3) for value in course.start)}"
    if not np.allclose(found[1], path[1], atol=1e-4):
        return f"after the first step the place should be {path[1].round(4).tolist()}"
    if not np.allclose(found, path, atol=1e-3):
        return "the first step is right; keep 0.9 of the velocity and add the slope"
    return ""


def _hint_saddle(answer: Any) -> str:
    """Of a name: who leaves the saddle first, by a race that is run now."""
    names = list(PLAIN | SCALED)
    if answer not in names:
        return f"give one of {', '.join(names)}"
    run = race(SADDLE, 200)
    left = {name: _leaves(run.paths[name]) for name in names}
    first = min(left, key=lambda name: left[name])
    if left[str(answer)] == left[first]:
        return ""
    if answer in PLAIN:
        return "near the ridge its slope is small, and so is its step"
    return f"it leaves the ridge at step {left[str(answer)]}, and another earlier"


def _leaves(path: np.ndarray) -> int:
    """The first step at which a path is away from the ridge."""
    away = np.abs(path[:, 1]) > 0.5
    return int(away.argmax()) if away.any() else len(path)


EXERCISES = (
    Exercise(
        "What is the largest rate with which SGD does not leap out of the ravine "
        "L = u²/2 + 20 v²?",
        "a number",
        _hint_limit,
    ),
    Exercise(
        "Write momentum yourself (rate 0.02, 0.9 of the velocity kept) and walk 20 "
        "steps down the ravine from the race's start.",
        "the 21 places as a list of pairs",
        _hint_path,
    ),
    Exercise(
        "Who is first to leave the ridge of the saddle, at the rates of the race and "
        "with all events?",
        "the name of an optimiser",
        _hint_saddle,
    ),
)
