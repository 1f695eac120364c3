"""Arrays that were made before and are kept in the cache."""

import os
from collections.abc import Mapping
from pathlib import Path
from threading import get_ident
from typing import Any
from zipfile import BadZipFile

import numpy as np

from workbench.damage import DAMAGE


def kept(path: Path) -> dict[str, np.ndarray] | None:
    """The arrays of a file by name; ``None`` where it is not there or is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            return dict(found)
    except (*DAMAGE, BadZipFile):
        return None


def keep(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays into a file, which is there as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}-{get_ident()}.partial")
    try:
        with unfinished.open("wb") as file:
            np.savez(file, **arrays)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
