"""The run folder: where it goes, what it is called, how files get into it."""

import json
import os
import random
import stat
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.runs.site import scratch
from workbench.writing import replaced

FOLDER = "WORKBENCH_RUN_FOLDER"  # names the run to the other processes of a training
ADJECTIVES = (
    "brave calm clear deep eager fair gentle keen quiet swift warm wise".split()
)
NOUNS = "boson comet delta ember flux halo kaon meson muon pion quark tide".split()
MARKS = ("config.yaml", "launch.json")  # a run folder has one of them
LEFT = ("checkpoints", "metrics.jsonl", "status.json")  # and one of these, once it ran
SPELLED = {  # unlike their keys
    "auc": "AUC",
    "augrc": "AUGRC",
    "brier": "Brier",
    "ece": "ECE",
    "iou": "IoU",
    "nll": "NLL",
}


def runs_root(given: str | Path | None = None) -> Path:
    """Where runs go: as given, ``$WORKBENCH_RUNS``, the site's scratch, ``./runs``."""
    given = given or os.environ.get("WORKBENCH_RUNS")
    return Path(given) if given else scratch() or Path("runs")


def new_run(task: str, root: str | Path | None = None) -> Path:
    """Make an empty run folder, named by task, time and two words.

    It is private, except in a place whose files go to its group (``chmod g+s``): there
    the group may read it, as far as the person's umask lets it. In a process that
    belongs to a training of several, the folder of the first.

    Raises:
        BadInput: the place cannot be written.
    """
    if os.environ.get(FOLDER):
        return Path(os.environ[FOLDER])
    root = runs_root(root)
    words = random.SystemRandom()  # names must differ even when all else is seeded
    try:
        root.mkdir(parents=True, exist_ok=True)
        mode = 0o750 if root.stat().st_mode & stat.S_ISGID else 0o700
        while True:
            stamp = time.strftime("%Y-%m-%d-%H%M%S")
            name = f"{task}-{stamp}-{words.choice(ADJECTIVES)}-{words.choice(NOUNS)}"
            if not (root / name).exists():
                (root / name).mkdir(mode=mode)
                return root / name
    except OSError as error:
        raise BadInput(
            f"cannot write runs to {root} ({error.strerror}): name another "
            "place with --runs or $WORKBENCH_RUNS"
        ) from error


def is_run(folder: Path, marks: Sequence[str] = MARKS) -> bool:
    """Whether it is a run that one may read; others' private folders are none."""
    return any(os.path.isfile(folder / mark) for mark in marks)


def open_folder(
    run: str | Path, root: str | Path | None = None, marks: Sequence[str] = MARKS[:1]
) -> Path:
    """The folder of a run given by path or by name, which has one of these files.

    Raises:
        BadInput: there is no such run, or it is not for us.
    """
    for folder in (Path(run), runs_root(root) / run):
        if is_run(folder, marks):
            return folder
        if os.path.isdir(folder) and not os.access(folder, os.X_OK):
            raise BadInput(
                f"{folder} is private: ask its owner to launch it with --runs in a "
                "place that you share"
            )
        left = any(os.path.exists(folder / name) for name in LEFT)
        if left and not is_run(folder):
            raise BadInput(
                f"{folder}: {' and '.join(MARKS)} are gone, perhaps deleted as old by "
                "a scratch disk: copy them back, or keep runs elsewhere with --runs"
            )
    raise BadInput(
        f"no run at {run} nor in {runs_root(root)}: a run is a folder with "
        f"{' or '.join(marks)}; `workbench runs` lists them"
    )


def write_text(path: Path, text: str) -> None:
    """Replace a file in one step; a reader sees the old text or the new, never half."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file of any kind in one step."""
    with replaced(path) as stream:
        stream.write(content)


def write_json(path: Path, value: Any) -> None:
    """Replace a JSON file in one step."""
    write_text(path, json.dumps(value, indent=1, sort_keys=True) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file of a run; empty where there is none that can be read.

    Opened anew each time, so that a shared file system's cache is not asked.
    """
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def append_line(path: Path, value: Any) -> None:
    """Add one JSON line to a file that only grows; never onto a torn one."""
    with path.open("ab+") as stream:
        start = b""
        if stream.seek(0, os.SEEK_END):
            stream.seek(-1, os.SEEK_END)
            start = b"\n" if stream.read(1) != b"\n" else b""
        stream.write(start + json.dumps(value).encode() + b"\n")


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The JSON lines of a file; torn lines, wherever they are, are left out."""
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return [value for line in lines[:-1] for value in _whole(line)]


def _whole(line: str) -> list[dict[str, Any]]:
    try:
        value = json.loads(line)
    except ValueError:
        return []
    return [value] if isinstance(value, dict) else []


def in_words(key: str) -> str:
    """A key of ``results.json`` as people say it: ``test/accuracy`` → test accuracy."""
    words = key.replace("/", " ").replace("_", " ").split()
    return " ".join(SPELLED.get(word, word) for word in words)


def write_results(folder: Path, verb: str, numbers: dict[str, float]) -> None:
    """Keep a verb's numbers in their order, and ``results.json`` as their union."""
    text = json.dumps(numbers, indent=1)
    write_text(folder / "results" / f"{verb}.json", text + "\n")
    union: dict[str, float] = {}
    for part in sorted((folder / "results").glob("*.json")):
        union |= json.loads(part.read_text())
    write_json(folder / "results.json", union)
