"""What the file system refuses, in a line that says what to do."""

import errno
import os
import shutil
from pathlib import Path

from workbench.errors import BadInput
from workbench.paths import cache, nearest

_FULL = {
    errno.ENOSPC: "{free:,} free on the disk",
    errno.EDQUOT: "your quota is used up, `quota -s` tells how far; {free:,} free for "
    "others",
    errno.EFBIG: "files may not grow further, `ulimit -f` tells how far",
}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_GONE = {errno.ENOENT, errno.ESTALE, errno.ENOTDIR}


def is_full(error: OSError) -> bool:
    """Whether a write did not fit: the disk, the quota or a file may not grow."""
    return error.errno in _FULL


def disk_full(path: Path, error: OSError, kept: str, needed: int = 0) -> BadInput:
    """The error for what did not fit.

    Args:
        path: What was to be written.
        error: The system's.
        kept: What is kept of it, and what to do.
        needed: Bytes.
    """
    there = nearest(path)
    why = _FULL[error.errno or errno.ENOSPC].format(free=shutil.disk_usage(there).free)
    much = f"the next {needed:,} bytes" if needed else "more"
    return BadInput(f"{path}: no room for {much} ({why}); {kept}")


def not_writable(path: Path, error: OSError) -> BadInput:
    """The error for a place that cannot be written."""
    reason = f"{error.strerror or error}{_whose(path)}"
    instead = "give another place"
    if path.absolute().is_relative_to(cache().absolute()):
        instead = "export WORKBENCH_CACHE=FOLDER, a folder of your own"
    return BadInput(f"{path}: cannot be written ({reason}): {instead}")


def not_kept(path: Path, error: OSError) -> BadInput:
    """The line for something that is shown but cannot be kept for the next time."""
    if is_full(error):
        return disk_full(path, error, "it is shown, but not kept")
    return not_writable(path, error)


def mendable(error: Exception) -> BadInput | None:
    """An error in a line for who can mend it; ``None`` if nobody foresaw it."""
    if isinstance(error, BadInput):
        return error
    if not isinstance(error, OSError) or not isinstance(error.filename, str | Path):
        return None
    path = Path(error.filename)
    if is_full(error):
        return disk_full(path, error, "make room and run the same command again")
    if error.errno in _CLOSED:
        return BadInput(
            f"{path}: may not be used ({error.strerror}{_whose(path)}): ask for leave, "
            "or name a place of your own"
        )
    if error.errno in _GONE:
        return BadInput(
            f"{path}: is not there, or no more: scratch disks delete what is old; make "
            "or copy it again"
        )
    return None


def told(error: Exception) -> str:
    """What went wrong; of an error that nobody foresaw, its kind too."""
    return str(mendable(error) or f"{type(error).__name__}: {error}")


def _whose(path: Path) -> str:
    """Whose a place is, where that is somebody else's."""
    import pwd  # not every system has it

    there = nearest(path)
    owner = there.stat().st_uid
    if owner == os.geteuid():
        return ""
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"user {owner}"
    return f"; {there} belongs to {name}"
