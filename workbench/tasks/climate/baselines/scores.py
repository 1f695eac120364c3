"""Pooled scores of class codes against the truth, by grid points and by area."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from workbench.tasks.climate.areas import cells
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CLASSES

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_S = TypeVar("_S", bound="DataclassInstance")


@dataclass(frozen=True)
class Scores:
    """Of each class, (3,)."""

    iou: np.ndarray
    precision: np.ndarray
    recall: np.ndarray


def confusion(truth: np.ndarray, named: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weight of grid points by true and named class, (3, 3).

    Args:
        truth: (time, rows, columns), negative where nothing is judged.
        named: Class codes, the same.
        weight: Of each row, (rows,).
    """
    number = len(CLASSES)
    known = truth >= 0
    pair = truth[known].astype(np.int64) * number + named[known]
    each = np.broadcast_to(weight[:, None], truth.shape)[known]
    return np.bincount(pair, each, number**2).reshape(number, number)


def scores(truth: np.ndarray, named: np.ndarray, by_area: bool = False) -> Scores:
    """Intersection over union, precision and recall, pooled over all maps."""
    rows, columns = truth.shape[1:]
    weight = cells(Grid(rows, columns)) if by_area else np.ones(rows)
    counts = confusion(truth, named, weight)
    right, true, given = np.diag(counts), counts.sum(1), counts.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return Scores(right / (true + given - right), right / given, right / true)


def choose(
    settings: _S,
    trials: dict[str, tuple[float, ...]],
    score: Callable[[_S], float],
    rounds: int = 3,
) -> tuple[_S, float]:
    """The best settings found by turning one knob after another.

    Args:
        settings: A frozen dataclass to begin with.
        trials: Values to try of each of its fields.
        score: What to make large; on maps that nothing is judged on.
        rounds: Through all knobs, at most.
    """
    best, highest = settings, score(settings)
    for _ in range(rounds):
        before = best
        for name, values in trials.items():
            for value in values:
                other = replace(best, **{name: value})
                if other != best and (got := score(other)) > highest:
                    best, highest = other, got
        if best == before:
            break
    return best, highest
