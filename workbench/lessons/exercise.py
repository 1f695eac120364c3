"""Exercises whose checks compute: they say right, or where to look again."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from importlib import import_module
from typing import Any

from workbench.errors import BadInput

LESSONS = (
    *("activations", "optimisers", "landscape", "convolution", "sight"),
    *("composition", "roofline", "gan"),
)


@dataclass(frozen=True)
class Exercise:
    """Something to find out or to write.

    Attributes:
        text: What is asked.
        expects: What an answer looks like.
        hint: Of an answer, where to look again; empty if it is right.
    """

    text: str
    expects: str
    hint: Callable[[Any], str]


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and if not, a hint."""

    right: bool
    says: str

    def __repr__(self) -> str:
        return self.says

    def _repr_html_(self) -> str:
        mark = "✔" if self.right else "✘"
        return f'<p role="status"><b>{mark}</b> {escape(self.says)}</p>'


def check(lesson: str, number: int, answer: Any) -> Verdict:
    """Judge the answer to an exercise.

    Args:
        lesson: Such as ``activations``.
        number: Of the exercise, from 1 on.
        answer: What the exercise expects.

    Raises:
        BadInput: there is no such lesson or exercise.
    """
    if lesson not in LESSONS:
        raise BadInput(f"no lesson {lesson!r}: choose one of {', '.join(LESSONS)}")
    exercises = import_module(f"workbench.lessons.questions.{lesson}").EXERCISES
    if not 1 <= number <= len(exercises):
        raise BadInput(
            f"{lesson} has no exercise {number}: give a number from 1 to "
            f"{len(exercises)}"
        )
    exercise: Exercise = exercises[number - 1]
    try:
        hint = exercise.hint(answer)
    except Exception as error:  # of whatever a learner has written
        hint = (
            f"the answer cannot be used ({type(error).__name__}: {error}): give "
            f"{exercise.expects}"
        )
    return Verdict(not hint, f"Not yet: {hint}" if hint else "Right.")
