"""What a learner is asked about what layers see."""

from typing import Any

import numpy as np

from workbench.lessons.exercise import Exercise
from workbench.lessons.prediction import Prediction
from workbench.lessons.sight import auroc, detector

PREDICTIONS = (
    Prediction(
        "Of all units of a layer the one is taken that tells a class best, by some of "
        "the events. On events that had no part in the choice, does it tell the class "
        "as well?",
        ("mostly as well", "mostly less well", "mostly better"),
        1,
        "The best of many is the good one that was also lucky, and luck does not come "
        "again. The more are searched, the more of it: pixels by the thousand most.",
    ),
    Prediction(
        "A single raw pixel, the best of all, against the best unit of the first "
        "layer: is the pixel worth anything?",
        ("next to nothing", "often as good as a unit, or better"),
        1,
        "Where a class lights up a certain place, the pixel there knows it. Without "
        "this baseline a 'grandmother neuron' proves nothing.",
    ),
)


def code(layer: str, unit: int, class_: int) -> str:
    """The lines of plain torch that give a unit's AUROC for a class."""
    return f"""\
import torch

kept = {{}}
layer = network.get_submodule("{layer}")
handle = layer.register_forward_hook(lambda _, given, made: kept.update(made=made))
with torch.no_grad():
    network(*inputs)
handle.remove()
seen = torch.relu(kept["made"])[:, {unit}].reshape(len(truth), -1).amax(1)
inside, outside = seen[truth == {class_}], seen[truth != {class_}]
pairs = inside[:, None] - outside
auroc = float((pairs > 0).float().mean() + (pairs == 0).float().mean() / 2)"""


def _drawn() -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(5)
    positive = draw.random(300) < 0.3
    return draw.normal(size=300) + positive, positive


def _hint_auroc(answer: Any) -> str:
    values, positive = _drawn()
    found, wanted = (
        float(answer(values, positive)),
        float(auroc(values[:, None], positive)[0]),
    )
    if abs(found - (1 - wanted)) < 1e-6:
        return "it is the other way round: a value of the class should be the larger"
    if abs(found - wanted) > 1e-6:
        return f"for 300 random values it should be {wanted:.4f} and is {found:.4f}"
    tied = float(answer(np.zeros(300), positive))
    return "" if abs(tied - 0.5) < 1e-6 else "where all are alike it should be a half"


def _hint_luck(answer: Any) -> str:
    """The best of many random units, searched now, with 100 events to choose by."""
    draw = np.random.default_rng(0)
    positive = np.arange(200) % 20 < 10
    units = draw.normal(size=(200, 1000))
    found = detector("random", units, positive).chosen
    told = float(answer)
    if abs(told - found) < 0.05:
        return ""
    if abs(told - 0.5) < 0.05:
        return "that is what one of them has; the best of 1,000 is lucky"
    return f"{'less' if told > found else 'more'}: draw them and look"


EXERCISES = (
    Exercise(
        "Write the AUROC: a function of values (N,) and whether each is of the class "
        "(N,), with ties counted as a half.",
        "a function of two arrays that returns a number",
        _hint_auroc,
    ),
    Exercise(
        "1,000 units are noise. What is the AUROC of the best of them, by 100 events "
        "of which 50 are of the class, on those events?",
        "a number between 0.5 and 1",
        _hint_luck,
    ),
)
