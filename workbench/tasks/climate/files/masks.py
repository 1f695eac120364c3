"""Rivers and cyclones in masks of their own: ``AR/`` and ``TC/`` beside the fields.

Each file of the two folders holds ``label`` (annotator, latitude, longitude) at one
``time``; the same name in both is the same time. Every other NetCDF file of the folder
holds fields (the layout of the ClimateNetLarge set, Sci. Data 2025,
doi:10.1038/s41597-025-05480-0).
"""

from functools import partial
from pathlib import Path

import numpy as np
import xarray as xr

from workbench.damage import whole
from workbench.errors import BadInput
from workbench.tasks.climate.files.axes import times_of
from workbench.tasks.climate.files.cf import netcdf_in, read_cf
from workbench.tasks.climate.files.normal import PEOPLE, joined, straight
from workbench.tasks.climate.files.opening import opened
from workbench.tasks.climate.files.parts import Part, Parts, in_order

RIVERS, CYCLONES = "AR", "TC"


def masks_parts(path: Path) -> Parts:
    """The labelled maps of a folder.

    Raises:
        BadInput: a mask has no partner, or no fields at its time.
    """
    folders = (path / RIVERS, path / CYCLONES)
    fields = {
        when: (file, step)
        for file in netcdf_in(path)
        if file.parent not in folders
        for step, when in enumerate(_times(file))
    }
    each: list[Part] = []
    annotators = 0
    for file in netcdf_in(folders[0]):
        partner = folders[1] / file.name
        if not partner.is_file():
            raise BadInput(f"{file}: no {partner}: a map needs both masks: add it")
        (when,) = _times(file)
        if when not in fields:
            raise BadInput(
                f"{file}: time {when}: no file of {path} has fields at that time: add "
                "them or leave the masks out"
            )
        annotators = max(annotators, _mask(file).sizes["annotator"])
        read = partial(read_masks, file, partner, *fields[when])
        each.append(Part(file, when, 1, read))
    if not each:
        raise BadInput(f"{path}: no masks in {RIVERS}/: copy them there")
    return Parts(path, "masks", in_order(each), annotators)


def _times(file: Path) -> list[np.datetime64]:
    with opened(file) as data:
        return list(times_of(straight(data, file), file))


def _mask(file: Path) -> xr.DataArray:
    """A file's mask (annotator, time, lat, lon)."""
    with opened(file) as data:
        maps = straight(data, file)
        if "label" not in maps:
            raise BadInput(f"{file}: no variable label: leave the file out")
        label = maps["label"]
        for name in ("annotator", "time"):
            if name not in label.dims:
                label = label.expand_dims(name)
        with whole(file, "label "):
            return label.transpose(*PEOPLE).load()


def read_masks(rivers: Path, cyclones: Path, fields: Path, step: int) -> xr.Dataset:
    """One map with its two masks as one code; a cyclone inside a river is a cyclone.

    Raises:
        BadInput: masks and fields lie on different grids.
    """
    maps = read_cf(fields, slice(step, step + 1))
    river, cyclone = _mask(rivers), _mask(cyclones)
    for file, mask in ((rivers, river), (cyclones, cyclone)):
        size = mask.sizes["lat"], mask.sizes["lon"]
        wanted = maps.sizes["lat"], maps.sizes["lon"]
        if size != wanted or not np.allclose(mask["lat"], maps.lat, atol=1e-3):
            raise BadInput(
                f"{file}: label is {size[0]} × {size[1]}, the fields of {fields} are "
                f"{wanted[0]} × {wanted[1]}: bring both onto one grid"
            )
    if river.shape != cyclone.shape:
        raise BadInput(f"{cyclones}: label has other annotators than {rivers}")
    codes = joined(river.to_numpy() > 0, cyclone.to_numpy() > 0)
    return maps.assign(LABELS=(PEOPLE, codes))
