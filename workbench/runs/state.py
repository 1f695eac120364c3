"""In which state a run is, told by evidence."""

import json
import time
from pathlib import Path
from typing import Any, Literal

from workbench.runs.control import requests
from workbench.runs.processes import Process

State = Literal[
    "queued",
    "starting",
    "running",
    "paused",
    "stopping",
    "stopped",
    "finished",
    "failed",
    "lost",
]
OVER: tuple[State, ...] = ("stopped", "finished", "failed", "lost")
LAST_WORDS = ("stopped", "finished", "failed")  # of a first process
SILENCE = 60.0  # s without a heartbeat after which a run elsewhere counts as lost


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file of a run; empty where there is none that can be read.

    Opened anew each time, so that a shared file system's cache is not asked.
    """
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


class Evidence:
    """What can be told about a run, look after look.

    Whether a run on another machine lives is seen from its heartbeat going on, by this
    machine's clock alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._beat: Any = None
        self._since = time.monotonic()

    def state(self) -> State:
        """The run's state now."""
        launched = read_json(self._folder / "launch.json")
        status = read_json(self._folder / "status.json")
        ended = read_json(self._folder / "exit.json")
        if ended.get("launch") != launched.get("launch"):
            ended = {}
        said = status.get("state")
        if not launched:
            return self._of_process(status, said)
        ours = status.get("launch") == launched.get("launch")
        if ended:
            last = (*LAST_WORDS, *(() if ended.get("code") else ("paused",)))
            return said if ours and said in last else "failed"
        job = Process.read(launched.get("process"))
        if self._gone(job, status):
            return said if ours and said in LAST_WORDS else "lost"
        if not ours or said == "starting":
            return "starting"
        return self._live(said)

    def _of_process(self, status: dict[str, Any], said: Any) -> State:
        """State of a run that was started by hand."""
        if said in ("finished", "failed", "stopped"):
            return said
        if self._gone(Process.read(status.get("process")), status):
            return "lost"
        return self._live(said) if said != "starting" else "starting"

    def _live(self, said: Any) -> State:
        if any(request.verb == "stop" for request in requests(self._folder)):
            return "stopping"
        return "paused" if said == "paused" else "running"

    def _gone(self, process: Process | None, status: dict[str, Any]) -> bool:
        if process is not None and process.here:
            return not process.alive
        beat = status.get("attempt"), status.get("heartbeat")
        if beat != self._beat:
            self._beat, self._since = beat, time.monotonic()
        return time.monotonic() - self._since > SILENCE
