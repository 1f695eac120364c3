"""A question to answer before one looks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prediction:
    """What will happen?

    Attributes:
        question: In a sentence or two.
        choices: The answers to choose from.
        right: Number of the right one.
        why: What the reveal says.
    """

    question: str
    choices: tuple[str, ...]
    right: int
    why: str
