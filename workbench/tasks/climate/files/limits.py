"""What no weather exceeds, and files that say it does."""

import numpy as np
import xarray as xr

from workbench.errors import BadInput
from workbench.tasks.climate.variables import CLASSES, NAMES

# Beyond every record, with room for a model's small overshoots; in ClimateNet's units
POSSIBLE = {
    "TMQ": (-5, 120),
    "U850": (-150, 150),
    "V850": (-150, 150),
    "UBOT": (-120, 120),
    "VBOT": (-120, 120),
    "QREFHT": (-1e-3, 0.06),
    "PS": (30_000, 115_000),
    "PSL": (80_000, 115_000),
    "T200": (150, 300),
    "T500": (180, 330),
    "PRECT": (-1e-6, 1e-3),
    "TS": (150, 370),
    "TREFHT": (150, 350),
    "Z1000": (-2_000, 8_000),
    "Z200": (9_000, 14_000),
    "ZBOT": (0, 1_000),
}
NOBODY = 255  # a code that says that nobody drew here


def wrong_values(data: xr.Dataset) -> list[str]:
    """A line for each variable with values that are missing or impossible."""
    lines: list[str] = []
    for name in filter(data.__contains__, NAMES):
        values = data[name].to_numpy()
        low, high = POSSIBLE[name]
        bad = ~((values >= low) & (values <= high))
        if not bad.any():
            continue
        first = tuple(int(k) for k in np.argwhere(bad)[0])
        value, unit = float(values[first]), data[name].attrs.get("units", "")
        lat, lon = float(data.lat[first[1]]), float(data.lon[first[2]])
        place = f"{int(bad.sum()):,} of {bad.size:,} points, first at {lat:g}N {lon:g}E"
        if np.isfinite(value):
            lines.append(
                f"{name} is {value:g} {unit} at {place}: possible is {low:g} to "
                f"{high:g}: correct its unit, or name a fill value as `_FillValue`"
            )
        else:
            lines.append(
                f"{name} is missing at {place}: fill it, or leave out the map or "
                "the variable"
            )
    return lines


def wrong_codes(data: xr.Dataset) -> list[str]:
    """A line for each set of labels with codes that mean nothing."""
    lines: list[str] = []
    for name in ("TRUTH", "LABELS"):
        if name not in data:
            continue
        codes = np.flatnonzero(np.bincount(data[name].to_numpy().ravel(), minlength=1))
        known = range(len(CLASSES))
        odd = [str(c) for c in codes if c not in known and c != NOBODY]
        if odd:
            lines.append(
                f"{name} has the unknown code {', '.join(odd)}: known are 0 "
                "background, 1 tropical cyclone, 2 atmospheric river: correct it or "
                "leave the map out"
            )
    return lines


def refuse_unfit(data: xr.Dataset, path: object) -> None:
    """Refuse maps that no network should see.

    Raises:
        BadInput: a value is missing or impossible, or a code unknown.
    """
    for line in wrong_values(data) + wrong_codes(data):
        raise BadInput(f"{path}: {line}")
