"""What writing a file needs: every byte written, and words for a full disk."""

import io
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_ident
from typing import Any, BinaryIO

from workbench.refusals import disk_full, is_full, not_writable


class PatientFile(io.FileIO):
    """A file that takes every write, and keeps in ``error`` that the disk was full.

    HDF5 can neither be closed nor let go of quietly once a write has failed. What did
    not fit stays in memory, where HDF5 may ask for it, until the file is given up.
    """

    error: OSError | None = None

    def __init__(self, path: Path) -> None:
        super().__init__(path, "w+")
        self._lost: list[tuple[int, bytes]] = []

    def write(self, data: Any) -> int:
        """Write all of ``data`` at the present place."""
        place, content = self.tell(), bytes(data)
        if self.error is None:
            try:
                write_all(self.fileno(), content)
                return len(content)
            except OSError as error:
                self.error = error
        self._lost.append((place, content))
        return len(content)

    @property
    def missing(self) -> int:
        """Bytes that did not fit."""
        return sum(len(content) for _, content in self._lost)

    def readinto(self, buffer: Any) -> int:
        """Fill all of ``buffer`` from the present place."""
        place, view = self.tell(), memoryview(buffer).cast("B")
        got = super().readinto(view) or 0
        view[got:] = bytes(len(view) - got)
        for start, content in self._lost:
            first = max(place, start)
            last = min(place + len(view), start + len(content))
            if first < last:
                part = content[first - start : last - start]
                view[first - place : last - place] = part
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        """Set the length, where the disk still lets us."""
        try:
            return super().truncate(size)
        except OSError as error:
            self.error = self.error or error
            return size or 0


def write_all(file: int, data: bytes) -> None:
    """Write every byte to a file descriptor; raises OSError when the disk is full."""
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


@contextmanager
def explained(path: Path, needed: int = 0, kept: str = "make room") -> Generator[None]:
    """Turn the system's refusal to write into a line that says what to do.

    Raises:
        BadInput: the disk is full, or the place cannot be written.
    """
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise disk_full(path, error, kept, needed) from error
        raise not_writable(path, error) from error


@contextmanager
def written(
    file: Path, kept: str = "make room and run the same command again"
) -> Generator[PatientFile]:
    """What HDF5 writes into; at the end it is ``file``, or nothing is left of it.

    Args:
        file: The file to be.
        kept: What to say of a full disk.

    Raises:
        BadInput: the disk is full, or the place cannot be written.
    """
    unfinished = file.with_name(f".{file.name}.partial")
    try:
        with explained(file):
            disk = PatientFile(unfinished)
        with disk:
            yield disk
            if disk.error is None:
                with explained(file, disk.missing, kept):
                    os.fsync(disk.fileno())
        if disk.error is not None:
            with explained(file, disk.missing, kept):
                raise disk.error
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def replaced(file: Path) -> Generator[BinaryIO]:
    """A stream of what ``file`` will hold: a reader sees all of it, or what was before.

    Threads and processes may write the same file; the last one counts.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}-{get_ident()}")
    try:
        with unfinished.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(file)
    finally:
        with suppress(OSError):
            unfinished.unlink()


def fsync_folder(folder: Path) -> None:
    """Bring renames inside a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
