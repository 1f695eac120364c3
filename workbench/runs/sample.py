"""Samples that a trained generator draws, as a file."""

import os
from pathlib import Path

from workbench.errors import BadInput
from workbench.runs.run import Run
from workbench.runs.trained import trained


def sample(run: Run, number: int, out: Path, words: list[str] | None = None) -> Path:
    """Have the best network of a run draw samples, or its last; returns ``out``.

    Args:
        run: A trained run of a task that draws.
        number: How many samples.
        out: A new file, in a form that the task writes.
        words: Options of the task, as on the command line: ``--seed=1``.

    Raises:
        BadInput: no checkpoint yet, nothing that draws, or a file that cannot be
            written.
    """
    if number < 1:
        raise BadInput(f"{number} samples: ask for at least 1")
    if out.exists():
        raise BadInput(f"{out} exists: name another file, or remove it")
    if not out.absolute().parent.is_dir() or not os.access(out.absolute().parent, 2):
        raise BadInput(f"{out}: cannot be written there: name another place")
    found = trained(run)
    if found.task.sample is None:
        raise BadInput(f"{run.name}: the task {found.task.name} draws no samples")
    found.task.sample(out, found.model, number, words or [])
    return out
