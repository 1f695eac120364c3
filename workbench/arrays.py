"""Arrays that were made before and are kept in the cache."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from workbench.damage import DAMAGE
from workbench.refusals import not_kept
from workbench.writing import replaced


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
        with replaced(path) as file:
            np.savez(file, **arrays)
    except OSError as error:
        print(f"workbench: {not_kept(path, error)}", file=sys.stderr)
