"""Real fields to hold beside the generator's, where this machine has them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from workbench.errors import BadInput
from workbench.paths import PACKAGE
from workbench.tasks.climate.realism.observed import slope

DEFAULT = PACKAGE.parents[1] / "shared" / "data" / "climate"  # beside a checkout
SNAPSHOT = "ncep_flx_20060401_00.nc"
CLIMATE = "NCEP_06_climo.nc"
VAPOUR = "IWV_IVT_MERRA_20170228_00.nc"
SAME = ("TMQ", "PS", "TREFHT", "TS", "QREFHT", "PRECT")  # in the snapshot, as here
LATITUDES = (-80, -60, -50, -40, -30, -20, -10, 0, 10, 20, 30, 40, 50, 60, 80)


@dataclass(frozen=True)
class Real:
    """What was read; empty where a file is absent.

    Attributes:
        moments: Mean and spread over grid points by variable: NCEP, 1 April 2006.
        zonal: Means at ``LATITUDES`` by variable: NCEP, June 1979–98.
        slopes: Of vapour's variance along parallels: MERRA-2, 28 February 2017.
    """

    moments: dict[str, tuple[float, float]]
    zonal: dict[str, np.ndarray]
    slopes: dict[str, float]


def read_real(folder: Path | None) -> Real | None:
    """The real fields of a folder; ``None`` where there is no such folder.

    Raises:
        BadInput: the folder was named and is not there.
    """
    if folder is not None and not folder.is_dir():
        raise BadInput(f"{folder}: no such folder of real fields: leave out --real")
    place = folder or DEFAULT
    if not place.is_dir():
        return None
    return Real(_moments(place), _zonal(place), _slopes(place))


def _open(path: Path) -> Iterator[xr.Dataset]:
    """The file, if it is there."""
    if path.is_file():
        classic = path.read_bytes()[:3] == b"CDF"
        engine = "scipy" if classic else "h5netcdf"
        with xr.open_dataset(
            path, engine=engine, decode_times=False, mask_and_scale=False
        ) as data:
            yield data


def _moments(place: Path) -> dict[str, tuple[float, float]]:
    return {
        name: (float(data[name].mean()), float(data[name].std()))
        for data in _open(place / SNAPSHOT)
        for name in SAME
    }


def _zonal(place: Path) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    for data in _open(place / CLIMATE):
        levels: dict[str, Any] = {
            "TMQ": data.PREH2O,
            "U850": data.U.sel(lev=850),
            "V850": data.V.sel(lev=850),
            "T200": data["T"].sel(lev=200),
            "T500": data["T"].sel(lev=500),
            "Z200": data.Z3.sel(lev=200),
            "PSL": data.PSL * 100,
            "TREFHT": data.TREFHT,
        }
        for name, array in levels.items():
            mean = array.isel(time=0).mean("lon").sortby("lat")
            found[name] = np.interp(LATITUDES, mean.lat, mean)
    return found


def _slopes(place: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    for data in _open(place / VAPOUR):
        power = np.abs(np.fft.rfft(data.IWV.to_numpy()[0])) ** 2
        lat = data.lat.to_numpy()
        found["30–60°"] = slope(power, lat, 30, 60)
        found["0–20°"] = slope(power, lat, 0, 20)
    return found
