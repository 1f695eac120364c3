"""Writing a store: whole or not at all, and going on after an interruption."""

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.neutrino.events import PARTICLE, TRUTH, Events
from workbench.tasks.neutrino.growing import GrowingArray
from workbench.tasks.neutrino.packing import BITS, PACKED, pack
from workbench.tasks.neutrino.validity import refuse_bad_hits, refuse_bad_labels
from workbench.unfinished import Lines, Unfinished
from workbench.writing import explained

FORMAT, VERSION = "workbench neutrino store", 1
ARRAYS = {
    "hits": PACKED,
    "planes": BITS,
    "hit_start": np.dtype(np.int64),
    "truth": TRUTH,
    "particles": PARTICLE,
    "particle_start": np.dtype(np.int64),
    "ids": np.dtype(np.uint64),
}


class StoreWriter:
    """Writes a store batch by batch; what was interrupted goes on.

    The journal has a line for each whole batch; the folder gets its name when the
    ``with`` block ends well.

    Args:
        path: The store to be, a folder that does not exist.
        about: How the events are made; only the same may be resumed.

    Attributes:
        events: Events already written, more than 0 after an interruption.

    Raises:
        BadInput: ``path`` exists, the partial store was made otherwise, another process
            writes it, or the disk is full.
    """

    def __init__(self, path: Path | str, about: Mapping[str, Any]) -> None:
        self.path = Path(path)
        self.made: dict[str, Any] = json.loads(json.dumps(dict(about)))
        self.events = 0
        self._arrays: dict[str, GrowingArray] = {}
        self._folder = Unfinished(self.path)

    def __enter__(self) -> "StoreWriter":
        """Begin, or go on after the last whole batch."""
        try:
            self._folder.begin(self._resume)
        except BaseException:
            self._close()
            raise
        return self

    def _resume(self, lines: Lines) -> Lines:
        head = {"made": self.made}
        if len(lines) > 1 and lines[0] != head:
            raise BadInput(
                f"{self._folder.partial}: begun with "
                f"{_difference(lines[0], self.made)}: remove it or give another path"
            )
        kept, good = [head], {}
        for line in lines[1:]:
            if not all(self._array(n).accept(*c) for n, c in line["arrays"].items()):
                break
            kept.append(line)
            good, self.events = line["arrays"], line["events"]
        for name, count in good.items():
            self._array(name).cut(*count)
        if not good:
            self._start_afresh()
        return kept

    def _start_afresh(self) -> None:
        self._close()
        for file in self._folder.partial.glob("*.npy"):
            file.unlink()

    def _array(self, name: str) -> GrowingArray:
        if name not in self._arrays:
            file = self._folder.partial / f"{name}.npy"
            self._arrays[name] = GrowingArray(file, ARRAYS[name])
        return self._arrays[name]

    def add(self, batch: Events, ids: np.ndarray | None = None) -> None:
        """Write one batch, whole or not at all.

        Args:
            batch: N events.
            ids: Their event numbers, shape (N,) uint64, where there is no truth to
                carry them.

        Raises:
            BadInput: the disk is full, or a hit or label no event can have.
        """
        parts = self._parts(batch, ids)
        before = {name: (a.rows, a.crc) for name, a in self._arrays.items()}
        size = sum(part.nbytes for part in parts.values())
        kept = "nothing is kept: make room and run the same command again"
        if self.events:
            kept = (
                f"{self.events:,} whole events are kept in {self._folder.partial}: "
                "make room and run the same command again"
            )
        with explained(self.path, size, kept):
            try:
                for name, part in parts.items():
                    self._array(name).append(part)
                arrays = {name: (a.rows, a.crc) for name, a in self._arrays.items()}
                self._folder.note(
                    {"events": self.events + len(batch), "arrays": arrays}
                )
            except OSError:
                for name, array in self._arrays.items():
                    array.cut(*before.get(name, (0, 0)))
                raise
        self.events += len(batch)

    def _parts(self, batch: Events, ids: np.ndarray | None) -> dict[str, np.ndarray]:
        """What to append to each array."""
        numbers = self.events + np.arange(len(batch))
        refuse_bad_hits(batch, str(self.path), numbers)

        def rising(values: str, start: np.ndarray) -> np.ndarray:
            if not self.events:
                return start - start[0]
            return start[1:] - start[0] + self._arrays[values].rows

        hits, planes = pack(batch)
        start = rising("hits", batch.hit_start)
        parts = {"hits": hits, "planes": planes, "hit_start": start}
        if batch.truth is not None:
            refuse_bad_labels(batch.truth["segment"], str(self.path), numbers)
            parts["truth"] = batch.truth
        elif ids is not None:
            parts["ids"] = ids
        if batch.particles is not None and batch.particle_start is not None:
            first, last = batch.particle_start[[0, -1]]
            parts["particles"] = batch.particles[first:last]
            parts["particle_start"] = rising("particles", batch.particle_start)
        if self.events and parts.keys() != self._arrays.keys():
            raise BadInput(
                f"{self.path}: event {self.events}: from here on the events carry "
                f"{', '.join(parts)}, before {', '.join(self._arrays)}: "
                "write two stores"
            )
        return parts

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the store its name, or leave what there is for another attempt."""
        try:
            if error is None:
                self._finish()
        finally:
            self._close()
            self._folder.leave(resumable=self.events > 0)

    def _finish(self) -> None:
        if not self.events:
            raise BadInput(f"{self.path}: no events to write")
        partial = self._folder.partial
        kept = f"remove {partial} or make room and run the same command again"
        with explained(self.path, 1 << 16, kept):
            for array in self._arrays.values():
                array.finish()
            about = partial / "about.json"
            about.write_text(json.dumps(self._about(), indent=1))
            handle = os.open(about, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)
            self._folder.finish()

    def _about(self) -> dict[str, Any]:
        content = sha256()
        for name in sorted(self._arrays):
            array = self._arrays[name]
            content.update(f"{name} {array.rows} {array.crc};".encode())
        arrays = {
            name: {"rows": a.rows, "crc32": a.crc, "bytes": a.bytes}
            for name, a in self._arrays.items()
        }
        return {
            "format": FORMAT,
            "version": VERSION,
            "events": self.events,
            "fingerprint": content.hexdigest()[:16],
            "arrays": arrays,
            "made": self.made,
        }

    def _close(self) -> None:
        for array in self._arrays.values():
            array.close()
        self._arrays = {}


def _difference(head: dict[str, Any], made: dict[str, Any]) -> str:
    begun = head.get("made", {})
    names = [n for n in {**begun, **made} if begun.get(n) != made.get(n)]
    return ", ".join(f"{n} {begun.get(n)} instead of {made.get(n)}" for n in names)
