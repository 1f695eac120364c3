"""Predictions as a file that any program reads."""

import csv
import io
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.runs.folder import write_text
from workbench.task import Task
from workbench.writing import replaced

Outputs = Mapping[str, np.ndarray]


def writers(task: Task) -> dict[str, Callable[[Path, Outputs, Any], None]]:
    """What writes a task's predictions, by the ending of the file."""
    return {**(task.predictions or {".csv": _write_csv(task)}), ".npz": _write_npz}


def check_out(path: Path, task: Task) -> None:
    """See that predictions can be written to a file, before they are made.

    Raises:
        BadInput: an ending that the task does not write, or no such folder.
    """
    known = writers(task)
    if path.suffix not in known:
        raise BadInput(f"--out {path}: predictions are written as {' or '.join(known)}")
    if path.is_dir():
        raise BadInput(f"--out {path}: is a folder: name a file in it")
    if not path.parent.is_dir():
        raise BadInput(
            f"--out {path}: no folder {path.parent}: type mkdir -p {path.parent}"
        )
    if not os.access(path.parent, os.W_OK):
        raise BadInput(f"--out {path}: {path.parent} cannot be written: name another")


def write_predictions(path: Path, outputs: Outputs, task: Task, data: Any) -> None:
    """Write what a model said, as the ending of the file asks.

    Args:
        path: ``.npz`` for arrays as the model gave them; the task's own endings, or
            ``.csv`` with a line an event.
        outputs: ``index`` (N,) and whatever else of shape (N,) names a sample,
            ``probabilities`` (N, classes, …); more in ``.npz``.
        task: Whose predictions they are.
        data: The ``LightningDataModule`` that they are about.

    Raises:
        BadInput: as :func:`check_out`.
    """
    check_out(path, task)
    writers(task)[path.suffix](path, outputs, data)


def _write_npz(path: Path, outputs: Outputs, data: Any) -> None:
    with replaced(path) as stream:
        np.savez_compressed(stream, allow_pickle=False, **outputs)


def _write_csv(task: Task) -> Callable[[Path, Outputs, Any], None]:
    """One line an event: what names it, best class, probability of each."""

    def write(path: Path, outputs: Outputs, data: Any) -> None:
        text = io.StringIO()
        writer = csv.writer(text)
        names = {name: values for name, values in outputs.items() if values.ndim == 1}
        classes = (f"p({name})" for name in task.classes)
        writer.writerow([*names, "prediction", *classes])
        for i, p in enumerate(outputs["probabilities"]):
            known = [values[i] for values in names.values()]
            writer.writerow([*known, int(p.argmax()), *(f"{value:.6f}" for value in p)])
        write_text(path, text.getvalue())

    return write
