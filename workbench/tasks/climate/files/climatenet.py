"""ClimateNet's NetCDF files: one a map and annotator, labels in ``LABELS``.

``data-YYYY-MM-DD-SS-R_K.nc`` is step SS of a day of run R as annotator K drew it; the
``time`` in it is the file's name without K (Prabhat et al., Geosci. Model Dev. 14, 107,
2021). What its publication has no place for (truth, sequence, hour) stands in variables
and attributes that its readers leave alone.
"""

import re
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr

from workbench.damage import whole
from workbench.errors import BadInput
from workbench.tasks.climate.files.axes import date_in
from workbench.tasks.climate.files.cf import netcdf_in, read_cf
from workbench.tasks.climate.files.opening import opened
from workbench.tasks.climate.files.parts import Part, Parts, damaged, in_order
from workbench.tasks.climate.variables import NAMES, VARIABLES
from workbench.writing import written

NAME = re.compile(r"(data-\d{4}-\d\d-\d\d-\d\d-\d+)(?:_(\d+))?\.nc")
_OWN = ("sequence", "valid_time", "labels_by")  # attributes of one map


def climatenet_parts(path: Path) -> Parts:
    """The maps of a folder; the files of one map are its annotators.

    Raises:
        BadInput: the only file is damaged.
    """
    files: dict[tuple[Path, str], list[tuple[int, Path]]] = {}
    for file in netcdf_in(path):
        if found := NAME.fullmatch(file.name):
            key = (file.parent, found[1])
            files.setdefault(key, []).append((int(found[2] or 1), file))
    each: list[Part] = []
    said: dict[str, Any] = {}
    for of_map in files.values():
        same = [file for _, file in sorted(of_map)]
        try:
            said = _attributes(same[0])
        except BadInput as error:
            if same[0] == path:
                raise
            each.append(damaged(same[0], error))
            continue
        read = partial(read_climatenet, same)
        number = int(said.get("sequence", 0))
        each.append(Part(same[0], date_in(same[0].name), 1, read, number))
    simulated = said.get("simulated") == "yes"
    annotators = max(len(of_map) for of_map in files.values())
    if said.get("labels_by") == "construction":
        annotators = 0
    return Parts(path, "climatenet", in_order(each), annotators, simulated)


def _attributes(file: Path) -> dict[str, Any]:
    if not h5py.is_hdf5(file):
        with opened(file) as data:
            return {str(name): value for name, value in data.attrs.items()}
    # 50 times as fast, for many files
    with whole(file), h5py.File(file, locking=False) as plain:
        names = ("simulated", *_OWN)
        found: dict[str, Any] = {
            name: plain.attrs[name] for name in names if name in plain.attrs
        }
    return {name: np.ravel(value)[0] for name, value in found.items()}


def read_climatenet(files: list[Path]) -> xr.Dataset:
    """One map under its annotators, in the one form.

    Raises:
        BadInput: a file is damaged, or two of them are not the same map.
    """
    first = read_cf(files[0])
    attrs = dict(first.attrs)
    own = {name: attrs.pop(name) for name in _OWN if name in attrs}
    first.attrs = attrs
    if "valid_time" in own:
        when = np.datetime64(str(own["valid_time"]), "ns")
        first = first.assign_coords(time=[when])
    number = int(own.get("sequence", 0))
    first = first.assign_coords(sequence=("time", [number]))
    if own.get("labels_by") == "construction":
        return first.drop_vars("LABELS", errors="ignore")
    drawn: list[np.ndarray] = []
    for file in files:
        other = read_cf(file) if file != files[0] else first
        if "LABELS" not in other:
            if len(files) == 1:
                return first
            raise BadInput(f"{file}: no variable LABELS: leave the file out")
        odd = [n for n in NAMES if n in first and not _equal(first, other, n)]
        if odd:
            raise BadInput(
                f"{file}: {odd[0]} differs from {files[0].name}, though the names say "
                "it is the same map: rename it"
            )
        drawn.append(other["LABELS"].to_numpy())
    people = first["LABELS"].dims
    labels = (people, np.concatenate(drawn), first["LABELS"].attrs)
    return first.drop_vars("LABELS").assign(LABELS=labels)


def _equal(one: xr.Dataset, other: xr.Dataset, name: str) -> bool:
    return name in other and np.array_equal(
        one[name].to_numpy(), other[name].to_numpy(), equal_nan=True
    )


def write_climatenet(folder: Path, data: xr.Dataset) -> list[Path]:
    """Write maps as ClimateNet's files, a file a map and annotator.

    A file gets its name when it is whole; files of that name are replaced.

    Raises:
        BadInput: a map has no date, or the place cannot be written.
    """
    files: list[Path] = []
    days: dict[str, int] = {}
    for step in range(data.sizes["time"]):
        one = data.isel(time=step)
        if np.isnat(one.time.to_numpy()):
            raise BadInput(f"{folder}: map {step} has no date to name its file by")
        day = str(one.time.to_numpy().astype("datetime64[D]"))
        days[day] = days.get(day, 0) + 1
        stem = f"data-{day}-{days[day]:02}-{int(one.sequence) + 1}"
        labels = one.get("LABELS")
        drawn = [] if labels is None else list(labels)
        labels_by = "people" if drawn else "construction"
        drawn = drawn or [one.get("TRUTH")]
        for number, codes in enumerate(drawn, 1):
            content = _file(one, stem, codes, labels_by)
            files.append(_write(content, folder / f"{stem}_{number}.nc"))
    return files


def _file(
    one: xr.Dataset, stem: str, drawn: xr.DataArray | None, labels_by: str
) -> xr.Dataset:
    content: dict[str, Any] = {}
    for variable in VARIABLES:
        if variable.name in one:
            said = {"description": variable.meaning, "units": variable.unit}
            field = one[variable.name].to_numpy()[None].astype(np.float32)
            content[variable.name] = (("time", "lat", "lon"), field, said)
    flat = ("lat", "lon")
    if drawn is not None:
        said = {"description": "0 background, 1 tropical cyclone, 2 atmospheric river"}
        content["LABELS"] = (flat, drawn.to_numpy().astype(np.int64), said)
    for name in ("TRUTH", "IGNORE"):
        if name in one:
            content[name] = (flat, one[name].to_numpy().astype(np.uint8))
    attrs = {
        **one.attrs,
        "sequence": int(one.sequence),
        "valid_time": str(one.time.to_numpy().astype("datetime64[s]")),
        "labels_by": labels_by,
    }
    return xr.Dataset(
        content,
        coords={
            "time": ("time", np.array([f"{stem}.nc"], object)),
            "lat": ("lat", one.lat.to_numpy().astype(np.float64)),
            "lon": ("lon", one.lon.to_numpy().astype(np.float64)),
        },
        attrs=attrs,
    )


def _write(content: xr.Dataset, file: Path) -> Path:
    with written(file) as disk:
        content.to_netcdf(disk, engine="h5netcdf")
    return file
