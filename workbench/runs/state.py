"""In which state a run is, told by evidence."""

import time
from pathlib import Path
from typing import Any, Literal

from workbench.runs.control import requests
from workbench.runs.folder import read_json
from workbench.runs.processes import Process
from workbench.runs.slurm_queue import Job, job

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
        if launched.get("compute") == "slurm":
            return self._of_job(launched, status if ours else {}, ended)
        if ended:
            return _ending(ended, said if ours else None)
        if launched.get("cancelled") and not ours:
            return "stopped"
        if self._gone(Process.read(launched.get("process")), status):
            return said if ours and said in LAST_WORDS else "lost"
        if launched.get("waits") and not ours:
            return "queued"
        if not ours or said == "starting":
            return "starting"
        return self._live(said)

    def _of_job(
        self, launched: dict[str, Any], status: dict[str, Any], ended: dict[str, Any]
    ) -> State:
        """State of a run that Slurm has, told by its files first, then by the queue.

        Slurm counts how often it starts a job again, and the files say by which start
        they were written: so an older answer of Slurm is told from an older file.
        """
        found = job(launched.get("job") or status.get("job"))
        if found and not found.over:
            ended = ended if ended.get("restarts", 0) >= found.restarts else {}
            status = status if status.get("restarts", 0) >= found.restarts else {}
        said = status.get("state")
        if ended:
            return _ending(ended, said)
        if "refused" in launched:
            return "failed"
        if found and found.over:
            return _without_word(found, said)
        gone = found is None and bool(status) and self._gone(None, status)
        if launched.get("cancelled"):
            return "stopping" if status and not gone else "stopped"
        if said == "queued" or not status:
            return "starting" if found and found.starts and not said else "queued"
        if gone:
            return said if said in LAST_WORDS else "lost"
        return "starting" if said == "starting" else self._live(said)

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


def _ending(ended: dict[str, Any], said: Any) -> State:
    """State of a run whose job script has come to its end."""
    if ended.get("by") == "scancel" and said != "finished":
        return "stopped"
    if not ended.get("code") and said in ("paused", "queued"):
        return "paused" if said == "paused" else "stopped"  # Slurm would not requeue it
    return said if said in LAST_WORDS else "failed"


def _without_word(job: Job, said: Any) -> State:
    """State of a run whose job is over and whose script could not say how."""
    if said in LAST_WORDS:
        return said
    if job.state == "CANCELLED":
        return "stopped"
    return "failed" if job.listed and job.state != "COMPLETED" else "lost"
