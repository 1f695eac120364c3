"""Predicted classes as NetCDF, beside the coordinates they are for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from workbench.tasks.climate.conventions import CODES, MAP
from workbench.tasks.climate.variables import CLASSES
from workbench.writing import written


def write_netcdf(path: Path, outputs: Mapping[str, np.ndarray], data: Any) -> None:
    """Write class codes and probabilities on the maps' own grid and times.

    Args:
        path: The file to be.
        outputs: ``index`` (N,) and ``probabilities`` (N, 3, H, W).
        data: Whose ``coordinates(rows)`` say where and when.
    """
    import xarray as xr

    chances = outputs["probabilities"]
    made: dict[str, Any] = {
        "LABELS": (MAP, chances.argmax(1).astype(np.uint8), CODES),
        "probability": (
            ("time", "class", "lat", "lon"),
            chances.astype(np.float32),  # NetCDF knows no half precision
            {"units": "1", "long_name": "what the network gives each class"},
        ),
    }
    where = dict(data.coordinates(outputs["index"])) | {"class": list(CLASSES)}
    maps = xr.Dataset(made, where, {"Conventions": "CF-1.11"})
    packed = {"probability": {"zlib": True}}
    with written(path) as disk:
        maps.to_netcdf(disk, engine="h5netcdf", encoding=packed)
