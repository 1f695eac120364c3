"""Opening events of any known kind: what a file is shows in its content."""

from pathlib import Path
from typing import Any, Protocol

import h5py
import numpy as np

from workbench.errors import BadInput
from workbench.tasks.neutrino.dense_file import DenseFile, layout_of, open_hdf5
from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.store import Store

KNOWN = "a store, HDF5 in the 2016 or 2017 layout, or a MasterAnaDev ROOT tuple"


class EventSource(Protocol):
    """N events that can be read in any order; safe to send to other processes."""

    @property
    def columns(self) -> int:
        """X columns that the source covers, 50 or 94."""
        ...

    @property
    def times(self) -> bool:
        """Whether hits carry times."""
        ...

    @property
    def about(self) -> dict[str, Any]:
        """Layout, origin and ``fingerprint``."""
        ...

    @property
    def truth(self) -> np.ndarray | None:
        """Truth of all events, shape (N,) TRUTH; ``None`` for detector data."""
        ...

    @property
    def ids(self) -> np.ndarray | None:
        """Event numbers, shape (N,) uint64, where known."""
        ...

    def __len__(self) -> int:
        """Number of events."""
        ...

    def read_hits(self, index: np.ndarray) -> Events:
        """The events of those rows, in that order, without their truth."""
        ...

    def read(self, index: np.ndarray) -> Events:
        """The events of those rows, in that order."""
        ...


def kind_of(path: Path) -> str | None:
    """``store``, ``2016``, ``2017``, ``root`` or ``None`` for anything else.

    Raises:
        BadInput: nothing is there, it is empty, or it is a damaged file.
    """
    if path.is_dir():
        marks = ("about.json", "journal.jsonl", "hit_start.npy")
        return "store" if any((path / mark).exists() for mark in marks) else None
    if not path.exists():
        raise BadInput(f"{path}: no such file or folder")
    if not path.stat().st_size:
        raise BadInput(f"{path}: the file is empty: copy or download it again")
    with open(path, "rb") as file:
        magic = file.read(8)
    if magic[:4] == b"root":
        return "root"
    if magic == b"\x89HDF\r\n\x1a\n" or h5py.is_hdf5(path):
        return layout_of(path)
    return None


def open_events(path: Path | str) -> EventSource:
    """The events of a file or folder, whatever layout it is in.

    Raises:
        BadInput: it is damaged, incomplete, or in no known layout.
    """
    path = Path(path)
    kind = kind_of(path)
    if kind == "store":
        return Store(path)
    if kind == "root":
        from workbench.tasks.neutrino.tuples import TupleFile

        return TupleFile(path)
    if kind is not None:
        return DenseFile(path)
    raise BadInput(f"{path}: unknown layout{_content(path)}; wanted {KNOWN}")


def _content(path: Path) -> str:
    if path.is_dir() or not h5py.is_hdf5(path):
        return ""
    with open_hdf5(path) as file:
        return f" (HDF5 with {', '.join(sorted(file)[:8]) or 'nothing in it'})"
