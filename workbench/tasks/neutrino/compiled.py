"""Compiled kernels kept on disk, and thrown away when any source file is newer.

Numba checks only the file a kernel stands in; a kernel whose callee changed in another
file would silently stay as it was.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

from workbench.paths import folder

_HERE = Path(__file__).parent
PACKAGES = ("simulator", "baselines")
_F = TypeVar("_F", bound=Callable[..., object])
# threads run the kernels side by side
_OPTIONS = {"nogil": True, "cache": True, "error_model": "numpy"}


def kernel(function: _F) -> _F:
    """Compile a function that makes and returns no array.

    Without reference counts, which cost a tenth of the time.
    """
    return cast(Any, njit)(_nrt=False, **_OPTIONS)(function)


def allocating_kernel(function: _F) -> _F:
    """Compile a function that makes or returns arrays."""
    return cast(Any, njit)(**_OPTIONS)(function)


def discard_outdated(package: Path, sources: Iterable[Path]) -> None:
    """Remove a package's compiled kernels if one is older than the newest source."""
    changed = [path.stat().st_mtime for path in sources]
    kept = [*(package / "__pycache__").glob("*.nb[ic]")]
    try:
        if kept and min(path.stat().st_mtime for path in kept) < max(changed):
            for path in kept:
                path.unlink(missing_ok=True)
    except OSError:  # another process is cleaning up, or the folder is read-only
        return


def _sources() -> list[Path]:
    """What kernels are compiled from: their code, and numbers frozen into them."""
    code = [path for name in PACKAGES for path in (_HERE / name).glob("*.py")]
    shared = [_HERE / "geometry.py", _HERE / "segments.py"]
    return [*code, *shared, *(folder("datasets") / "neutrino").glob("*.json")]


for _package in PACKAGES:
    discard_outdated(_HERE / _package, _sources())
