"""Opening maps in any layout; what a file is shows in its content."""

from pathlib import Path

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files import fits, hdf5, npy
from workbench.tasks.cosmogan.files.folder import files_in, find_folder
from workbench.tasks.cosmogan.files.found import Found
from workbench.tasks.cosmogan.files.maps import Maps
from workbench.tasks.cosmogan.files.own import find_own, is_own
from workbench.tasks.cosmogan.files.squares import Squares
from workbench.tasks.cosmogan.files.wanted import Wanted, settled
from workbench.tasks.cosmogan.files.zarr_folder import find_zarr, is_zarr

KNOWN = (
    "a store, .npy, FITS, HDF5, a Zarr folder, or a folder of .npy, FITS or HDF5 files"
)
_FILES = {
    "npy": (npy.MAGIC, (".npy",), npy.find_npy),
    "fits": (fits.MAGIC, fits.ENDINGS, fits.find_fits),
    "hdf5": (hdf5.MAGIC, hdf5.ENDINGS, hdf5.find_hdf5),
}
_FOLDERS = {
    "store": (is_own, find_own),
    "zarr": (is_zarr, find_zarr),
    "folder": (files_in, find_folder),
}


def layout_of(path: Path) -> str | None:
    """The layout of a file or folder, ``None`` for what may hold no maps.

    Raises:
        BadInput: nothing is there.
    """
    if path.is_dir():
        return next(
            (name for name, (is_one, _) in _FOLDERS.items() if is_one(path)), None
        )
    if not path.exists():
        raise BadInput(f"{path}: no such file or folder")
    with path.open("rb") as file:
        start = file.read(16)
    for name, (magic, _, _) in _FILES.items():
        if start.startswith(magic):
            return name
    return next((n for n, (_, ends, _) in _FILES.items() if path.suffix in ends), None)


def _has_hdf5(folder: Path) -> bool:
    return any(file.suffix in hdf5.ENDINGS for file in files_in(folder))


def find(path: Path) -> Found:
    """The maps of a file or folder, and what it says of them.

    Args:
        path: The name of an array in an HDF5 file, or in each file of a folder of them,
            may follow as if the file were a folder.

    Raises:
        BadInput: it is missing, in no known layout, damaged, or holds no maps.
    """
    if not path.exists():
        inside = next(place for place in path.parents if place.exists())
        name = str(path.relative_to(inside))
        if inside.is_file() and layout_of(inside) == "hdf5":
            return hdf5.find_hdf5(inside, name)
        if inside.is_dir() and not path.suffix and _has_hdf5(inside):
            return find_folder(inside, name)
    layout = layout_of(path)
    if layout is None:
        raise BadInput(f"{path}: unknown layout; wanted {KNOWN}")
    reader = _FOLDERS[layout][1] if layout in _FOLDERS else _FILES[layout][2]
    return reader(path)


def open_maps(path: Path | str, field: Field | Wanted | None = None) -> Maps:
    """The maps of a file or folder in any layout, read where they are asked for.

    Args:
        path: A store, a ``.npy``, FITS or HDF5 file, a Zarr folder, or a folder of such
            files; the name of an array in HDF5 may follow, as in ``maps.h5/z23/kappa``.
        field: What is known where the file does not say it; maps larger than its
            ``pixels`` are cut into squares.

    Raises:
        BadInput: names the file and what to type; reading maps that are not finite or
            the same everywhere raises it too.
    """
    found = find(Path(path))
    known = settled(found, field)
    squares = Squares(found.stack, found.path, known.pixels)
    about = {"layout": found.layout, **found.about}
    group, gap = found.group, 0
    if squares.each > 1:
        of_map = np.arange(found.stack.shape[0]) if group is None else group
        group = np.repeat(of_map, squares.each)
        about["cut"] = f"{squares.each} squares of each of {len(of_map):,} maps"
        if len(np.unique(of_map)) == 1:
            # one map is all there is: its rows of squares stand for maps
            group, gap = np.arange(len(squares)) // squares.across, squares.across
    parameters = found.parameters
    if parameters is not None:
        parameters = np.repeat(parameters, squares.each, axis=0)
    return Maps(squares, known, about, group, gap, parameters)
