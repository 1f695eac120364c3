"""Any data set with the right variables, brought into the one form."""

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from workbench.damage import whole
from workbench.errors import BadInput
from workbench.tasks.climate.conventions import (
    CODES,
    LATITUDE,
    LONGITUDE,
    MAP,
    PEOPLE,
)
from workbench.tasks.climate.files.axes import named, oriented, times_of
from workbench.tasks.climate.files.limits import NOBODY
from workbench.tasks.climate.files.names import found
from workbench.tasks.climate.files.units import converted
from workbench.tasks.climate.variables import (
    CYCLONE,
    RIVER,
    VARIABLES,
)


def maps(
    fields: dict[str, np.ndarray],
    *,
    lat: np.ndarray,
    lon: np.ndarray,
    time: np.ndarray,
    sequence: np.ndarray | None = None,
    attrs: dict[str, Any] | None = None,
    **codes: np.ndarray | None,
) -> xr.Dataset:
    """The one form of maps, out of arrays.

    Args:
        fields: By ClimateNet's names in its units, each (time, lat, lon).
        lat: South first, degrees.
        lon: From 0° eastward, degrees.
        time: Of each map; NaT where unknown.
        sequence: Which maps follow one another; if unknown, each stands alone.
        attrs: What is said of all.
        **codes: ``TRUTH``, ``IGNORE`` (time, lat, lon), ``LABELS`` (annotator, time,
            lat, lon), where there are any.
    """
    known = {v.name: v for v in VARIABLES}
    content: dict[str, Any] = {
        name: (MAP, values, known[name].attributes) for name, values in fields.items()
    }
    for name, values in codes.items():
        if values is not None:
            dims = PEOPLE if name == "LABELS" else MAP
            said = {} if name == "IGNORE" else CODES
            content[name] = (dims, values.astype(np.uint8), said)
    alone = np.arange(len(time))
    return xr.Dataset(
        content,
        coords={
            "time": time.astype("datetime64[ns]"),
            "lat": ("lat", lat, LATITUDE),
            "lon": ("lon", lon, LONGITUDE),
            "sequence": ("time", alone if sequence is None else sequence),
        },
        attrs=attrs or {},
    )


def straight(data: xr.Dataset, path: Path) -> xr.Dataset:
    """A data set with axes called lat, lon, time, south first, from 0°; not loaded.

    Raises:
        BadInput: it is no map of the globe.
    """
    return oriented(named(data, path), path)


def normal(data: xr.Dataset, path: Path, steps: slice = slice(None)) -> xr.Dataset:
    """The maps of an opened file in the one form, loaded.

    Args:
        data: As :func:`opening.opened` gives it.
        path: For errors.
        steps: Which times.

    Raises:
        BadInput: no known variable, a wrong unit, a grid that is no globe, damage.
    """
    data = straight(data, path)
    time = times_of(data, path)[steps]
    fields: dict[str, np.ndarray] = {}
    by_name = {v.name: v for v in VARIABLES}
    for name, field in found(data, path).items():
        where = f"{path}: {field.name}"
        with whole(path, f"{field.name} "):
            values = field.isel(time=steps).to_numpy()
        unit = field.attrs.get("units")
        fields[name] = converted(values, unit, by_name[name], where)
        if len(fields[name]) != len(time):
            raise BadInput(f"{where} has {len(values)} times, not {len(time)}")
    sequence = data["sequence"].to_numpy() if "sequence" in data.variables else None
    return maps(
        fields,
        lat=data["lat"].to_numpy(),
        lon=data["lon"].to_numpy(),
        time=time,
        sequence=sequence[steps] if sequence is not None and sequence.ndim else None,
        attrs=dict(data.attrs),
        TRUTH=_codes(data, "TRUTH", path, steps),
        IGNORE=_codes(data, "IGNORE", path, steps),
        LABELS=_codes(data, "LABELS", path, steps),
    )


def _codes(data: xr.Dataset, name: str, path: Path, steps: slice) -> np.ndarray | None:
    """Class codes as uint8; separate masks of rivers and cyclones become codes."""
    if name == "LABELS" and name not in data and "label" in data:
        return of_masks(data["label"], path, steps)
    if name not in data:
        return None
    field = data[name]
    if "time" not in field.dims:
        field = field.expand_dims("time")
    with whole(path, f"{name} "):
        values = field.isel(time=steps)
    if name == "LABELS":
        if "annotator" not in field.dims:
            values = values.expand_dims("annotator")
        return whole_codes(values.transpose(*PEOPLE).to_numpy(), f"{path}: {name}")
    return whole_codes(values.transpose(*MAP).to_numpy(), f"{path}: {name}")


def whole_codes(values: np.ndarray, where: str) -> np.ndarray:
    """Codes as uint8.

    Raises:
        BadInput: a code that is no whole number from 0 to 255.
    """
    odd = ~((values >= 0) & (values <= NOBODY) & (values == np.floor(values)))
    if odd.any():
        raise BadInput(
            f"{where} has the unknown code {values[odd][0]:g}: known are 0 background, "
            "1 tropical cyclone, 2 atmospheric river: correct it or leave the map out"
        )
    return values.astype(np.uint8)


def of_masks(label: xr.DataArray, path: Path, steps: slice) -> np.ndarray:
    """Codes (annotator, time, lat, lon) of masks with a dimension ``class``.

    Raises:
        BadInput: the classes are not rivers and cyclones.
    """
    names = [str(name).lower() for name in label["class"].to_numpy()]
    places = {
        code: [k for k, name in enumerate(names) if word in name]
        for code, word in ((RIVER, "river"), (CYCLONE, "cyclone"))
    }
    if any(len(found) != 1 for found in places.values()):
        raise BadInput(
            f"{path}: label: class is {', '.join(names)}: wanted one with `river` and "
            "one with `cyclone` in its name"
        )
    if "annotator" not in label.dims:
        label = label.expand_dims("annotator")
    if "time" not in label.dims:
        label = label.expand_dims("time")
    masks = label.isel(time=steps).transpose("class", *PEOPLE)
    with whole(path, "label "):
        river, cyclone = (
            masks.isel({"class": places[code][0]}).to_numpy() > 0
            for code in (RIVER, CYCLONE)
        )
    return joined(river, cyclone)


def joined(river: np.ndarray, cyclone: np.ndarray) -> np.ndarray:
    """Codes of two masks that may overlap: a cyclone is one inside a river too."""
    codes = np.zeros(river.shape, np.uint8)
    codes[river] = RIVER
    codes[cyclone] = CYCLONE
    return codes
