"""Stacks of maps in HDF5 files."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from workbench.damage import whole
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.attributes import NAME, UNIT, said, understood
from workbench.tasks.cosmogan.files.choice import chosen
from workbench.tasks.cosmogan.files.found import Found
from workbench.tasks.cosmogan.files.stack import FileStack
from workbench.writing import written

MAGIC = b"\x89HDF\r\n\x1a\n"
ENDINGS = (".h5", ".hdf5", ".hdf")
_CHUNK = 1 << 20  # bytes that are read at once


def _opened(path: Path, name: str) -> Any:
    return h5py.File(path, locking=False)[name]


def arrays_in(path: Path) -> dict[str, tuple[int, ...]]:
    """Name → shape of every array in a file.

    Raises:
        BadInput: it is truncated or damaged.
    """
    found: dict[str, tuple[int, ...]] = {}

    def see(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and item.shape is not None:
            found[name] = tuple(item.shape)

    with whole(path), h5py.File(path, locking=False) as file:
        file.visititems(see)
    return found


def find_hdf5(path: Path, name: str = "") -> Found:
    """The maps of an HDF5 file.

    Args:
        path: The file.
        name: Of the array, where there are several.

    Raises:
        BadInput: there is no stack of maps, or several, or the file is truncated.
    """
    name = chosen(arrays_in(path), name, path)
    with whole(path), h5py.File(path, locking=False) as file:
        words = dict(file.attrs) | dict(file[name].attrs)
    stack = FileStack(path, partial(_opened, path, name))
    with whole(path):
        return Found(path, "hdf5", stack, **understood(words, min(stack.shape[1:])))


def write_hdf5(
    path: Path,
    chunks: Iterable[np.ndarray],
    maps: int,
    field: Field,
    about: dict[str, Any],
) -> None:
    """Write maps as they come."""
    shape = (maps, field.pixels, field.pixels)
    count = max(1, min(maps, _CHUNK // (4 * field.pixels**2)))
    with written(path) as disk, h5py.File(disk, "w") as file:
        array = file.create_dataset(NAME, shape, "<f4", chunks=(count, *shape[1:]))
        array.attrs.update({"units": UNIT, **said(field, about)})
        first = 0
        for chunk in chunks:
            array[first : first + len(chunk)] = chunk
            first += len(chunk)
            if disk.error:
                break
