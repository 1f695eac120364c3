"""What a network does under a task's named shifts, and how that could be foretold."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.runs.trained import Trained
from workbench.task import Table
from workbench.uncertainty.calibration import TINY
from workbench.uncertainty.conformal import Conformal, covered
from workbench.uncertainty.fresh import fresh
from workbench.uncertainty.scaling import Temperature
from workbench.uncertainty.sight import Sight, sight
from workbench.uncertainty.similarity import similarity
from workbench.uncertainty.verdict import Point, Sign, in_words, signs

STRENGTHS = (0.25, 0.5, 1.0, 2.0)
EVENTS = 1000  # of each shifted sample
SEED = 135_792_468  # of shifted samples: of no training


def mended(seen: Sight, temperature: Temperature) -> Sight:
    """The same with probabilities at a temperature."""
    logits = np.log(np.maximum(seen.probabilities, TINY))
    return replace(seen, probabilities=temperature(logits))


def shifted(
    ready: Trained, known: Sight, temperature: Temperature, promise: Conformal
) -> list[Point]:
    """Every named condition at several strengths, beside known events.

    Args:
        ready: The network.
        known: Events of the kind it was trained on; mended.
        temperature: That mends its probabilities.
        promise: Calibrated on known events.
    """
    task = ready.task
    names = [name for name in task.conditions if name != "nominal"]
    asked = [(name, strength) for name in names for strength in STRENGTHS]
    shown = with_progress(asked, lambda _: 1, len(asked), "samples", what="shifts")
    return [
        _point(ready, known, temperature, promise, name, strength)
        for name, strength in shown
    ]


def _point(
    ready: Trained,
    known: Sight,
    temperature: Temperature,
    promise: Conformal,
    name: str,
    strength: float,
) -> Point:
    data = fresh(ready, EVENTS, SEED, name, strength)
    new = mended(sight(ready.task, ready.model, data.test_dataloader()), temperature)
    assert new.labels is not None
    held = covered(promise.sets(new.probabilities), new.labels)
    right = new.probabilities.argmax(1) == new.labels
    found = similarity(known, new)
    return Point(name, strength, found, float(held.mean()), float(right.mean()))


def verdicts(
    points: Sequence[Point], alpha: float, accuracy: float, seed: int = 0
) -> tuple[dict[str, float], tuple[Table, ...]]:
    """What foretells harm, and what it says of every shift.

    Args:
        points: Shifted samples.
        alpha: Promised share of misses.
        accuracy: On known events.
        seed: Of the halves.
    """
    try:
        found = signs(points, alpha, accuracy, seed)
    except BadInput as error:
        table = Table("Whether harm can be foretold", str(error), ("",), ())
        return {}, (table, _shift_table(points, None, alpha, accuracy))
    best = found[0]
    tables = (_sign_table(found), _shift_table(points, best, alpha, accuracy))
    return best.numbers, tables


def _sign_table(found: Sequence[Sign]) -> Table:
    rows = [
        (
            sign.name,
            f"{sign.learned:.2f}",
            f"{sign.tried:.2f}",
            f"{sign.threshold:.3g}",
            f"{100 * sign.alarms:.0f} %",
            f"{100 * sign.missed:.0f} %",
        )
        for sign in found
    ]
    return Table(
        "Whether harm can be foretold without labels",
        "Areas under the ROC curve over shifted samples: the first half sets the "
        "threshold and chooses the first row, the other half tries it. Harm was fixed "
        "beforehand: coverage more than two points below the promise, or accuracy down "
        "by one. No number sees every harm.",
        ("", "first half", "other half", "threshold", "false alarms", "missed"),
        tuple(rows),
    )


def _shift_table(
    points: Sequence[Point], sign: Sign | None, alpha: float, accuracy: float
) -> Table:
    rows = [
        (
            f"{point.name}, {point.strength:g}",
            f"{100 * point.accuracy:.1f} %",
            f"{100 * point.coverage:.1f} %",
            "yes" if point.harmed(alpha, accuracy) else "no",
            f"{point.similarity.inputs.auc:.2f}",
            f"{point.similarity.features.auc:.2f}",
            f"{100 * point.similarity.drop:+.1f} %",
            in_words(point.similarity, sign).split(":")[0],
        )
        for point in points
    ]
    return Table(
        "How similar shifted events are, and whether that matters",
        f"{EVENTS:,} simulated events of each condition and strength. Told apart: the "
        "chance that a classifier finds the shifted one of a pair, a half by guessing.",
        (
            "", "accuracy", "coverage", "harm", "inputs told apart",
            "features told apart", "drop of confidence", "verdict without labels",
        ),
        tuple(rows),
    )  # fmt: skip
