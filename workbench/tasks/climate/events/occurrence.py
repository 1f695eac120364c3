"""How often a place lies in cyclones or rivers, and how much of its rain falls then."""

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.climate.areas import cells
from workbench.tasks.climate.events.objects import maps_of
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CLASSES, CYCLONE, RIVER

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

DAY = 86_400 * 1000.0  # mm a day for each m/s
BANDS = {  # degrees north
    "globe": (-90.0, 90.0),
    "south of 20 S": (-90.0, -20.0),
    "tropics": (-20.0, 20.0),
    "north of 20 N": (20.0, 90.0),
}


def frequency(masks: np.ndarray, grid: Grid) -> "xr.DataArray":
    """The share of maps on which a point lies in a cyclone or in a river.

    Returns:
        (class, lat, lon), from 0 to 1.

    Raises:
        BadInput: masks that do not fit the grid, or unknown codes.
    """
    import xarray as xr

    codes = maps_of(masks, grid, "the masks")
    return xr.DataArray(
        np.stack([(codes == code).mean(0) for code in (CYCLONE, RIVER)]),
        {"class": [CLASSES[CYCLONE], CLASSES[RIVER]], "lat": grid.lat, "lon": grid.lon},
        ("class", "lat", "lon"),
        "frequency",
        {"units": "1", "long_name": "share of maps"},
    )


def rain(masks: np.ndarray, prect: Any, grid: Grid) -> "pd.DataFrame":
    """Precipitation by what it falls in, on the globe and by bands of latitude.

    Args:
        masks: Class codes, (rows, columns) or (time, rows, columns).
        prect: Total precipitation in m/s, the same.
        grid: Of the maps.

    Returns:
        By ``region`` and ``class``: ``mean_mm_day`` where it falls in the class,
        ``area_share`` and ``rain_share`` of the region.

    Raises:
        BadInput: shapes that differ, or unknown codes.
    """
    import pandas as pd

    codes = maps_of(masks, grid, "the masks")
    fall = np.asarray(prect, np.float64).reshape(-1, *np.shape(prect)[-2:])
    if fall.shape != codes.shape:
        raise BadInput(f"PRECT is {fall.shape}, the masks {codes.shape}: give the same")
    area = np.broadcast_to(cells(grid)[:, None], codes.shape)
    rows: list[dict[str, Any]] = []
    for region, (south, north) in BANDS.items():
        inside = (grid.lat >= south) & (grid.lat <= north)
        kind = codes[:, inside].ravel()
        weight = area[:, inside].ravel()
        covered = np.bincount(kind, weight, len(CLASSES))
        fallen = np.bincount(kind, weight * fall[:, inside].ravel(), len(CLASSES))
        for code, name in enumerate(CLASSES):
            mean = fallen[code] / covered[code] if covered[code] else np.nan
            rows.append(
                {
                    "region": region,
                    "class": name,
                    "mean_mm_day": mean * DAY,
                    "area_share": covered[code] / covered.sum(),
                    "rain_share": fallen[code] / fallen.sum() if fallen.any() else 0.0,
                }
            )
    return pd.DataFrame(rows).set_index(["region", "class"])
