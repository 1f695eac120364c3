"""Opening a file of maps."""

from pathlib import Path

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.maps import Maps


def open_maps(path: Path) -> Maps:
    """Maps of a ``.npy`` stack, memory-mapped.

    Raises:
        BadInput: it cannot be read or holds no square maps.
    """
    try:
        values = np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError) as error:
        raise BadInput(f"{path}: cannot be read ({error}): give a .npy file") from error
    if values.ndim != 3 or values.shape[1] != values.shape[2]:
        raise BadInput(f"{path}: is {values.shape}: give maps (N, S, S)")
    return Maps(values, Field.named("wide", values.shape[1]), {})
