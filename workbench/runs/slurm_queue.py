"""What Slurm says of a user's jobs, asked for once a minute however many want to know.

The answer stays in a folder of the user's as one JSON file that is replaced whole. Who
may ask next is whoever first makes the file named after the minute; there is no lock.
"""

import os
import subprocess
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from workbench.paths import cache
from workbench.runs.folder import read_json, write_json
from workbench.runs.local import scrubbed

PERIOD = "WORKBENCH_QUEUE_PERIOD"  # s between two questions, 60 if not set
PATIENCE = 5.0  # s for an answer
STALE = 3  # periods after which an answer says no more whether a job runs
KEPT = 500  # jobs remembered at most
FIELDS = ("JobID", "State", "RestartCnt", "TimeLeft", "StartTime", "Reason")
FORMAT = ",".join(f"{name}:128|" for name in FIELDS)
WAITING = {"PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT"}
GOING = {"CONFIGURING", "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING"}


@dataclass(frozen=True)
class Job:
    """A job as Slurm last told of it.

    Attributes:
        id: Its number.
        state: Slurm's word: PENDING, RUNNING, CANCELLED, …
        restarts: How often it was put back into the queue.
        left: Time until its limit.
        begins: When it started, or may start.
        reason: Why it waits.
        listed: Whether Slurm still lists it.
        since: When it was submitted by this user, in s since 1970; 0 if not known.
    """

    id: str
    state: str
    restarts: int = 0
    left: str = ""
    begins: str = ""
    reason: str = ""
    listed: bool = True
    since: float = 0.0

    @property
    def waits(self) -> bool:
        """Whether it waits for nodes."""
        return self.listed and self.state in WAITING

    @property
    def starts(self) -> bool:
        """Whether it has its nodes, and is not about to lose them."""
        return self.listed and self.state in ("CONFIGURING", "RUNNING")

    @property
    def over(self) -> bool:
        """Whether it will do nothing more."""
        return not self.listed or self.state not in WAITING | GOING

    @property
    def told(self) -> str:
        """Why it waits, or how long it may still run, in words."""
        if self.waits:
            when = "" if self.begins in ("", "N/A") else f", starts about {self.begins}"
            return f"waits ({self.reason or 'no reason given'}){when}"
        if self.over:
            return self.state.lower() if self.listed else "no longer known to Slurm"
        return f"{self.state.lower()}, {self.left} left"


def job(number: str | None) -> Job | None:
    """What is known of a job; ``None`` if nothing that is true by now."""
    if not number:
        return None
    _ask_if_due()
    known = read_json(_file())
    found = _jobs(known).get(number)
    fresh = abs(time.time() - float(known.get("when", 0))) < STALE * period()
    return found if found and (found.over or fresh) else None


def add(number: str) -> None:
    """Note a job that was just submitted, so that no older answer hides it."""
    found = Job(number, "PENDING", reason="just submitted", since=time.time())
    known = read_json(_file())
    _keep(known.get("when", time.time()), _jobs(known) | {number: found})


def period() -> float:
    """Seconds between two questions."""
    return float(os.environ.get(PERIOD) or 60)


def _file() -> Path:
    return cache("slurm") / "queue.json"


def _ask_if_due() -> None:
    place, turn = _file().parent, f"turn-{int(time.time() / period())}"
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(place / turn, os.O_CREAT | os.O_EXCL, 0o600))
        for old in place.glob("turn-*"):
            if old.name != turn:
                old.unlink(missing_ok=True)
    except OSError:  # another asks, or asked, in this period; or nothing can be kept
        return
    begun = time.time()
    listed = _asked()
    if listed is None:
        return
    before = _jobs(read_json(_file()))
    for number, old in before.items():
        if number not in listed:  # submitted since: the question came too early
            late = old.since > begun - PATIENCE
            listed[number] = old if late else replace(old, listed=False)
    _keep(time.time(), listed)


def _asked() -> dict[str, Job] | None:
    """All jobs that Slurm lists for this user; ``None`` if it does not answer."""
    try:
        answer = subprocess.run(
            ["squeue", "--me", "--noheader", "--states=all", f"--Format={FORMAT}"],
            env={k: v for k, v in scrubbed(os.environ).items() if k[:7] != "SQUEUE_"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):  # no Slurm here, or none that works
        return None
    rows = [[word.strip() for word in line.split("|")] for line in answer.splitlines()]
    return {
        row[0]: Job(row[0], row[1], int(row[2] or 0), row[3], row[4], row[5])
        for row in rows
        if len(row) > len(FIELDS)
    }


def _jobs(known: dict[str, Any]) -> dict[str, Job]:
    try:
        return {number: Job(**told) for number, told in known["jobs"].items()}
    except (KeyError, TypeError, AttributeError):  # none yet, or another version's
        return {}


def _keep(when: float, jobs: dict[str, Job]) -> None:
    newest = sorted(jobs, key=lambda number: (len(number), number))[-KEPT:]
    try:
        told = {number: asdict(jobs[number]) for number in newest}
        write_json(_file(), {"when": when, "jobs": told})
    except OSError:  # a full or read-only home: heartbeats have to do
        return
