"""What layout a folder or file of maps is in: its content and names tell."""

from pathlib import Path

import h5py

from workbench.errors import BadInput
from workbench.tasks.climate.files.cf import ENDINGS, cf_parts, netcdf_in
from workbench.tasks.climate.files.climatenet import NAME as CLIMATENET
from workbench.tasks.climate.files.climatenet import climatenet_parts
from workbench.tasks.climate.files.deepcam import NAME as DEEPCAM
from workbench.tasks.climate.files.deepcam import deepcam_parts
from workbench.tasks.climate.files.masks import CYCLONES, RIVERS, masks_parts
from workbench.tasks.climate.files.opening import has_axes, is_zarr
from workbench.tasks.climate.files.parts import Parts

KNOWN = (
    "a store, ClimateNet's data-….nc, DeepCAM's data-….h5, masks in AR/ and TC/, or "
    "NetCDF with known variables"
)
_READERS = {
    "climatenet": climatenet_parts,
    "deepcam": deepcam_parts,
    "masks": masks_parts,
    "cf": cf_parts,
}


def layout_of(path: Path) -> str | None:
    """The layout, or ``None`` for anything that holds no maps.

    Raises:
        BadInput: nothing is there.
    """
    if not path.exists():
        raise BadInput(f"{path}: no such file or folder")
    if path.is_file():
        return _of_file(path)
    if is_zarr(path):
        return "cf" if has_axes(path) else None
    if (path / RIVERS).is_dir() and (path / CYCLONES).is_dir():
        return "masks"
    files = netcdf_in(path)
    if any(CLIMATENET.fullmatch(file.name) for file in files):
        return "climatenet"
    if any(DEEPCAM.fullmatch(file.name) for file in path.rglob("*.h5")):
        return "deepcam"
    return "cf" if files else None


def _of_file(path: Path) -> str | None:
    if CLIMATENET.fullmatch(path.name):
        return "climatenet"
    if path.suffix in ENDINGS:
        return "cf"
    with path.open("rb") as file:
        if file.read(3) == b"CDF":
            return "cf"
    try:
        with h5py.File(path, locking=False) as opened:
            if "climate" in opened:
                return "deepcam"
            return "cf" if {"lat", "latitude"} & set(opened) else None
    except OSError:
        return "deepcam" if DEEPCAM.fullmatch(path.name) else None


def open_maps(path: Path | str) -> Parts:
    """The maps of a file or folder in any layout but a store.

    Raises:
        BadInput: it is in no known layout, or damaged.
    """
    path = Path(path)
    layout = layout_of(path)
    if layout is None:
        raise BadInput(f"{path}: unknown layout; wanted {KNOWN}")
    return _READERS[layout](path)
