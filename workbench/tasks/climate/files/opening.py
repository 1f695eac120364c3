"""Opening NetCDF files of either kind, whole ones only."""

import warnings
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import xarray as xr

from workbench.damage import DAMAGE, whole
from workbench.errors import BadInput


def is_zarr(path: Path) -> bool:
    """Whether a folder is a Zarr group of either version."""
    return any((path / name).is_file() for name in ("zarr.json", ".zgroup"))


def has_axes(path: Path) -> bool:
    """Whether a Zarr folder may hold fields on axes; a mere stack of images has none.

    A damaged one may: whoever reads it says what is wrong.
    """
    import zarr

    try:
        node = zarr.open(path, mode="r")
        arrays = node.arrays() if isinstance(node, zarr.Group) else ()
        return any(array.ndim == 1 for _, array in arrays)
    except DAMAGE:
        return True


def _engine(path: Path) -> str:
    if not path.is_file():
        raise BadInput(f"{path}: no such file")
    with path.open("rb") as file:
        magic = file.read(8)
    engine = {b"CDF": "scipy", b"\x89HD": "h5netcdf"}.get(magic[:3])
    if engine is None:
        what = "is empty" if not magic else "is no NetCDF file"
        raise BadInput(f"{path}: {what}: copy or download it again")
    return engine


def _dataset(path: Path, engine: str, stack: ExitStack) -> xr.Dataset:
    if engine == "scipy":
        # by name it would be mapped, and could not be closed when it is damaged
        return xr.open_dataset(
            stack.enter_context(path.open("rb")), engine="scipy", decode_times=False
        )
    if engine == "zarr":
        # not every folder has consolidated metadata; none needs them
        return xr.open_dataset(
            path, engine="zarr", decode_times=False, consolidated=False
        )
    unlocked = {"locking": False}  # many read one file, and NFS may have no locks
    return xr.open_dataset(
        path, engine="h5netcdf", decode_times=False, driver_kwds=unlocked
    )


@contextmanager
def opened(path: Path) -> Generator[xr.Dataset]:
    """A NetCDF file or Zarr folder with fill values as NaN, times as they stand.

    Raises:
        BadInput: it is missing, empty, truncated, or neither.
    """
    engine = "zarr" if path.is_dir() else _engine(path)
    with warnings.catch_warnings(), ExitStack() as stack:
        # several declared fill values all become NaN, as they should
        warnings.simplefilter("ignore", xr.SerializationWarning)
        with whole(path):
            data = stack.enter_context(_dataset(path, engine, stack))
        yield data
