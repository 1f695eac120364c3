"""Whether a map may be trusted: what is stamped on each."""

from dataclasses import dataclass

import numpy as np

from workbench.explain.attribution import Attribution, in_a_row
from workbench.explain.comparisons import edges, field
from workbench.explain.completeness import COMPLETE
from workbench.explain.faithfulness import held
from workbench.explain.methods import METHODS, attribute
from workbench.explain.question import Question
from workbench.explain.scores import hit_agreement, mass, skill

DIFFERENT = 0.5  # less agreement with a network that knows nothing: the map is of this


@dataclass(frozen=True)
class Badge:
    """One doubt about a map.

    Attributes:
        name: Of the doubt.
        value: What was measured; not a number where it means nothing.
        good: Whether the map passes; ``None`` where nothing can be said.
        says: In words.
    """

    name: str
    value: float
    good: bool | None
    says: str


def badges(question: Question, found: Attribution, untrained: Question) -> list[Badge]:
    """What speaks for and against a map.

    Args:
        question: That it answers.
        found: The map.
        untrained: The same question to a network of the same shape before training.
    """
    return [
        *_warnings(found),
        *_empty(question, found),
        *_completeness(found),
        _agreement(question, found),
        _randomisation(question, found, untrained),
    ]


def _warnings(found: Attribution) -> list[Badge]:
    warned = found.notes.get("warnings", ())
    return [Badge("layers", float("nan"), False, line) for line in warned]


def _empty(question: Question, found: Attribution) -> list[Badge]:
    """Maps without a share say nothing, though they look like an answer."""
    empty: np.ndarray = ~np.any(found.cells(question.evidence.axes), 1)
    if not empty.any():
        return []
    says = f"{empty.sum()} of {len(empty)} maps hold nothing: compare another method"
    return [Badge("empty", float(empty.mean()), False, says)]


def _completeness(found: Attribution) -> list[Badge]:
    if not METHODS[found.method].complete:
        return []
    errors = found.completeness
    if np.isnan(errors).all():
        says = "the answer is that of an empty input: there is nothing to share"
        return [Badge("completeness", float("nan"), None, says)]
    worst = float(np.nanquantile(errors, 0.95))
    good = worst < COMPLETE
    says = f"shares add up to the answer within {100 * worst:.2g} %"
    return [Badge("completeness", worst, good, says)]


def _agreement(question: Question, found: Attribution) -> Badge:
    takes_away = METHODS[found.method].parts is not None
    name = "integrated-gradients" if takes_away else "occlusion"
    other = attribute(question, name)
    axes = question.evidence.axes
    shared = hit_agreement(found.cells(axes), other.cells(axes), held(question))
    value = _mean(shared)
    says = f"rank correlation with {name} over what is there: {value:.2f}"
    return Badge("agreement", value, None, says)


def _randomisation(
    question: Question, found: Attribution, untrained: Question
) -> Badge:
    """Adebayo et al. (2018), arXiv:1810.03292, over cells that hold something."""
    other = attribute(untrained, found.method, found.notes.get("parts"))
    axes = question.evidence.axes
    shared = hit_agreement(found.cells(axes), other.cells(axes), held(question))
    value = _mean(np.abs(shared))
    says = f"rank correlation with an untrained network's map: {value:.2f}"
    return Badge("randomisation", value, value < DIFFERENT, says)


def over_plain(
    question: Question, found: Attribution, truth: np.ndarray
) -> list[Badge]:
    """How much better a map finds the truth than maps that ask no network.

    Args:
        question: That it answers.
        found: The map.
        truth: Masks of all cells (B, M).
    """
    axes, steps = question.evidence.axes, question.arrays
    mine = mass(found.cells(axes), truth)
    stamped: list[Badge] = []
    for name, plain in (("field", field), ("edges", edges)):
        theirs = mass(in_a_row(plain(steps, axes)), truth)
        value = _mean(skill(mine, theirs))
        says = f"of what {name} misses of the truth, {100 * value:.0f} % is found"
        stamped.append(Badge(f"skill over {name}", value, value > 0, says))
    return stamped


def _mean(values: np.ndarray) -> float:
    return float(np.nanmean(values)) if not np.isnan(values).all() else float("nan")
