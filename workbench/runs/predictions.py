"""Predictions as a file that any program reads."""

import csv
import io
import os
from pathlib import Path

import numpy as np

from workbench.errors import BadInput
from workbench.runs.folder import write_text


def check_out(path: Path) -> None:
    """See that predictions can be written to a file, before they are made.

    Raises:
        BadInput: an ending other than .csv and .npz, or no such folder.
    """
    if path.suffix not in (".csv", ".npz"):
        raise BadInput(f"--out {path}: predictions are written as .csv or .npz")
    if path.is_dir():
        raise BadInput(f"--out {path}: is a folder: name a file in it")
    if not path.parent.is_dir():
        raise BadInput(
            f"--out {path}: no folder {path.parent}: type mkdir -p {path.parent}"
        )
    if not os.access(path.parent, os.W_OK):
        raise BadInput(f"--out {path}: {path.parent} cannot be written: name another")


def write_predictions(
    path: Path, outputs: dict[str, np.ndarray], classes: tuple[str, ...]
) -> None:
    """Write one line an event: what names it, best class, probability of each.

    Args:
        path: ``.csv`` for people, ``.npz`` for arrays as the model gave them.
        outputs: ``index`` (N,) and whatever else of shape (N,) names an event,
            ``probabilities`` (N, classes); more in ``.npz``.
        classes: Class names in the order of the probabilities.

    Raises:
        BadInput: as :func:`check_out`.
    """
    check_out(path)
    if path.suffix == ".npz":
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with partial.open("wb") as stream:
                np.savez_compressed(stream, allow_pickle=False, **outputs)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return
    text = io.StringIO()
    writer = csv.writer(text)
    names = {name: values for name, values in outputs.items() if values.ndim == 1}
    writer.writerow([*names, "prediction", *(f"p({name})" for name in classes)])
    for i, p in enumerate(outputs["probabilities"]):
        known = [values[i] for values in names.values()]
        writer.writerow([*known, int(p.argmax()), *(f"{value:.6f}" for value in p)])
    write_text(path, text.getvalue())
