"""Predicted classes as NetCDF, beside the coordinates they are for."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from workbench.tasks.climate.variables import CLASSES


def write_netcdf(path: Path, outputs: Mapping[str, np.ndarray], data: Any) -> None:
    """Write class codes and probabilities on the maps' own grid and times.

    Args:
        path: The file to be.
        outputs: ``index`` (N,) and ``probabilities`` (N, 3, H, W).
        data: Whose ``coordinates(rows)`` say where and when.
    """
    import xarray as xr

    chances = outputs["probabilities"]
    codes: dict[str, Any] = {
        "units": "1",
        "flag_values": np.arange(len(CLASSES), dtype=np.uint8),
        "flag_meanings": " ".join(name.replace(" ", "_") for name in CLASSES),
    }
    place = ("time", "lat", "lon")
    made: dict[str, Any] = {
        "LABELS": (place, chances.argmax(1).astype(np.uint8), codes),
        "probability": (
            ("time", "class", "lat", "lon"),
            chances.astype(np.float32),  # NetCDF knows no half precision
            {"units": "1", "long_name": "what the network gives each class"},
        ),
    }
    where = dict(data.coordinates(outputs["index"])) | {"class": list(CLASSES)}
    maps = xr.Dataset(made, where, {"Conventions": "CF-1.11"})
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        maps.to_netcdf(
            partial, engine="h5netcdf", encoding={"probability": {"zlib": True}}
        )
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
