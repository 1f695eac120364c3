"""Compiled kernels kept on disk, and thrown away when any source file is newer.

Numba checks only the file a kernel stands in; a kernel whose callee changed in another
file would silently stay as it was.
"""

from pathlib import Path

from numba import njit

# how every kernel is compiled: threads run them side by side
kernel = njit(nogil=True, cache=True, error_model="numpy")


def discard_outdated(package: Path) -> None:
    """Remove a package's compiled kernels if one is older than the newest source."""
    sources = [path.stat().st_mtime for path in package.glob("*.py")]
    kept = [*(package / "__pycache__").glob("*.nb[ic]")]
    try:
        if kept and min(path.stat().st_mtime for path in kept) < max(sources):
            for path in kept:
                path.unlink(missing_ok=True)
    except OSError:  # another process is cleaning up, or the folder is read-only
        return
