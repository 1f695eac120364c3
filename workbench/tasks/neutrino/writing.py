"""What writing a file needs: one writer at a time, and words for a full disk."""

import errno
import os
import shutil
import socket
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import BadInput

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def disk_full(path: Path, needed: int, kept: str) -> BadInput:
    """The error for a disk without room; ``needed`` in bytes."""
    free = shutil.disk_usage(path.parent).free
    return BadInput(
        f"{path}: no room for the next {needed:,} bytes ({free:,} free on the disk, "
        f"quotas and limits aside); {kept}"
    )


@contextmanager
def explained(path: Path, needed: int = 0, kept: str = "") -> Generator[None]:
    """Turn the system's refusal to write into a line that says what to do.

    Raises:
        BadInput: the disk is full, or the place cannot be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(path, needed, kept) from error
        raise BadInput(
            f"{path}: cannot be written ({error.strerror or error}): give another place"
        ) from error


def fsync_folder(folder: Path) -> None:
    """Bring renames inside a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def take_lock(lock: Path, what: Path) -> None:
    """Become the one writer; a writer that died on this machine is succeeded.

    Raises:
        BadInput: another process is writing.
    """
    me = f"{socket.gethostname()} {os.getpid()}"
    try:
        with open(lock, "x") as file:
            file.write(me)
        return
    except FileExistsError:
        host, _, pid = lock.read_text().partition(" ")
    if host == socket.gethostname() and not (pid.isdigit() and _alive(int(pid))):
        lock.unlink(missing_ok=True)
        return take_lock(lock, what)
    raise BadInput(
        f"{what}: process {pid} on {host} is writing it: wait for it, or remove {lock} "
        "if that process is gone"
    )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
