"""Events of the kind that a network was trained on, made when they are wanted."""

from typing import Any

from workbench.runs.trained import Trained


def fresh(ready: Trained, events: int, seed: int, *condition: str | float) -> Any:
    """Data whose test split nothing has seen; ``None`` if its task can make none.

    Args:
        ready: The network, with its task and its data.
        events: How many.
        seed: Of no training.
        condition: Name and strength of one of the task's, in which all is otherwise.
    """
    made = ready.task.fresh and ready.task.fresh(ready.data, events, seed, *condition)
    if made:
        made.prepare_data()
        made.setup("test")
    return made or None
