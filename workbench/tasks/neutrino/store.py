"""The workbench's own file of events: sparse hits in memory-mapped numpy arrays.

A store is a folder: ``hits.npy`` and ``planes.npy`` (three bytes a hit, see
:mod:`packing`), ``hit_start.npy``, ``truth.npy``, ``particles.npy`` and
``particle_start.npy`` hold the fields of :class:`Events` end to end, and
``about.json``, written last, says how many there are and how they were made. Detector
data have ``ids.npy``, event numbers, in place of the truth.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from workbench.damage import spoilt
from workbench.tasks.neutrino.events import Events, starts
from workbench.tasks.neutrino.packing import unpack
from workbench.tasks.neutrino.store_about import read_about
from workbench.tasks.neutrino.store_writer import ARRAYS, StoreWriter
from workbench.tasks.neutrino.validity import refuse_bad_labels

__all__ = ["Store", "StoreWriter", "write_store"]
_BLOCK = 1 << 24


class Store:
    """Events of a store, read at random without loading it.

    Pickles as its path; each process maps the arrays for itself.

    Args:
        path: The folder.

    Raises:
        BadInput: not a complete store.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._about = read_about(self.path)
        self.times = bool(self._about["made"].get("times", True))
        self.columns = int(self._about["made"].get("columns", 94))
        self._maps: dict[str, np.ndarray] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Without the maps, which belong to this process."""
        return {**self.__dict__, "_maps": {}}

    def __len__(self) -> int:
        """Number of events."""
        return int(self._about["events"])

    @property
    def about(self) -> dict[str, Any]:
        """How the events were made, with ``layout``, ``events`` and ``fingerprint``."""
        own = {name: self._about[name] for name in ("events", "fingerprint")}
        return {**self._about["made"], "layout": "store", **own}

    @property
    def truth(self) -> np.ndarray | None:
        """Truth of all events, mapped, shape (N,) TRUTH."""
        return self._map("truth")

    @property
    def ids(self) -> np.ndarray | None:
        """Event numbers, shape (N,) uint64, where known."""
        truth = self.truth
        return self._map("ids") if truth is None else truth["event"]

    def _open(self, name: str) -> np.ndarray:
        array, dtype = self._about["arrays"][name], ARRAYS[name]
        offset = array["bytes"] - array["rows"] * dtype.itemsize
        file, rows = self.path / f"{name}.npy", array["rows"]
        return np.memmap(file, dtype, "r", offset, rows).view(np.ndarray)

    def _map(self, name: str) -> np.ndarray | None:
        """An array with a row an event, mapped once."""
        if name not in self._about["arrays"]:
            return None
        if name not in self._maps:
            self._maps[name] = self._open(name)
        return self._maps[name]

    def _gather(
        self, name: str, start: str, index: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rows of a long array; it is mapped anew, so that its pages do not pile up."""
        values, first = self._open(name), self._map(start)
        assert first is not None
        size = values.itemsize
        flat = values.view(np.uint8)  # slices of bytes copy 10 × faster than rows
        spans = zip(
            (size * first[index]).tolist(),
            (size * first[index + 1]).tolist(),
            strict=True,
        )
        taken = np.concatenate([flat[:0], *(flat[a:b] for a, b in spans)])
        return taken.view(values.dtype), starts(first[index + 1] - first[index])

    def read_hits(self, index: np.ndarray) -> Events:
        """The events of those rows without their truth."""
        if len(index) and not 0 <= index.min() <= index.max() < len(self):
            raise IndexError(f"{self.path}: rows 0 to {len(self) - 1}, not {index}")
        packed, hit_start = self._gather("hits", "hit_start", index)
        planes = self._map("planes")
        assert planes is not None
        try:
            return Events(unpack(packed, planes[index]), hit_start)
        except ValueError as error:
            raise spoilt(self.path, str(error)) from None

    def read(self, index: np.ndarray) -> Events:
        """The events of those rows, in that order.

        Raises:
            BadInput: an energy or a label no event can have.
        """
        events = self.read_hits(index)
        truth, particles, particle_start = self.truth, None, None
        if truth is not None:
            truth = truth[index]
            refuse_bad_labels(truth["segment"], str(self.path), index)
        if "particles" in self._about["arrays"]:
            particles, particle_start = self._gather(
                "particles", "particle_start", index
            )
        return Events(events.hits, events.hit_start, truth, particles, particle_start)

    def damage(self) -> list[str]:
        """What of the arrays is not as it was written, a line each."""
        lines: list[str] = []
        for name, array in self._about["arrays"].items():
            content, seen = self._open(name).view(np.uint8).ravel(), 0
            for first in range(0, content.size, _BLOCK):
                seen = crc32(content[first : first + _BLOCK].tobytes(), seen)
            if seen != array["crc32"]:
                lines.append(f"{name}.npy is damaged: its checksum is {seen:08x}")
        return lines


def write_store(
    path: Path | str,
    batches: Iterable[Events],
    about: Mapping[str, Any],
    ids: np.ndarray | None = None,
) -> None:
    """Write a whole store; an interrupted one is gone through again up to its end.

    Args:
        path: The store to be.
        batches: All events in order, the same at each attempt.
        about: How they are made.
        ids: Event numbers of all events without truth, shape (N,) uint64.

    Raises:
        BadInput: as :class:`StoreWriter`.
    """
    with StoreWriter(path, about) as writer:
        done = writer.events
        for batch in batches:
            if done >= len(batch):
                done -= len(batch)
                continue
            part = _from(batch, done) if done else batch
            mine = slice(writer.events, writer.events + len(part))
            writer.add(part, None if ids is None else ids[mine])
            done = 0


def _from(batch: Events, first: int) -> Events:
    start, particle_start = batch.hit_start[first:], batch.particle_start
    if particle_start is not None:
        particle_start = particle_start[first:]
    truth = None if batch.truth is None else batch.truth[first:]
    return Events(batch.hits, start, truth, batch.particles, particle_start)
