"""A folder of files as one stack of maps."""

from collections.abc import Sequence
from pathlib import Path
from typing import final

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.cosmogan.files import fits, hdf5
from workbench.tasks.cosmogan.files.found import Found
from workbench.tasks.cosmogan.files.npy import find_npy
from workbench.tasks.cosmogan.files.stack import Stack

_ENDINGS = (".npy", *fits.ENDINGS, *hdf5.ENDINGS)
_SAME = 1e-3  # by which the scales of two files may differ


def files_in(path: Path) -> list[Path]:
    """The files of maps in a folder, by name; none of one that is a task's store."""
    if any((path / mark).exists() for mark in ("about.json", "journal.jsonl")):
        return []
    return sorted(
        file
        for file in path.iterdir()
        if file.suffix in _ENDINGS and file.is_file() and file.name[0] != "."
    )


def _find(file: Path, name: str) -> Found:
    """The maps of one file.

    Args:
        file: Of one of the endings.
        name: Of an array in HDF5, where there are several.
    """
    if file.suffix == ".npy":
        return find_npy(file)
    if file.suffix in fits.ENDINGS:
        return fits.find_fits(file)
    return hdf5.find_hdf5(file, name)


def find_folder(path: Path, name: str = "") -> Found:
    """The maps of all files in a folder, in the order of their names.

    Args:
        path: The folder.
        name: Of an array in each file, where they are HDF5 with several.

    Raises:
        BadInput: two of them differ in size, scale or redshift, or one is damaged.
    """
    each = [_find(file, name) for file in files_in(path)]
    first = each[0]
    for other in each[1:]:
        for what, one, two in (
            ("its maps are", first.stack.shape[1:], other.stack.shape[1:]),
            ("degrees a pixel are", first.scale, other.scale),
            ("redshift of the sources is", first.source, other.source),
        ):
            if one != two and not (one and two and np.allclose(one, two, rtol=_SAME)):
                raise BadInput(
                    f"{other.path}: {what} {two}, in {first.path} {one}: give a folder "
                    "of one kind"
                )
    stack = Joined([found.stack for found in each])
    about = dict(first.about) | {"files": len(each)}
    return Found(path, "folder", stack, first.scale, first.source, about)


@final
class Joined:
    """The maps of several files one after another; files are open while read."""

    def __init__(self, stacks: Sequence[Stack]) -> None:
        self._stacks = stacks
        self._ends = np.cumsum([stack.shape[0] for stack in stacks])
        self.shape = (int(self._ends[-1]), *stacks[0].shape[1:])

    def window(self, maps: slice, rows: slice, columns: slice) -> np.ndarray:
        """A rectangle of neighbouring maps, float32; slices have both ends."""
        parts: list[np.ndarray] = []
        first = maps.start
        while first < maps.stop:
            which = int(np.searchsorted(self._ends, first, "right"))
            stack, end = self._stacks[which], int(self._ends[which])
            start, last = end - stack.shape[0], min(end, maps.stop)
            parts.append(
                stack.window(slice(first - start, last - start), rows, columns)
            )
            stack.close()
            first = last
        return np.concatenate(parts)

    def close(self) -> None:
        """Nothing is open between two reads."""
