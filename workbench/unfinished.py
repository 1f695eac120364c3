"""A folder that gets its name when it is whole, and goes on after an interruption."""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench.lock import Made, take_lock
from workbench.writing import explained, fsync_folder, write_all

JOURNAL, LOCK = "journal.jsonl", "lock"
Lines = list[dict[str, Any]]


class Unfinished:
    """A folder in the making: ``NAME.partial`` beside it, which has one writer.

    Its journal has a first line that says how the folder is made and one more for each
    part that is whole.

    Args:
        path: The folder to be.

    Attributes:
        partial: Where its files are until all are whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.partial = path.with_name(path.name + ".partial")
        self._journal = -1
        self._mine = False  # the lock

    def begin(self, resume: Callable[[Lines], Lines]) -> None:
        """Become the one writer, and go on after the last whole part.

        Args:
            resume: Takes the lines of the journal that are whole, finds out which
                still count, and gives those the journal is to have.

        Raises:
            Busy: another process writes it; Made where it has done so.
            BadInput: the place cannot be written.
        """
        with explained(self.path):
            self._refuse_made()
            self.partial.mkdir(parents=True, exist_ok=True)
            try:
                take_lock(self.partial / LOCK, self.partial)
            except FileNotFoundError:  # it has just got its name
                raise self._made() from None
            self._mine = True
            try:
                self._refuse_made()
                journal = self.partial / JOURNAL
                kept = resume(_whole(journal))
                journal.write_bytes(b"".join(map(_line, kept)))
                self._journal = os.open(journal, os.O_WRONLY | os.O_APPEND)
            except Made:  # what we have begun is of no use
                self.leave(resumable=False)
                raise
            except BaseException:
                self.leave(resumable=True)
                raise

    def _refuse_made(self) -> None:
        if self.path.exists():
            raise self._made()

    def _made(self) -> Made:
        return Made(f"{self.path} exists: remove it or give another path")

    def note(self, line: dict[str, Any]) -> None:
        """Add a line to the journal, whole or not at all; raises OSError."""
        end = os.fstat(self._journal).st_size
        try:
            write_all(self._journal, _line(line))
        except OSError:
            os.ftruncate(self._journal, end)
            raise

    def finish(self) -> None:
        """Give the folder its name; its files are on the disk by now."""
        fsync_folder(self.partial)
        self.partial.rename(self.path)
        self._mine = False
        fsync_folder(self.path.parent)
        for name in (JOURNAL, LOCK):
            (self.path / name).unlink()

    def leave(self, resumable: bool) -> None:
        """Let another writer go on; what is not resumable does not stay in the way."""
        if self._journal >= 0:
            os.close(self._journal)
            self._journal = -1
        if not self._mine:
            return
        self._mine = False
        if not resumable:
            _empty(self.partial)
        (self.partial / LOCK).unlink(missing_ok=True)
        if not resumable:
            with suppress(OSError):  # another writer has begun
                self.partial.rmdir()


def _whole(journal: Path) -> Lines:
    """The lines as far as they can be read; a killed writer leaves a torn one."""
    found: Lines = []
    with suppress(FileNotFoundError, ValueError):
        for line in journal.read_bytes().splitlines():
            found.append(json.loads(line))
    return found


def _line(value: dict[str, Any]) -> bytes:
    return (json.dumps(value) + "\n").encode()


def _empty(folder: Path) -> None:
    """Remove all but the lock."""
    for place in folder.glob("*"):
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)
        elif place.name != LOCK:
            place.unlink()
