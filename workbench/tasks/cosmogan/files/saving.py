"""Writing maps in the layout that a name ends in, as they come."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.fits import write_fits
from workbench.tasks.cosmogan.files.hdf5 import write_hdf5
from workbench.tasks.cosmogan.files.npy import write_npy
from workbench.tasks.cosmogan.files.zarr_folder import write_zarr

_Writer = Callable[[Path, Iterable[np.ndarray], int, Field, dict[str, Any]], None]
WRITERS: dict[str, _Writer] = {
    ".npy": write_npy,
    ".fits": write_fits,
    ".h5": write_hdf5,
    ".zarr": write_zarr,
}


def writer_of(path: Path) -> _Writer:
    """What writes to that place.

    Raises:
        BadInput: something is there already, or its ending is none of ``WRITERS``.
    """
    if path.suffix not in WRITERS:
        raise BadInput(
            f"{path}: cannot write {path.suffix or 'a name without ending'}: give a "
            f"name that ends in {', '.join(WRITERS)}"
        )
    if path.exists():
        raise BadInput(f"{path} exists: remove it or give another path")
    return WRITERS[path.suffix]


def write_maps(
    path: Path | str,
    chunks: Iterable[np.ndarray],
    maps: int,
    field: Field,
    about: Mapping[str, Any],
) -> None:
    """Write maps to a file, whole or not at all, holding one chunk at a time.

    Args:
        path: Ends in ``.npy``, ``.fits``, ``.h5`` or ``.zarr``.
        chunks: κ, each (n, S, S).
        maps: How many there will be.
        field: Their patch of sky.
        about: Where they come from, as plain types; ``seed`` and ``run`` are known.

    Raises:
        BadInput: the place is taken or cannot be written, or the disk is full.
        ValueError: other maps come than were said.
    """
    path = Path(path)
    writer_of(path)(path, _counted(chunks, maps, field.pixels), maps, field, {**about})


def _counted(
    chunks: Iterable[np.ndarray], maps: int, pixels: int
) -> Iterator[np.ndarray]:
    """The chunks, while they are of that size and as many as were said."""
    done = 0
    for chunk in chunks:
        done += len(chunk)
        if done > maps or chunk.shape[1:] != (pixels, pixels):
            raise ValueError(f"{chunk.shape} after {done - len(chunk)} of {maps} maps")
        yield chunk
    if done != maps:
        raise ValueError(f"{done} of {maps} maps")
