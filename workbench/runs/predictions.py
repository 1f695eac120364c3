"""Predictions as a file that any program reads."""

import csv
import io
from pathlib import Path

import numpy as np

from workbench.errors import BadInput
from workbench.runs.folder import write_text


def write_predictions(
    path: Path, outputs: dict[str, np.ndarray], classes: tuple[str, ...]
) -> None:
    """Write one line an event: row in the file, best class, probability of each.

    Args:
        path: ``.csv`` for people, ``.npz`` for arrays as the model gave them.
        outputs: ``index`` (N,) and ``probabilities`` (N, classes), more in ``.npz``.
        classes: Class names in the order of the probabilities.

    Raises:
        BadInput: an ending other than those two.
    """
    if path.suffix == ".npz":
        partial = path.with_name(f".{path.name}")
        with partial.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, **outputs)
        partial.replace(path)
        return
    if path.suffix != ".csv":
        raise BadInput(f"--out {path}: predictions are written as .csv or .npz")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["index", "prediction", *(f"p({name})" for name in classes)])
    for index, p in zip(outputs["index"], outputs["probabilities"], strict=True):
        writer.writerow([index, int(p.argmax()), *(f"{value:.6f}" for value in p)])
    write_text(path, text.getvalue())
