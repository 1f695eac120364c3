"""Writing a store: whole or not at all, and going on after an interruption."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.lock import take_lock
from workbench.tasks.neutrino.events import PARTICLE, TRUTH, Events
from workbench.tasks.neutrino.growing import GrowingArray
from workbench.tasks.neutrino.packing import BITS, PACKED, pack
from workbench.tasks.neutrino.validity import refuse_bad_hits, refuse_bad_labels
from workbench.writing import (
    explained,
    fsync_folder,
    write_all,
)

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

    Everything goes into ``NAME.partial`` beside the store, with a journal line for
    each whole batch; the folder gets its name when the ``with`` block ends well.

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
        self.partial = self.path.with_name(self.path.name + ".partial")
        self.made: dict[str, Any] = json.loads(json.dumps(dict(about)))
        self.events = 0
        self._arrays: dict[str, GrowingArray] = {}
        self._journal = -1

    def __enter__(self) -> "StoreWriter":
        """Begin, or go on after the last whole batch."""
        with explained(self.path):
            if self.path.exists():
                raise BadInput(f"{self.path} exists: remove it or give another path")
            self.partial.mkdir(parents=True, exist_ok=True)
            take_lock(self.partial / "lock", self.partial)
            try:
                self._resume()
            except BaseException:
                self._release()
                raise
        return self

    def _resume(self) -> None:
        journal = self.partial / "journal.jsonl"
        head = _line({"made": self.made})
        lines = journal.read_bytes().splitlines(True) if journal.exists() else []
        whole = [line for line in lines if line.endswith(b"\n")]
        if len(whole) > 1 and whole[0] != head:
            raise BadInput(
                f"{self.partial}: begun with {_difference(whole[0], self.made)}: "
                "remove it or give another path"
            )
        kept, good = head, {}
        for line in whole[1:]:
            counts = json.loads(line)
            if not all(self._array(n).accept(*c) for n, c in counts["arrays"].items()):
                break
            kept, good, self.events = kept + line, counts["arrays"], counts["events"]
        for name, count in good.items():
            self._array(name).cut(*count)
        if not good:
            self._start_afresh()
        journal.write_bytes(kept)
        self._journal = os.open(journal, os.O_WRONLY | os.O_APPEND)

    def _start_afresh(self) -> None:
        for array in self._arrays.values():
            array.close()
        self._arrays = {}
        for file in self.partial.glob("*.npy"):
            file.unlink()

    def _array(self, name: str) -> GrowingArray:
        if name not in self._arrays:
            file = self.partial / f"{name}.npy"
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
        journal_end = os.fstat(self._journal).st_size
        size = sum(part.nbytes for part in parts.values())
        kept = "nothing is kept: make room and run the same command again"
        if self.events:
            kept = (
                f"{self.events:,} whole events are kept in {self.partial}: make room "
                "and run the same command again"
            )
        with explained(self.path, size, kept):
            try:
                for name, part in parts.items():
                    self._array(name).append(part)
                arrays = {name: (a.rows, a.crc) for name, a in self._arrays.items()}
                line = {"events": self.events + len(batch), "arrays": arrays}
                write_all(self._journal, _line(line))
            except OSError:
                os.ftruncate(self._journal, journal_end)
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
            if not self.events:  # nothing to go on from, so nothing stays in the way
                for file in self.partial.glob("*.*"):
                    file.unlink()
            self._release()
            if not self.events:
                with suppress(OSError):  # another writer has begun
                    self.partial.rmdir()

    def _finish(self) -> None:
        if not self.events:
            raise BadInput(f"{self.path}: no events to write")
        kept = f"remove {self.partial} or make room and run the same command again"
        with explained(self.path, 1 << 16, kept):
            for array in self._arrays.values():
                array.finish()
            about = self.partial / "about.json"
            about.write_text(json.dumps(self._about(), indent=1))
            handle = os.open(about, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)
            fsync_folder(self.partial)
            self.partial.rename(self.path)
            fsync_folder(self.path.parent)
            for name in ("journal.jsonl", "lock"):
                (self.path / name).unlink()

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
        if self._journal >= 0:
            os.close(self._journal)
            self._journal = -1

    def _release(self) -> None:
        self._close()
        (self.partial / "lock").unlink(missing_ok=True)


def _line(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, sort_keys=True) + "\n").encode()


def _difference(head: bytes, made: dict[str, Any]) -> str:
    begun = json.loads(head).get("made", {})
    names = [n for n in {**begun, **made} if begun.get(n) != made.get(n)]
    return ", ".join(f"{n} {begun.get(n)} instead of {made.get(n)}" for n in names)
