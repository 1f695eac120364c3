"""Whose network a lesson ends with."""

from workbench.lessons.subject import Subject
from workbench.runs.run import Run

Own = Subject | Run | str | None


def owned(own: Own, events: int, split: str = "test") -> Subject | None:
    """The learner's network with at most so many events, or none.

    Args:
        own: A run, its name, or a network with its events.
        events: At most.
        split: Of a run's events.

    Raises:
        BadInput: nothing is trained yet, or its answers are not classes.
    """
    if own is None:
        return None
    if isinstance(own, Subject):
        return own[:events]
    return Subject.of(own, split, events)


def none_yet(lesson: str) -> str:
    """What a lesson says in place of a network."""
    return (
        f'Give it a run of yours, {lesson}("RUN"), or the small network that trains in '
        f"seconds, {lesson}(digits()): the same is then shown of that."
    )
