"""What a test's user may do: less than root, on disks that are full."""

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_VERSION, _PAST_PERMISSIONS = 0x20080522, 0b1110  # of capset; DAC_*, FOWNER
NOBODY = 65534


@contextmanager
def no_powers() -> Iterator[None]:
    """This thread, root or not, is held by the permissions of files as others are."""
    libc = ctypes.CDLL(None, use_errno=True)
    head = (ctypes.c_uint32 * 2)(_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable, twice
    assert libc.capget(head, sets) == 0
    before = sets[0]
    sets[0] &= ~_PAST_PERMISSIONS
    assert libc.capset(head, sets) == 0
    try:
        yield
    finally:
        sets[0] = before
        assert libc.capset(head, sets) == 0


def anothers(folder: Path) -> Path:
    """Give a folder and all in it to another user, where the test may do so."""
    if os.getuid() == 0:
        for place in (folder, *folder.rglob("*")):
            os.chown(place, NOBODY, NOBODY)
    return folder


@contextmanager
def closed(folder: Path, mode: int = 0o555) -> Iterator[Path]:
    """Somebody else's folder, which we may read but not write."""
    anothers(folder).chmod(mode)
    try:
        with no_powers():
            yield folder
    finally:
        folder.chmod(0o755)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own, of so many bytes; only root can mount one."""
    if os.getuid():
        pytest.skip("only root mounts a small disk")
    folder.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    subprocess.run(words, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
