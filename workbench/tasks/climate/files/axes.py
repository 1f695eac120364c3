"""Latitude, longitude and time of a file, brought into one order."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from workbench.errors import BadInput

_NAMES = {
    "lat": ("lat", "latitude", "nav_lat"),
    "lon": ("lon", "longitude", "nav_lon"),
    "time": ("time", "valid_time", "ts", "date"),
}
_STANDARD = {"lat": "latitude", "lon": "longitude", "time": "time"}
_DATED = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:-(\d{2})-\d+)?(?!\d)")
_CLOSE = 1e-3  # degrees: single precision against double


def named(data: xr.Dataset, path: Path) -> xr.Dataset:
    """The data with its axes called lat, lon and time.

    Raises:
        BadInput: an axis is missing, or has two dimensions.
    """
    renamed: dict[Any, Any] = {}
    for axis, names in _NAMES.items():
        by_name = [name for name in names if name in data.variables]
        standard = _STANDARD[axis]
        by_standard = [
            name
            for name, variable in data.variables.items()
            if variable.attrs.get("standard_name") == standard
        ]
        found = next(iter(by_name + by_standard), None)
        if found is None and axis == "time":
            continue
        if found is None:
            raise BadInput(
                f"{path}: no {standard}: give it a coordinate with standard_name "
                f"{standard!r}"
            )
        if data[found].ndim > 1 or (axis != "time" and data[found].ndim != 1):
            raise BadInput(
                f"{path}: {found} has {data[found].ndim} dimensions: regrid it to "
                "latitudes and longitudes first"
            )
        if data[found].ndim and data[found].dims[0] != axis:
            renamed[data[found].dims[0]] = axis
        if found != axis:
            renamed[found] = axis
    data = data.rename(renamed) if renamed else data
    if "time" not in data.dims:
        data = data.expand_dims("time")
    return data


def oriented(data: xr.Dataset, path: Path) -> xr.Dataset:
    """The data from south to north and from 0° eastward, around the whole sphere.

    Raises:
        BadInput: the grid is not one of parallels and meridians around the globe.
    """
    lat = np.asarray(data["lat"].to_numpy(), float)
    lon = np.asarray(data["lon"].to_numpy(), float)
    if len(lat) < 2 or len(lon) < 2 or not np.isfinite(lat).all():
        raise BadInput(f"{path}: lat × lon is {len(lat)} × {len(lon)}: no map")
    step = np.diff(lat)
    if not ((step > 0).all() or (step < 0).all()) or np.abs(lat).max() > 90 + _CLOSE:
        raise BadInput(
            f"{path}: lat does not run evenly from pole to pole: sort it, in degrees"
        )
    east = np.where(np.abs(lon % 360 - 360) < _CLOSE, 0.0, lon % 360)
    order = np.argsort(east, kind="stable")
    order = order[np.append(True, np.diff(east[order]) > _CLOSE)]  # 360° is 0° again
    gaps = np.diff(np.append(east[order], east[order[0]] + 360))
    if gaps.max() > 1.5 * gaps.min() or np.ptp(lat) < 150:
        raise BadInput(
            f"{path}: lat {lat.min():g} to {lat.max():g}, lon {lon.min():g} to "
            f"{lon.max():g} do not cover the globe evenly: give a global map"
        )
    rows = slice(None) if step[0] > 0 else slice(None, None, -1)
    straight = np.array_equal(order, np.arange(len(lon)))
    columns = slice(None) if straight else order
    data = data.isel(lat=rows, lon=columns)
    return data.assign_coords(lat=lat[rows], lon=east[columns])


def times_of(data: xr.Dataset, path: Path) -> np.ndarray:
    """When each map holds, (time,) datetime64[s]; NaT where nobody says.

    ClimateNet's ``time`` is the name of a file, which has the date in it.

    Raises:
        BadInput: dates of a calendar that has days like 30 February.
    """
    count = data.sizes["time"]
    unknown = np.full(count, np.datetime64("NaT", "s"))
    if "time" not in data.variables:
        return unknown
    values = data["time"].to_numpy()
    if values.dtype.kind in "OSU":
        return np.array([date_in(_text(v)) for v in values.ravel()], "datetime64[s]")
    if values.dtype.kind == "M":
        return values.astype("datetime64[s]")
    attributes = data["time"].attrs
    if "since" not in str(attributes.get("units")):
        return unknown
    try:
        decoded = xr.decode_cf(xr.Dataset({"t": ("t", values.ravel(), attributes)}))
        dates = decoded["t"].to_numpy()
        if dates.dtype.kind == "M":
            return dates.astype("datetime64[s]")
        return np.array([date.isoformat() for date in dates], "datetime64[s]")
    except (ValueError, OverflowError) as error:
        raise BadInput(
            f"{path}: time cannot be read ({error}): give it units such as "
            "`hours since 2000-01-01`"
        ) from None


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def date_in(name: str) -> np.datetime64:
    """The date in a name such as ``data-2004-08-19-01-1.nc``; NaT where there is none.

    The fourth number counts steps of three hours.
    """
    found = _DATED.search(name)
    if found is None:
        return np.datetime64("NaT", "s")
    year, month, day, step = found.groups()
    try:
        date = np.datetime64(f"{year}-{month}-{day}", "s")
    except ValueError:
        return np.datetime64("NaT", "s")
    return date + np.timedelta64(3 * int(step or 0), "h")
