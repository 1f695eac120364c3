"""Reading either public HDF5 layout: lazily, a few events at a time, per process."""

import os
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from workbench.damage import damaged
from workbench.errors import BadInput
from workbench.tasks.neutrino.blocks import read_rows
from workbench.tasks.neutrino.dense_labels import label_name, read_truth
from workbench.tasks.neutrino.dense_shapes import shape_of, wrong_images, wrong_labels
from workbench.tasks.neutrino.events import HIT, Events
from workbench.tasks.neutrino.geometry import PLANE_OF_COLUMN, STRIPS
from workbench.tasks.neutrino.layouts import LABELS
from workbench.tasks.neutrino.validity import LARGEST, refuse_bad_labels

_CACHE = 1 << 25  # bytes of unpacked chunks kept


def open_hdf5(path: Path) -> Any:
    """An HDF5 file for reading, unlocked: many read one, and NFS may have no locks.

    Raises:
        BadInput: it is truncated or damaged.
    """
    try:
        return h5py.File(path, "r", locking=False, rdcc_nbytes=_CACHE)
    except (PermissionError, FileNotFoundError) as error:
        raise damaged(path, error) from None
    except OSError as error:
        raise BadInput(
            f"{path}: not a whole HDF5 file ({error}): copy or download it again"
        ) from None


def layout_of(path: Path) -> str | None:
    """``"2016"`` or ``"2017"`` by the data sets a file has; ``None`` for any other.

    Raises:
        BadInput: the file is truncated or damaged.
    """
    with open_hdf5(path) as file:
        if "img_data" in file or "vtx_data" in file:
            return "2017"
        flat = [f"{kind}-{view}" for kind in ("hits", "hitimes") for view in "xuv"]
        return "2016" if any(name in file for name in flat) else None


class DenseFile:
    """Events of an HDF5 file in a public layout.

    Pickles as its path; each process opens the file for itself.

    Args:
        path: The file.
        strict: Whether a file with wrong data sets is refused; else it is only
            described.

    Attributes:
        layout: ``"2016"`` or ``"2017"``.
        columns: X columns, 50 or 94.
        times: Whether hit times are there.
        problems: What is wrong with the file's data sets, a line each.

    Raises:
        BadInput: the file is damaged, in another layout, or has wrong data sets.
    """

    def __init__(self, path: Path | str, strict: bool = True) -> None:
        self.path = Path(path)
        self._handle: tuple[int, Any] | None = None
        self._sets: dict[str, Any] = {}  # opening a data set costs more than a chunk
        layout = layout_of(self.path)
        if layout is None:
            raise BadInput(f"{self.path}: neither the 2016 nor the 2017 layout")
        self.layout = layout
        group = "img_data/" if layout == "2017" else ""
        combined = layout == "2017" or any(f"hitimes-{v}" in self._file for v in "xuv")
        self.times = combined or any(f"times-{view}" in self._file for view in "xuv")
        self._energy = f"{group}hitimes-" if combined else "hits-"
        self._time = self._energy if combined else "times-" if self.times else ""
        prefixes = dict.fromkeys(filter(None, (self._energy, self._time)))
        names = [prefix + view for prefix in prefixes for view in "xuv"]
        self.problems = wrong_images(self._file, names, 2 if combined else 1)
        shape = shape_of(self._file.get(names[0])) or (0,)
        self._events = int(shape[0])
        self.columns = int(shape[-1]) if len(shape) == 4 else 0
        self.problems += wrong_labels(self._file, layout, self._events)
        if strict and self.problems:
            raise BadInput(
                f"{self.path}: {self.problems[0]}: wanted the {layout} layout; "
                f"`workbench data check {self.path}` lists all that is wrong"
            )

    def __getstate__(self) -> dict[str, Any]:
        """Without the open file and the labels, which belong to this process."""
        state = {**self.__dict__, "_handle": None, "_sets": {}}
        state.pop("_labels", None)
        return state

    @property
    def _file(self) -> Any:
        if self._handle is None or self._handle[0] != os.getpid():
            self._handle, self._sets = (os.getpid(), open_hdf5(self.path)), {}
        return self._handle[1]

    def __len__(self) -> int:
        """Number of events."""
        return self._events

    @property
    def about(self) -> dict[str, Any]:
        """Layout, columns, times, number of plane codes, and a fingerprint."""
        content = sha256(f"{self.layout} {self.path.stat().st_size}".encode())
        for name in LABELS:
            values = self._column(label_name(self.layout, name))
            content.update(b"" if values is None else values.tobytes())
        return {
            "layout": self.layout,
            "source": str(self.path),
            "events": len(self),
            "columns": self.columns,
            "times": self.times,
            "plane_codes": self._labels[1],
            "fingerprint": content.hexdigest()[:16],
        }

    def _column(self, name: str) -> np.ndarray | None:
        """A data set of one number an event, shape (N,); ``None`` where it lacks."""
        data = self._file.get(name)
        if data is None or shape_of(data) not in ((len(self),), (len(self), 1)):
            return None
        return self._get(name, slice(None)).reshape(len(self))

    def _get(self, name: str, where: slice) -> np.ndarray:
        try:
            file = self._file
            if name not in self._sets:
                self._sets[name] = file[name]
            return np.asarray(self._sets[name][where])
        except (OSError, RuntimeError) as error:
            rows = f" rows {where.start}–{where.stop - 1}" if where.stop else ""
            raise BadInput(
                f"{self.path}: {name}{rows} cannot be read ({error}): the file is "
                "damaged, copy or download it again"
            ) from None

    @cached_property
    def _labels(self) -> tuple[np.ndarray | None, int]:
        return read_truth(self._column, self.layout, len(self))

    @property
    def ids(self) -> np.ndarray | None:
        """Event numbers, shape (N,) uint64."""
        return self._column(label_name(self.layout, "eventids"))

    @property
    def raw_truth(self) -> np.ndarray | None:
        """Truth as it stands, right or wrong."""
        return self._labels[0]

    @property
    def truth(self) -> np.ndarray | None:
        """Truth of all events, shape (N,) TRUTH; ``None`` for detector data.

        Raises:
            BadInput: a segment is outside 0–10.
        """
        if self.raw_truth is not None:
            rows = np.arange(len(self))
            refuse_bad_labels(self.raw_truth["segment"], str(self.path), rows)
        return self.raw_truth

    def read_hits(self, index: np.ndarray) -> Events:
        """The events of those rows without their truth.

        Raises:
            BadInput: an energy or time no hit can have, or the file is damaged.
        """
        chunks = self._file[self._energy + "x"].chunks
        return read_rows(index, len(self), self._block, chunks[0] if chunks else 1)

    def read(self, index: np.ndarray) -> Events:
        """The events of those rows, in that order.

        Raises:
            BadInput: an energy, time or label no event can have, or damage.
        """
        events, truth = self.read_hits(index), self.truth
        picked = None if truth is None else truth[index]
        return Events(events.hits, events.hit_start, picked)

    def _block(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        """Hits of the rows from ``first`` to before ``last``, and each hit's row."""
        parts = [self._view(view, first, last) for view in range(3)]
        hits, row = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        order = np.lexsort((hits["strip"], hits["plane"], row))
        return hits[order], row[order]

    def _view(self, view: int, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        rows = slice(first, last)
        name, time_name = (p and p + "xuv"[view] for p in (self._energy, self._time))
        cells = self._get(name, rows)  # (B, C, 127, columns)
        event, line, column = np.nonzero(cells[:, 0] != 0)
        energy, time = cells[event, 0, line, column], np.zeros(len(event))
        if time_name:
            layer = (
                cells[:, 1] if time_name == name else self._get(time_name, rows)[:, 0]
            )
            time = layer[event, line, column]
        good = (energy >= 0) & (energy <= LARGEST) & (np.abs(time) <= LARGEST)
        if not good.all():
            bad = int(np.argmin(good))
            raise BadInput(
                f"{self.path}: event {first + event[bad]}: {name} row {line[bad]}, "
                f"column {column[bad]} has energy {energy[bad]:g} MeV and time "
                f"{time[bad]:g} ns; wanted: energy from 0 to {LARGEST:g}, time within "
                f"±{LARGEST:g}: leave the event out"
            )
        hits = np.zeros(len(event), HIT)
        hits["plane"] = PLANE_OF_COLUMN[view][column]
        hits["strip"] = STRIPS - 1 - line if self.layout == "2016" else line
        hits["energy"], hits["time"] = energy, time
        kept = hits["energy"] > 0  # below 3·10⁻⁸ MeV nothing is left
        return hits[kept], first + event[kept]
