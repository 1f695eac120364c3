"""``status.json`` and ``system.jsonl``: signs of life while a run works."""

import os
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any

from workbench.runs.folder import append_line, write_json
from workbench.runs.job import launch_number, restarts, slurm_job
from workbench.runs.place import Place
from workbench.runs.processes import Process
from workbench.runs.system import System

BEAT = 1.0  # s between two writes of status.json
LOOK = 5.0  # s between two looks at the machine


class Status:
    """What rank 0 says of a run, written anew at every beat by a thread of its own.

    A thread beats while data are made and while a step takes long; whether training
    goes on is told by ``step``.

    Args:
        folder: The run's.
        attempt: Which training in this folder it is, from 1.
        world_size: Number of processes.
    """

    def __init__(self, folder: Path, attempt: int, world_size: int) -> None:
        self._file, self._place = folder / "status.json", Place(folder)
        self._known: dict[str, Any] = {
            "state": "starting",
            "launch": launch_number(),
            "job": slurm_job(),
            "restarts": restarts(),
            "attempt": attempt,
            "world_size": world_size,
            "epoch": 0,
            "step": 0,
            "heartbeat": 0,
            "process": Process.of(os.getpid()).plain(),
        }
        self._changed, self._ended = Event(), False
        self._thread = Thread(target=self._beat, name="status", daemon=True)

    def start(self) -> None:
        """Write for the first time, and begin to beat."""
        self._write()
        self._thread.start()

    def say(self, **known: Any) -> None:
        """What is to be written with the next beat, or at once if the state changes."""
        changed = known.get("state", self._known["state"]) != self._known["state"]
        self._known |= known
        if changed:
            self._changed.set()

    def end(self, state: str) -> None:
        """Write the last state and beat no more."""
        self._known["state"] = state
        self._ended = True
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join()
        self._write()

    def _beat(self) -> None:
        while not self._ended:
            self._changed.wait(BEAT)
            self._changed.clear()
            if not self._ended:
                self._write()

    def _write(self) -> None:
        self._known["heartbeat"] += 1
        try:
            write_json(self._place.now(self._file), self._known)
        except OSError:  # a full disk: the next beat may succeed
            if self._ended:
                raise


class Watch:
    """What a node's processors, memory and disks do, a line every few seconds.

    Args:
        file: Grows by a line a look.
        node: Number of the node.
    """

    def __init__(self, file: Path, node: int) -> None:
        self._file, self._node, self._place = file, node, Place(file.parent)
        self._ended = Event()
        self._thread = Thread(target=self._look, name="system", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._ended.set()

    def _look(self) -> None:
        system, start = System(), time.perf_counter()
        while not self._ended.wait(LOOK):
            line = {"node": self._node, "time": round(time.perf_counter() - start, 1)}
            try:
                append_line(self._place.now(self._file), line | system.now())
            except OSError:
                continue  # a full disk is reported by whoever needs it
