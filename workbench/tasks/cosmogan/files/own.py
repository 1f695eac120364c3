"""The workbench's own store of simulated maps, read as any other file."""

import json
from functools import partial
from pathlib import Path

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.cosmogan.files.damage import whole
from workbench.tasks.cosmogan.files.found import Found
from workbench.tasks.cosmogan.files.npy import mapped
from workbench.tasks.cosmogan.files.stack import FileStack

MAPS, ABOUT, PARAMETERS = "maps.npy", "about.json", "parameters.npy"


def is_own(path: Path) -> bool:
    """Whether a folder is a store, whole or unfinished."""
    return (path / MAPS).is_file()


def find_own(path: Path) -> Found:
    """The maps of a store.

    Raises:
        BadInput: it is unfinished or damaged.
    """
    if not (path / ABOUT).is_file():
        raise BadInput(
            f"{path}: an unfinished store: run the command that makes it again"
        )
    stack = FileStack(path / MAPS, partial(mapped, path / MAPS))
    with whole(path):
        about = json.loads((path / ABOUT).read_text())
        field = about["field"]
        scale = float(field["degrees"]) / stack.shape[1]
        parameters = np.load(path / PARAMETERS)
    return Found(
        path,
        "store",
        stack,
        scale,
        field["source"],
        about,
        group=parameters[:, 2].astype(np.int64),
        parameters=parameters[:, :2],
    )
