"""Finding ClimateNet's variables under the names that others give them."""

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from workbench.errors import BadInput
from workbench.tasks.climate.files.units import spelled
from workbench.tasks.climate.variables import VARIABLES

# lower case; of reanalyses, CMIP and GRIB tables
SYNONYMS = {
    "TMQ": ("tcwv", "iwv", "prw", "tqv", "preh2o", "pwat"),
    "U850": ("ua850",),
    "V850": ("va850",),
    "QREFHT": ("huss", "qv2m", "q2m"),
    "PS": ("sp",),
    "PSL": ("msl", "slp", "mslp", "prmsl"),
    "T200": ("ta200",),
    "T500": ("ta500",),
    "PRECT": ("pr", "mtpr", "avg_tprate", "prate"),
    "TS": ("skt",),
    "TREFHT": ("tas", "t2m", "2t"),
    "Z1000": ("zg1000",),
    "Z200": ("zg200",),
}
# variable → standard names and names of a field on pressure levels, and the level, hPa
WIND_EAST = ("eastward_wind", "u", "ua")
WIND_NORTH = ("northward_wind", "v", "va")
WARMTH = ("air_temperature", "t", "ta")
HEIGHT = ("geopotential_height", "geopotential", "z", "zg", "z3", "hgt")
LEVELS = {
    "U850": (WIND_EAST, 850),
    "V850": (WIND_NORTH, 850),
    "T200": (WARMTH, 200),
    "T500": (WARMTH, 500),
    "Z1000": (HEIGHT, 1000),
    "Z200": (HEIGHT, 200),
}
STANDARD = {
    "TMQ": ("atmosphere_mass_content_of_water_vapor",),
    "PS": ("surface_air_pressure",),
    "PSL": ("air_pressure_at_mean_sea_level", "air_pressure_at_sea_level"),
    "PRECT": ("precipitation_flux", "lwe_precipitation_rate"),
    "TS": ("surface_temperature",),
}
_PRESSURE = ("lev", "level", "plev", "pressure", "pressure_level", "isobaricinhpa")


def found(data: xr.Dataset, path: Path) -> dict[str, xr.DataArray]:
    """The variables that a file has, by ClimateNet's names, (time, lat, lon).

    Raises:
        BadInput: it has none of them, or one has a dimension that is none of a map.
    """
    fields: dict[str, xr.DataArray] = {}
    for variable in VARIABLES:
        field = _find(data, variable.name)
        if field is not None:
            where = f"{path}: {field.name}"
            fields[variable.name] = _flat(field, where)
    if not fields:
        has = ", ".join(str(name) for name in list(data.data_vars)[:8]) or "nothing"
        raise BadInput(
            f"{path}: has {has}, none of which is a known variable: name them "
            f"{', '.join(v.name for v in VARIABLES)} or by standard_name and level"
        )
    return fields


def _find(data: xr.Dataset, name: str) -> xr.DataArray | None:
    if name in data:
        return data[name]
    lower = {str(key).lower(): key for key in reversed(list(data.data_vars))}
    for other in (name.lower(), *SYNONYMS.get(name, ())):
        if other in lower:
            return data[lower[other]]
    if name in LEVELS:
        return _at_level(data, *LEVELS[name])
    for key in data.data_vars:
        if data[key].attrs.get("standard_name") in STANDARD.get(name, ()):
            return data[key]
    return None


def _at_level(
    data: xr.Dataset, names: tuple[str, ...], wanted: int
) -> xr.DataArray | None:
    """A field at a pressure, if the file has it there."""
    for key in data.data_vars:
        field = data[key]
        standard = field.attrs.get("standard_name")
        if str(key).lower() not in names and standard not in names:
            continue
        for level in field.coords:
            pressure = _pressure(field.coords[level])
            if pressure is None:
                continue
            near = np.flatnonzero(np.abs(pressure - wanted) < 0.5)
            if len(near) and level in field.dims:
                return field.isel({level: int(near[0])})
            if len(near):
                return field
    return None


def _pressure(level: Any) -> np.ndarray | None:
    """The values of a coordinate in hPa, if it is one of pressure."""
    unit = spelled(str(level.attrs.get("units", "")))
    if unit not in ("pa", "hpa") and str(level.name).lower() not in _PRESSURE:
        return None
    if level.dtype.kind not in "iuf":
        return None
    values = np.atleast_1d(np.asarray(level.to_numpy(), float))
    in_pascal = unit == "pa" or (unit != "hpa" and values.max() > 2000)
    return values / 100 if in_pascal else values


def _flat(field: xr.DataArray, where: str) -> xr.DataArray:
    for name in field.dims:
        if name in ("time", "lat", "lon"):
            continue
        if field.sizes[name] > 1:
            raise BadInput(
                f"{where} has a dimension {name} of {field.sizes[name]}: select one "
                "of them"
            )
        field = field.isel({name: 0})
    missing = {"lat", "lon"} - set(field.dims)
    if missing:
        raise BadInput(f"{where} lacks the dimension {missing.pop()}: give it a map")
    if "time" not in field.dims:
        field = field.expand_dims("time")
    return field.transpose("time", "lat", "lon")
