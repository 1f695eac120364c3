"""Turning files of any layout into a store."""

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import xarray as xr

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.tasks.climate.files.layouts import open_maps
from workbench.tasks.climate.files.limits import refuse_unfit
from workbench.tasks.climate.files.parts import Parts
from workbench.tasks.climate.files.regrid import regridded
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.store_writer import StoreWriter
from workbench.tasks.climate.variables import NAMES

_APART = np.timedelta64(24, "h")  # maps further apart do not follow one another


def convert(path: Path, store: Path, grid: str | None = None) -> None:
    """Write the maps of a file or folder into a store, going on where one stopped.

    Args:
        path: In any layout but a store.
        store: To be.
        grid: To bring the maps onto, as ``ROWSxCOLUMNS``; as they are if not given.

    Raises:
        BadInput: names the file, the variable and what to do.
    """
    parts = open_maps(path)
    made = {"from": str(path), "layout": parts.layout, "grid": grid}
    made["stamp"] = stamp(path)
    with StoreWriter(store, parts.maps, made, parts.annotators) as writer:
        done = writer.maps
        shown = with_progress(
            _fit(parts, grid, done),
            lambda data: data.sizes["time"],
            parts.maps,
            "maps",
            done=done,
            what="convert",
        )
        for data in shown:
            writer.add(data)


def _fit(parts: Parts, grid: str | None, done: int) -> Iterator[xr.Dataset]:
    """The maps after the first ``done``, checked, each sequence with its number."""
    wanted = Grid.named(grid) if grid else None
    said = False
    first: tuple[xr.Dataset, Path] | None = None
    last, number, past = np.datetime64("NaT", "s"), -1, 0
    for part in parts.each:
        skipped = past + part.maps <= done
        if skipped and parts.simulated:
            past += part.maps
            continue
        data = part.read()
        if first is None:
            first = (data.isel(time=slice(0)), part.path)
        refuse_other(data, part.path, *first)
        if not parts.simulated:
            time = data.time.to_numpy().astype("datetime64[s]")
            new = ~(np.diff(time, prepend=last) <= _APART)
            numbers = number + np.cumsum(new)
            last, number = time[-1], int(numbers[-1])
            data = data.assign_coords(sequence=("time", numbers))
        start = min(part.maps, max(0, done - past))
        past += part.maps
        if start == part.maps:
            continue
        data = data.isel(time=slice(start, None))
        refuse_unfit(data, part.path)
        if wanted and (data.sizes["lat"], data.sizes["lon"]) != wanted.shape:
            if not said:
                print(
                    f"workbench: {parts.path}: regridded from {data.sizes['lat']}x"
                    f"{data.sizes['lon']} to {grid}: area means where coarser, linear "
                    "where finer, classes of the nearest point",
                    file=sys.stderr,
                )
            said = True
            data = regridded(data, wanted)
        yield data


def refuse_other(
    data: xr.Dataset, path: Path, first: xr.Dataset, first_path: Path
) -> None:
    """Refuse maps of another grid, or of other variables, than the first file's.

    Raises:
        BadInput: names both files.
    """
    for axis in ("lat", "lon"):
        ours, theirs = data[axis].to_numpy(), first[axis].to_numpy()
        if len(ours) != len(theirs) or not np.allclose(ours, theirs, atol=1e-3):
            raise BadInput(
                f"{path}: {axis} has {len(ours)} values from {ours[0]:g} to "
                f"{ours[-1]:g}, in {first_path} {len(theirs)} from {theirs[0]:g} to "
                f"{theirs[-1]:g}: bring the files onto one grid or into two folders"
            )
    has = {name for name in (*NAMES, "TRUTH") if name in data}
    wanted = {name for name in (*NAMES, "TRUTH") if name in first}
    for name in sorted(wanted - has):
        raise BadInput(f"{path}: no variable {name}, which {first_path} has: add it")
    for name in sorted(has - wanted):
        raise BadInput(f"{first_path}: no variable {name}, which {path} has: add it")


def stamp(path: Path) -> str:
    """Digest of the names, sizes and times of change of a file, or of a folder's."""
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    content = sha256()
    for file in files:
        known = file.stat()
        content.update(
            f"{file.relative_to(path)} {known.st_size} {known.st_mtime_ns};".encode()
        )
    return content.hexdigest()[:16]
