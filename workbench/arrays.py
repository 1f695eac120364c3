"""Arrays that were made before and are kept in the cache."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import get_ident
from typing import Any
from zipfile import BadZipFile

import numpy as np

from workbench.damage import DAMAGE
from workbench.refusals import not_kept


def recall(path: Path) -> dict[str, np.ndarray] | None:
    """The arrays of a file by name; ``None`` where it is not there or is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            return dict(found)
    except (*DAMAGE, BadZipFile):
        return None


def keep(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays into a file, which is there as a whole or not at all.

    Where it cannot be written that is said: they are only made again next time.
    """
    try:
        _write(path, arrays)
    except OSError as error:
        print(f"workbench: {not_kept(path, error)}", file=sys.stderr)


def _write(path: Path, arrays: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}-{get_ident()}.partial")
    try:
        with unfinished.open("wb") as file:
            np.savez(file, **arrays)
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink()
