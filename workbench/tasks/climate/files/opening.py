"""Opening NetCDF files of either kind, whole ones only."""

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import xarray as xr

from workbench.errors import BadInput

_DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    RuntimeError,
)


@contextmanager
def whole(path: Path, what: str = "") -> Generator[None]:
    """Turn what the libraries say of a damaged file into a line.

    Raises:
        BadInput: it is truncated or damaged.
    """
    try:
        yield
    except BadInput:
        raise
    except _DAMAGE as error:
        raise BadInput(
            f"{path}: {what}cannot be read ({error}): the file is truncated or "
            "damaged: copy or download it again"
        ) from None


def is_zarr(path: Path) -> bool:
    """Whether a folder is a Zarr group of either version."""
    return any((path / name).is_file() for name in ("zarr.json", ".zgroup"))


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


@contextmanager
def opened(path: Path) -> Generator[xr.Dataset]:
    """A NetCDF file or Zarr folder with fill values as NaN, times as they stand.

    Raises:
        BadInput: it is missing, empty, truncated, or neither.
    """
    engine = "zarr" if path.is_dir() else _engine(path)
    with warnings.catch_warnings():
        # several declared fill values all become NaN, as they should
        warnings.simplefilter("ignore", xr.SerializationWarning)
        with whole(path):
            # not every Zarr folder has consolidated metadata; none needs them
            more = {"consolidated": False} if engine == "zarr" else {}
            data = xr.open_dataset(path, engine=engine, decode_times=False, **more)
        with data:
            yield data
