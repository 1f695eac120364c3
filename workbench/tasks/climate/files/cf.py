"""Any CF data set with the right variables, and the generator's own sequences."""

from functools import partial
from pathlib import Path

import xarray as xr

from workbench.errors import BadInput
from workbench.tasks.climate.files.axes import times_of
from workbench.tasks.climate.files.names import found
from workbench.tasks.climate.files.normal import normal, straight
from workbench.tasks.climate.files.opening import is_zarr, opened
from workbench.tasks.climate.files.parts import Part, Parts, damaged, in_order

ENDINGS = (".nc", ".nc4", ".cdf", ".netcdf")
_READ = 64 << 20  # bytes of a file that are read at once


def netcdf_in(path: Path) -> list[Path]:
    """The NetCDF files of a folder; a file or Zarr folder itself."""
    if path.is_file() or is_zarr(path):
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.suffix in ENDINGS and not file.name.startswith(".")
    )


def cf_parts(path: Path) -> Parts:
    """The maps of a NetCDF file or Zarr folder, or of all files in a folder.

    Raises:
        BadInput: a file has no known variable, or the only one is damaged.
    """
    each: list[Part] = []
    annotators, simulated = 0, True
    for file in netcdf_in(path):
        try:
            parts, people, made = _of_file(file)
        except BadInput as error:
            if file == path:
                raise
            each.append(damaged(file, error))
            continue
        each += parts
        annotators = max(annotators, people)
        simulated &= made
    if not each:
        raise BadInput(f"{path}: no map in it: give a folder of NetCDF files")
    layout = "sequences" if simulated else "cf"
    return Parts(path, layout, in_order(each), annotators, simulated)


def _of_file(file: Path) -> tuple[list[Part], int, bool]:
    """A file's parts, its annotators, and whether it is simulated."""
    with opened(file) as data:
        maps = straight(data, file)
        time = times_of(maps, file)
        fields = found(maps, file)
        size = 4 * len(fields) * maps.sizes["lat"] * maps.sizes["lon"]
        simulated = maps.attrs.get("simulated") == "yes"
        first = 0
        if "sequence" in maps.variables and simulated:
            first = int(maps["sequence"].to_numpy().ravel()[0])
        people = maps.sizes.get("annotator", int(bool({"LABELS", "label"} & set(maps))))
    count = max(1, _READ // size)
    parts = [
        Part(
            file,
            time[k],
            min(count, len(time) - k),
            partial(read_cf, file, slice(k, k + count)),
            first,
        )
        for k in range(0, len(time), count)
    ]
    return parts, people, simulated


def read_cf(file: Path, steps: slice = slice(None)) -> xr.Dataset:
    """Maps of a NetCDF file or Zarr folder in the one form.

    Raises:
        BadInput: names the file, the variable and what to do.
    """
    with opened(file) as data:
        return normal(data, file, steps)
