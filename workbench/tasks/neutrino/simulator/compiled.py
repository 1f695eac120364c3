"""Compiled kernels kept on disk, and thrown away when any source file is newer.

Numba checks only the file a kernel stands in; a kernel whose callee changed in another
file would silently stay as it was.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

_F = TypeVar("_F", bound=Callable[..., object])
# threads run the kernels side by side
_OPTIONS = {"nogil": True, "cache": True, "error_model": "numpy"}


def kernel(function: _F) -> _F:
    """Compile a function that makes and returns no array.

    Without reference counts, which cost a quarter of the time.
    """
    return cast(Any, njit)(_nrt=False, **_OPTIONS)(function)


def allocating_kernel(function: _F) -> _F:
    """Compile a function that makes or returns arrays."""
    return cast(Any, njit)(**_OPTIONS)(function)


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
