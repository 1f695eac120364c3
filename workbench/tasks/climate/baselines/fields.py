"""The fields a method asks for, and those that follow from them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.climate.sphere import Grid, eastward, northward
from workbench.tasks.climate.variables import VARIABLES

Fields = dict[str, np.ndarray]
PART = 0.75  # of the wind at 850 hPa: the wind that carries the column's vapour


def pick(data: Mapping[str, Any], *names: str) -> tuple[Fields, Grid]:
    """Channels by name, each (time, rows, columns) float32, and their grid.

    Args:
        data: A data set, or arrays by channel name; one map or several. South first,
            from pole to pole, and from 0° eastward.
        names: The channels wanted.

    Raises:
        BadInput: a channel is missing, holds what is no number, or differs in shape.
    """
    found: Fields = {}
    for name in names:
        if name not in data:
            units = {v.name: v.unit for v in VARIABLES}
            raise BadInput(f"no {name}: give {name} in {units[name]}")
        field = np.asarray(data[name], np.float32)
        field = field[None] if field.ndim == 2 else field
        if field.ndim != 3 or field.shape != found.get(names[0], field).shape:
            raise BadInput(f"{name} is {field.shape}: give all as (time, lat, lon)")
        if not np.isfinite(field).all():
            bad = int((~np.isfinite(field)).sum())
            raise BadInput(f"{name} has {bad} points without a number: fill them first")
        found[name] = field
    return found, Grid(*found[names[0]].shape[1:])


def transport(fields: Fields) -> np.ndarray:
    """Vapour transport in kg/m/s, estimated from TMQ and the wind at 850 hPa."""
    return PART * fields["TMQ"] * np.hypot(fields["U850"], fields["V850"])


def vorticity(u: np.ndarray, v: np.ndarray, grid: Grid) -> np.ndarray:
    """Cyclonic vorticity of one map's wind, 1/s, positive in both hemispheres."""
    return np.sign(grid.phi) * (eastward(v, grid) - northward(u, grid))


def convergence(u: np.ndarray, v: np.ndarray, grid: Grid) -> np.ndarray:
    """How much more of (u, v) flows in than out, per metre, one map."""
    return -eastward(u, grid) - northward(v, grid)
