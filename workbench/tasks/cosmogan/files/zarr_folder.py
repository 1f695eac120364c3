"""Stacks of maps in Zarr folders of either version."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from workbench.damage import damaged, whole
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.attributes import NAME, UNIT, said, understood
from workbench.tasks.cosmogan.files.choice import chosen
from workbench.tasks.cosmogan.files.found import Found
from workbench.tasks.cosmogan.files.stack import FileStack
from workbench.unfinished import Unfinished
from workbench.writing import explained

MARKS = ("zarr.json", ".zgroup", ".zarray")
_CHUNK = 1 << 20  # bytes that are read at once


def is_zarr(path: Path) -> bool:
    """Whether a folder is a Zarr group or array."""
    return any((path / mark).is_file() for mark in MARKS)


def _opened(path: Path, name: str) -> Any:
    import zarr

    node: Any = zarr.open(path, mode="r")
    return node[name] if name else node


def arrays_of(path: Path) -> dict[str, tuple[int, ...]]:
    """Name → shape of every array of a group; an array by itself has no name.

    Raises:
        BadInput: the folder is damaged.
    """
    import zarr

    with whole(path):
        node: Any = _opened(path, "")
        if isinstance(node, zarr.Group):
            return {name: array.shape for name, array in node.arrays()}
        return {"": node.shape}


def find_zarr(path: Path) -> Found:
    """The maps of a Zarr array, or of the group that holds it.

    Raises:
        BadInput: there is no stack of maps, or several, or chunks are missing.
    """
    name = chosen(arrays_of(path), "", path)
    with whole(path):
        node = _opened(path, name)
        words = dict(_opened(path, "").attrs) | dict(node.attrs)
    stack = FileStack(path, partial(_opened, path, name))
    with whole(path):
        there, wanted = node.nchunks_initialized, node.nchunks
        if there < wanted:  # they would be read as zeros
            raise damaged(path, f"{wanted - there:,} of {wanted:,} chunks are missing")
        return Found(path, "zarr", stack, **understood(words, min(stack.shape[1:])))


def write_zarr(
    path: Path,
    chunks: Iterable[np.ndarray],
    maps: int,
    field: Field,
    about: dict[str, Any],
) -> None:
    """Write maps as they come into a group that any Zarr library opens."""
    import zarr

    shape = (maps, field.pixels, field.pixels)
    count = max(1, min(maps, _CHUNK // (4 * field.pixels**2)))
    folder = Unfinished(path)
    folder.begin(lambda _: [])
    done = False
    try:
        with explained(path):
            group = zarr.open_group(folder.partial, mode="a", zarr_format=3)
            array = group.create_array(
                NAME,
                shape=shape,
                chunks=(count, *shape[1:]),
                dtype="float32",
                fill_value=np.nan,
                dimension_names=("map", "y", "x"),
                attributes={"units": UNIT, **said(field, about)},
                config={"write_empty_chunks": True},
                overwrite=True,
            )
            first = 0
            for chunk in chunks:
                array[first : first + len(chunk)] = chunk
                first += len(chunk)
            folder.finish()
        done = True
    finally:
        folder.leave(resumable=done)
