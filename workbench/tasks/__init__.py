"""The science tasks: one folder each, found by listing.

Tasks also come from folders named in ``$WORKBENCH_TASKS`` and from other packages by
the entry point ``workbench.tasks``, whose value is a :class:`workbench.task.Task`.
"""

import importlib
import os
import pkgutil
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from workbench.errors import BadInput

if TYPE_CHECKING:
    from workbench.task import Task

__path__ += filter(None, os.environ.get("WORKBENCH_TASKS", "").split(os.pathsep))


def task_names() -> list[str]:
    """Names of all tasks on this machine, without importing one."""
    here = {module.name for module in pkgutil.iter_modules(__path__) if module.ispkg}
    return sorted(here | {entry.name for entry in _entries()})


@cache
def _entries() -> tuple[EntryPoint, ...]:
    """What installed packages offer; to look takes a tenth of a second."""
    return tuple(entry_points(group="workbench.tasks"))


def load(name: str) -> "Task":
    """The task of that name.

    Raises:
        BadInput: no such task, or it cannot be loaded; the text says what to do.
    """
    try:
        return _load(name)
    except BadInput:
        raise
    except Exception as error:  # a task's own code may fail in any way
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise BadInput(
            f"the task {name!r} cannot be loaded ({what}): mend it, or take it away "
            "from $WORKBENCH_TASKS"
        ) from error


def _load(name: str) -> "Task":
    for entry in _entries():
        if entry.name == name:
            return entry.load()
    if name not in task_names():
        raise BadInput(
            f"unknown task {name!r}: choose one of {', '.join(task_names())}, or add "
            "the folder that holds it to $WORKBENCH_TASKS"
        )
    return importlib.import_module(f"{__name__}.{name}.task").task
