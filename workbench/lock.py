"""One writer at a time, on file systems without locks of their own too."""

import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from workbench.errors import BadInput

_PATIENCE = 1.0  # s between two looks at a lock
_SAME_START = 5.0  # s; a process's start time is read to this when clocks are set


class Busy(BadInput):
    """Another process is writing."""


class Made(Busy):
    """Another process has written it meanwhile."""


def waiting(work: Callable[[], None]) -> None:
    """Do the work, but as long as another process writes the same, wait for it.

    Args:
        work: Looks first whether anything is left to do.
    """
    told = False
    while True:
        try:
            return work()
        except Busy as error:
            if not told and not isinstance(error, Made):
                print(f"workbench: {error}; waiting", file=sys.stderr, flush=True)
            told = True
        time.sleep(_PATIENCE)


def take_lock(lock: Path, what: Path) -> None:
    """Become the one writer; a writer that died on this machine is succeeded.

    The lock holds host, process and its start, so that a number that the system has
    given to a later process blocks nobody.

    Raises:
        Busy: another process is writing.
    """
    try:
        with open(lock, "x") as file:
            file.write(_me())
        return
    except FileExistsError:
        owner = _read(lock)
    if _alive(owner):
        host, pid, _ = [*owner.split(), "unknown", "unknown", ""][:3]
        raise Busy(
            f"{what}: process {pid} on {host} is writing it: wait for it, or remove "
            f"{lock} if that process is gone"
        )
    # Several may find the owner dead, and one of them have a lock of its own by now:
    # whoever holds the second lock removes the first only as long as it is the dead's.
    heir = lock.with_name(lock.name + ".heir")
    take_lock(heir, what)
    try:
        if _read(lock) == owner:
            lock.unlink(missing_ok=True)
    finally:
        heir.unlink()
    take_lock(lock, what)


def _me() -> str:
    started = psutil.Process().create_time()
    return f"{socket.gethostname()} {os.getpid()} {started:.2f}"


def _read(lock: Path) -> str:
    """Who holds it; the owner of one that is gone by now is nobody, and dead."""
    try:
        return lock.read_text()
    except FileNotFoundError:
        return f"{socket.gethostname()} 0 0"


def _alive(owner: str) -> bool:
    """Whether a lock's owner may still write; of another machine nobody can tell."""
    try:
        host, pid, started = owner.split()
        if host != socket.gethostname() or int(pid) < 1:
            return host != socket.gethostname()
        born = psutil.Process(int(pid)).create_time()
        return abs(born - float(started)) < _SAME_START
    except psutil.NoSuchProcess:
        return False
    except (ValueError, psutil.AccessDenied):  # just being written, or another user's
        return True
