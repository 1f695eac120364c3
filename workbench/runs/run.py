"""A run as its folder tells it, and what one can ask of it."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.runs.control import Reply, ask, reply_to, wait_for
from workbench.runs.drawn import previews
from workbench.runs.folder import (
    MARKS,
    in_words,
    is_run,
    open_folder,
    read_json,
    runs_root,
    write_json,
)
from workbench.runs.history import Curve, History
from workbench.runs.members import MEMBERS, state_of
from workbench.runs.slurm_queue import Job, job
from workbench.runs.state import OVER, Evidence, State
from workbench.runs.tail import tail

PATIENCE = 60.0  # s that a request may take
LOOK = 1.0  # s between two looks whether who is asked still lives


class Run:
    """A training that is, was or will be: everything is read from its folder.

    Args:
        folder: The run's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._evidence = Evidence(folder)
        self._history = History(folder)

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})  # {self.state}"

    @property
    def name(self) -> str:
        """The folder's; a member's behind that of all."""
        folder = self.folder.absolute()
        own = folder.parent.name != MEMBERS
        return folder.name if own else str(folder.relative_to(folder.parents[2]))

    @cached_property
    def members(self) -> "list[Run]":
        """The runs that were launched together under this name; mostly none."""
        names = read_json(self.folder / "launch.json").get("members", [])
        folders = [self.folder / MEMBERS / str(name) for name in names]
        return [Run(folder) for folder in folders if folder.is_dir()]

    @property
    def state(self) -> State:
        """In which state it is, told by evidence."""
        if self.members:
            return state_of([member.state for member in self.members])
        return self._evidence.state()

    @property
    def waits(self) -> bool:
        """Whether its processes wait in a pause; a long one gives the nodes back."""
        if self.members:
            return any(member.waits for member in self.members)
        ended = read_json(self.folder / "exit.json")
        launched = read_json(self.folder / "launch.json")
        gone = ended and ended.get("launch") == launched.get("launch")
        return self.state == "paused" and not gone

    @property
    def config(self) -> Path:
        """The file that repeats it.

        Raises:
            BadInput: there is none.
        """
        file = self.folder / "config.yaml"
        if self.members:
            names = " or ".join(member.name for member in self.members[:2])
            raise BadInput(f"{self.name} is many runs: name one, such as {names}")
        if not file.is_file():
            state = self.state
            why = f"yet: it is {state}"
            if state in OVER:
                why = "any more: deleted as old, perhaps; copy it back, or train anew"
            raise BadInput(f"{self.name} has no config.yaml {why}")
        return file

    @property
    def status(self) -> dict[str, Any]:
        """What its first process said last: epoch, step, pace in steps/s and more."""
        return read_json(self.folder / "status.json")

    @property
    def results(self) -> dict[str, float]:
        """Numbers of all verbs, such as ``test/accuracy``."""
        return read_json(self.folder / "results.json")

    @property
    def reached(self) -> tuple[str, float] | None:
        """What its test says first, such as ("test accuracy", 0.97)."""
        tested = read_json(self.folder / "results" / "test.json")
        return next(((in_words(key), value) for key, value in tested.items()), None)

    @property
    def job(self) -> Job | None:
        """What Slurm last told of its job: why it waits, how long it may still run."""
        launched = read_json(self.folder / "launch.json")
        if launched.get("compute") != "slurm":
            return None
        return job(launched.get("job") or self.status.get("job"))

    @property
    def previews(self) -> list[tuple[int, Path]]:
        """Pictures drawn while training: after which step, and where they are."""
        return previews(self.folder)

    def curves(self) -> Mapping[str, Curve]:
        """Everything logged so far, name → steps, seconds, values."""
        self._history.read()
        return self._history.curves

    def log(self, lines: int = 20) -> str:
        """The last lines that its processes printed."""
        return tail(self.folder / "log.txt", lines)

    def failures(self) -> list[dict[str, Any]]:
        """What its processes failed of, the first failure first."""
        found = [read_json(p) for p in (self.folder / "failures").glob("process-*")]
        return sorted(filter(None, found), key=lambda known: known.get("time", 0))

    def pause(self) -> Reply:
        """Wait between two steps until ``resume``."""
        return self._ask("pause")

    def save(self) -> Reply:
        """Write a checkpoint now."""
        return self._ask("save")

    def stop(self) -> Reply:
        """Finish the step, save and end; take it out of the queue if it waits there."""
        if self.state == "queued" and not self.members:
            return self.cancel()
        return self._ask("stop")

    def cancel(self) -> Reply:
        """End its Slurm job, queued or running, without waiting for an answer.

        Raises:
            BadInput: it is over, or has no job.
        """
        from workbench.runs.slurm import cancel

        if self.members:
            return _together([m.cancel() for m in self.members if m.state not in OVER])
        file = self.folder / "launch.json"
        known, state = read_json(file), self.state
        if known.get("waits") and state == "queued":
            write_json(file, known | {"waits": False, "cancelled": True})
            return Reply(True, "taken out of the queue", 0)
        number = known.get("job") or self.status.get("job")
        if state in OVER or known.get("compute") != "slurm" or not number:
            raise BadInput(
                f"{self.name} is {state} and has no Slurm job to cancel: "
                f"`workbench stop {self.name}` ends what runs"
            )
        cancel(str(number))
        write_json(file, known | {"cancelled": True})
        return Reply(True, f"job {number} cancelled", self.status.get("step", 0))

    def set(self, **values: float) -> Reply:
        """Change settings of the optimizer: ``run.set(learning_rate=1e-4)``."""
        return self._ask("set", values)

    def resume(
        self, settings: Mapping[str, Any] | None = None, trust: bool = False
    ) -> "Run":
        """Go on: after a pause, or by a new launch from the newest whole checkpoint.

        Args:
            settings: Changes to the configuration for a new launch.
            trust: Whether it may name classes of others; asked each time.

        Raises:
            BadInput: it is running, or its folder cannot be written.
        """
        from workbench.runs.launch import relaunch

        if self.waits:
            self._ask("resume")
            return self
        return relaunch(self, settings or {}, trust)

    def predict(self, file: str | Path, out: str | Path) -> Path:
        """Judge the samples of a file by the best network; returns ``out``.

        Args:
            file: Data in any layout that the task reads.
            out: ``.npz``, or an ending that the task writes, such as ``.csv``.

        Raises:
            BadInput: no network yet, or the file does not fit it.
        """
        from workbench.runs.lightning import lightning

        words = [
            f"--ckpt_path={self.folder / 'checkpoints' / 'best.ckpt'}",
            f"--data.path={file}",
        ]
        return lightning("predict", self.config, words, out=Path(out))

    def wait(self, seconds: float = float("inf")) -> State:
        """Wait until it is over, or for so long; returns its state."""
        end = time.monotonic() + seconds
        while (state := self.state) not in OVER and time.monotonic() < end:
            time.sleep(0.2)
        return state

    def _ask(self, verb: str, values: dict[str, float] | None = None) -> Reply:
        if self.members:
            return self._ask_members(verb, values)
        state = self.state
        if state in OVER:
            raise BadInput(f"{self.name} is {state}: `workbench resume {self.name}`")
        name, end = ask(self.folder, verb, values), time.monotonic() + PATIENCE
        reply = None
        while reply is None and state not in OVER and time.monotonic() < end:
            reply, state = wait_for(self.folder, name, LOOK), self.state
        reply = reply or reply_to(self.folder, name)  # its last word
        if reply is None and state in OVER:
            why = "".join(f": {known['message']}" for known in self.failures()[:1])
            raise BadInput(f"{self.name} is {state} and could not {verb}{why}")
        if reply is None:
            raise BadInput(
                f"{self.name} has not answered to {verb} within {PATIENCE:.0f} s: it "
                f"is {self.state}, and will obey when it can"
            )
        if not reply.done:
            raise BadInput(f"{self.name} refuses to {verb}: {reply.message}")
        return reply

    def _ask_members(self, verb: str, values: dict[str, float] | None) -> Reply:
        """Ask every member that trains; the queued ones can only be stopped."""
        replies: list[Reply] = []
        for member in self.members:
            if (state := member.state) == "queued" and verb == "stop":
                replies.append(member.cancel())
            elif state in (*OVER, "queued"):
                continue
            elif verb != "resume" or member.waits:
                replies.append(member._ask(verb, values))
        if not replies:
            raise BadInput(f"{self.name}: no member trains: `workbench runs` shows all")
        return _together(replies)


def open_run(run: str | Path, root: str | Path | None = None) -> Run:
    """The run given by path or by name.

    Raises:
        BadInput: there is no such run.
    """
    return Run(open_folder(run, root, MARKS))


def runs(root: str | Path | None = None) -> list[Run]:
    """All runs of a place that one may read, the newest last."""
    try:
        folders = [f for f in runs_root(root).iterdir() if is_run(f)]
    except OSError:
        return []
    return [Run(folder) for folder in sorted(folders, key=_begun)]


def _together(replies: Sequence[Reply]) -> Reply:
    """The answer of several runs."""
    if not replies:
        raise BadInput("every member is over: `workbench resume` begins again")
    said = Counter(reply.message for reply in replies)
    text = ", ".join(f"{message} ({count})" for message, count in said.items())
    return Reply(True, text, max(reply.step for reply in replies))


def _begun(folder: Path) -> float:
    known = read_json(folder / "launch.json").get("when")
    return known or folder.stat().st_mtime
