"""A run folder that may be moved while a training writes to it."""

import os
import weakref
from pathlib import Path


class Place:
    """A folder that is held by what it is, and found again under another name.

    Linux tells where a held folder has gone, on the same disk; elsewhere it counts as
    being where it was.

    Args:
        folder: It need not exist; then there is nothing to follow.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = self._now = folder.absolute()
        self._held: int | None = None
        if folder.is_dir():
            self._held = os.open(folder, os.O_RDONLY)
            weakref.finalize(self, os.close, self._held)

    def now(self, path: Path) -> Path:
        """Where a file is that the folder had under this name."""
        if self._held is None or not path.absolute().is_relative_to(self._folder):
            return path
        if not self._is_at(self._now):
            link = Path(f"/proc/self/fd/{self._held}")
            if link.exists():
                self._now = link.readlink()
        return self._now / path.absolute().relative_to(self._folder)

    def _is_at(self, folder: Path) -> bool:
        assert self._held is not None
        try:
            return os.path.samestat(folder.stat(), os.fstat(self._held))
        except OSError:
            return False
