"""The workbench's own store of simulated maps, read as any other file."""

from functools import partial
from pathlib import Path

import numpy as np

from workbench.damage import gone, whole
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.found import Found
from workbench.tasks.cosmogan.files.npy import mapped
from workbench.tasks.cosmogan.files.stack import FileStack
from workbench.tasks.cosmogan.store import (
    MAPS,
    PARAMETERS,
    is_described,
    read_about,
)


def is_own(path: Path) -> bool:
    """Whether a folder is a store, whole or unfinished."""
    return (path / MAPS).is_file() or is_described(path)


def find_own(path: Path) -> Found:
    """The maps of a store.

    Raises:
        BadInput: it is unfinished or damaged.
    """
    about = read_about(path)
    for name in (MAPS, PARAMETERS):
        if not (path / name).is_file():
            raise gone(path, name)
    stack = FileStack(path / MAPS, partial(mapped, path / MAPS))
    with whole(path):
        field = Field(**about["field"])
        if stack.shape != (about["maps"], field.pixels, field.pixels):
            raise ValueError(f"{MAPS} has the shape {stack.shape}")
        parameters = np.load(path / PARAMETERS)
    return Found(
        path,
        "store",
        stack,
        field.degrees / field.pixels,
        field.source,
        about,
        group=parameters[:, 2].astype(np.int64),
        parameters=parameters[:, :2],
    )
