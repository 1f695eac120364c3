"""Requests to a running training, and its answers: files in ``control/``.

A request is a file that its author renames into place; the training's first process
answers beside it. Nobody writes another's file, so shared file systems need no lock.
"""

import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.runs.folder import write_json

VERBS = ("pause", "resume", "save", "set", "stop")
POLL = 0.1  # s between two looks for an answer


@dataclass(frozen=True)
class Request:
    """What a person asked of a training.

    Attributes:
        id: Names the file; requests are obeyed in the order of their names.
        verb: One of ``VERBS``, or ``requeue``, which a job script asks for.
        values: What ``set`` changes, setting → value.
        refused: Why it cannot even be read; empty if it can.
    """

    id: str
    verb: str
    values: dict[str, float] = field(default_factory=dict)
    refused: str = ""


@dataclass(frozen=True)
class Reply:
    """What became of a request, and after which step."""

    done: bool
    message: str
    step: int


def ask(folder: Path, verb: str, values: dict[str, float] | None = None) -> str:
    """Put a request into a run folder and return its id.

    Raises:
        BadInput: the folder cannot be written.
    """
    name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
    try:
        place = folder / "control"
        place.mkdir(exist_ok=True, mode=0o700)
        write_json(place / f"{name}.json", {"verb": verb, "values": values or {}})
    except OSError as error:
        raise BadInput(
            f"{folder}: cannot be asked to {verb} ({error.strerror}): the run belongs "
            "to someone else, or its disk is full or read-only"
        ) from error
    return name


def reply_to(folder: Path, name: str) -> Reply | None:
    """The answer to a request; ``None`` while there is none."""
    try:
        known = json.loads(_reply_file(folder, name).read_text())
        return Reply(bool(known["done"]), str(known["message"]), int(known["step"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def wait_for(folder: Path, name: str, seconds: float) -> Reply | None:
    """The answer to a request, waited for; ``None`` if none came in time."""
    end = time.monotonic() + seconds
    while (answer := reply_to(folder, name)) is None and time.monotonic() < end:
        time.sleep(POLL)
    return answer


def requests(folder: Path) -> Iterator[Request]:
    """Requests that no one has answered, oldest first."""
    place = folder / "control"
    try:
        names = sorted(os.listdir(place))
    except OSError:
        return
    answered = {name.removesuffix(".reply.json") for name in names}
    for name in names:
        stem = name.removesuffix(".json")
        if name.endswith(".json") and "." not in stem and stem not in answered:
            yield _read(place / name, stem)


def answer(folder: Path, request: Request, reply: Reply) -> None:
    """Write what became of a request."""
    known = {"done": reply.done, "message": reply.message, "step": reply.step}
    write_json(_reply_file(folder, request.id), known)


def _reply_file(folder: Path, name: str) -> Path:
    return folder / "control" / f"{name}.reply.json"


def _read(path: Path, name: str) -> Request:
    try:
        if path.stat().st_uid != os.getuid():
            return Request(name, "", refused="it is another user's")
        known: Any = json.loads(path.read_text())
        verb, values = str(known["verb"]), dict(known.get("values") or {})
        if verb not in (*VERBS, "requeue"):
            refused = f"no such request: one of {', '.join(VERBS)}"
            return Request(name, verb, refused=refused)
        return Request(name, verb, {str(k): float(v) for k, v in values.items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return Request(name, "", refused=f"it cannot be read ({error})")
