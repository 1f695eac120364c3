"""Whole lives of systems: how long, how far, how fast, from where to where."""

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.tasks.climate.events.tracks import GENESIS, TERMINATION
from workbench.tasks.climate.variables import CLASSES, CYCLONE, RIVER

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def lives(table: "pd.DataFrame") -> "pd.DataFrame":
    """A row for each track of ``track``'s table.

    Returns:
        ``class``, ``maps`` it is on, ``lifetime_h`` from first to last sight,
        ``distance_km`` travelled along great circles, ``speed_km_h`` on average,
        ``largest_km2``, ``first_…`` and ``last_…`` of ``time``, ``lat``, ``lon``, and
        how it ``began`` and ``ended``; by track. Of a system in sight at the start or
        the end of the record, lifetime and distance are least ones. A middle is known
        to about
    a tenth of a grid cell: where it moves less than a cell a step, distances are a few
    percent too long.
    """
    made = table.groupby("track").agg(
        **{
            "class": ("class", "first"),
            "maps": ("step", "size"),
            "first_time": ("time", "first"),
            "last_time": ("time", "last"),
            "distance_km": ("moved_km", "sum"),
            "largest_km2": ("area_km2", "max"),
            "first_lat": ("lat", "first"),
            "first_lon": ("lon", "first"),
            "last_lat": ("lat", "last"),
            "last_lon": ("lon", "last"),
            "began": ("began", "first"),
            "ended": ("ended", "first"),
        }
    )
    hours = (made["last_time"] - made["first_time"]) / np.timedelta64(1, "h")
    speed = made["distance_km"] / hours.where(hours > 0)
    return made.assign(lifetime_h=hours, speed_km_h=speed)


def genesis(table: "pd.DataFrame", cell: float = 5.0) -> "xr.DataArray":
    """Where systems begin: how many in each cell, (class, lat, lon).

    Those in sight at the start of the record, or split off another, are not counted.

    Args:
        table: Of ``lives``.
        cell: Degrees of latitude and longitude, a divisor of 180.
    """
    return _counts(table[table["began"] == GENESIS], "first", cell)


def termination(table: "pd.DataFrame", cell: float = 5.0) -> "xr.DataArray":
    """Where systems end, as ``genesis``: not those in sight at the end, or merged."""
    return _counts(table[table["ended"] == TERMINATION], "last", cell)


def _counts(table: Any, end: str, cell: float) -> "xr.DataArray":
    import xarray as xr

    lat, lon = np.arange(-90, 90.1, cell), np.arange(0, 360.1, cell)
    kinds = [CLASSES[CYCLONE], CLASSES[RIVER]]
    counts = [
        np.histogram2d(one[f"{end}_lat"], one[f"{end}_lon"] % 360, (lat, lon))[0]
        for one in (table[table["class"] == kind] for kind in kinds)
    ]
    middles = {"lat": lat[:-1] + cell / 2, "lon": lon[:-1] + cell / 2}
    name = {"first": "genesis", "last": "termination"}[end]
    return xr.DataArray(
        np.array(counts, int),
        {"class": kinds, **middles},
        ("class", "lat", "lon"),
        name,
        {"units": "1", "long_name": f"systems by place of {name}"},
    )
