"""What a classifier of single grid points may see: channels, and what follows.

Winds are turned so that poleward and cyclonic have one sign in both hemispheres; rain
goes in as its logarithm.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbench.tasks.climate.baselines.fields import (
    Fields,
    convergence,
    pick,
    transport,
    vorticity,
)
from workbench.tasks.climate.baselines.smoothing import smooth
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import NAMES

SCALES = (2.0, 4.0, 8.0, 14.0)  # degrees
ALONE = ("PS", "TS", "Z1000", "ZBOT")  # follow from others that are smoothed
LEAST_RAIN = 1e-10  # m/s


def features(data: Mapping[str, Any], smoothed: bool) -> dict[str, np.ndarray]:
    """Features by name, each (time, rows, columns) float32.

    With ``smoothed``, also winds' speed, vorticity, transport and convergence, and of
    each the mean over 2° and how much it is above the mean of 4°, 8° and 14°.

    Raises:
        BadInput: a channel is missing or unfit.
    """
    fields, grid = pick(data, *NAMES)
    if not smoothed:
        return fields | {"|lat|": _latitude(fields, grid)}
    side = np.sign(grid.phi)
    seen = dict(fields)
    seen["PRECT"] = np.log(fields["PRECT"] + np.float32(LEAST_RAIN))
    for name in ("V850", "VBOT"):
        seen[name] = fields[name] * side
    seen |= _derived(fields, grid)
    found: Fields = {"|lat|": _latitude(fields, grid)}
    found["TMQ over its latitude's"] = fields["TMQ"] / fields["TMQ"].mean(
        axis=2, keepdims=True
    )
    for name, field in seen.items():
        found[name] = field
        if name not in ALONE:
            near, *far = (smooth(field, scale, grid) for scale in SCALES)
            found[f"{name} over {SCALES[0]:g}°"] = near
            for scale, mean in zip(SCALES[1:], far, strict=True):
                found[f"{name} above {scale:g}°"] = field - mean
    return found


def _latitude(fields: Fields, grid: Grid) -> np.ndarray:
    lat = np.abs(grid.lat)[:, None].astype(np.float32)
    return np.broadcast_to(lat, fields["TMQ"].shape)


def _derived(fields: Fields, grid: Grid) -> Fields:
    flow = transport(fields)
    winds = list(zip(fields["U850"], fields["V850"], strict=True))
    low = zip(fields["UBOT"], fields["VBOT"], fields["QREFHT"], strict=True)
    return {
        "speed": np.hypot(fields["U850"], fields["V850"]),
        "transport": flow,
        "poleward transport": flow
        * np.sign(grid.phi)
        * fields["V850"]
        / np.maximum(np.hypot(fields["U850"], fields["V850"]), 0.1),
        "vorticity": np.stack([vorticity(u, v, grid) for u, v in winds]),
        "convergence": np.stack([convergence(u * q, v * q, grid) for u, v, q in low]),
    }
