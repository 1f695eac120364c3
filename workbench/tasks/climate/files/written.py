"""A file that gets its name when it is whole, and a line when the disk is full."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from workbench.writing import PatientFile, explained


@contextmanager
def written(file: Path) -> Generator[PatientFile]:
    """What HDF5 writes into; at the end it is ``file``, or nothing is left of it.

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
                with explained(file):
                    os.fsync(disk.fileno())
        if disk.error is not None:
            kept = "make room and run the same command again"
            with explained(file, disk.missing, kept):
                raise disk.error
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
