"""DeepCAM's HDF5 files: one a map, channels last, heuristic labels at two thresholds.

``data-YYYY-MM-DD-SS-R.h5`` holds ``climate/data`` (768, 1152, 16), its statistics
``climate/data_stats`` (mean, largest, least, spread of each channel), and the labels
``climate/labels_0`` and ``labels_1`` with theirs; ``stats.h5`` beside them those of all
files (Kurth et al., Exascale deep learning for climate analytics, SC18; MLCommons HPC,
DeepCAM).
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
from workbench.tasks.climate.files.normal import maps, whole_codes
from workbench.tasks.climate.files.parts import Part, Parts, damaged, in_order
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import NAMES
from workbench.writing import written

NAME = re.compile(r"data-\d{4}-\d\d-\d\d-\d\d-\d+(-ANOMALY)?\.h5")
BUSY = 0.9  # below this share of background a file is called an anomaly
STATISTICS = "stats.h5"


def deepcam_parts(path: Path) -> Parts:
    """The maps of a folder, or of one file.

    Raises:
        BadInput: the only file is damaged.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*.h5"))
    each: list[Part] = []
    annotators, simulated = 0, True
    for file in files:
        if file.name == STATISTICS or file.name.startswith("."):
            continue
        try:
            said = _about(file)
        except BadInput as error:
            if file == path:
                raise
            each.append(damaged(file, error))
            continue
        when = date_in(file.name)
        number = int(said.get("sequence", 0))
        each.append(Part(file, when, 1, partial(read_deepcam, file), number))
        annotators = max(annotators, _people(said))
        simulated &= said.get("simulated") == "yes"
    if not each:
        raise BadInput(f"{path}: no map in it: give a folder of data-….h5 files")
    return Parts(path, "deepcam", in_order(each), annotators, simulated)


def _about(file: Path) -> dict[str, Any]:
    with whole(file), h5py.File(file, locking=False) as opened:
        group: Any = opened.get("climate")
        if not isinstance(group, h5py.Group) or "data" not in group:
            raise BadInput(
                f"{file}: no data set climate/data: wanted DeepCAM's layout: leave the "
                "file out"
            )
        labels = sum(f"labels_{k}" in group for k in range(2))
        return {"labels": labels, **dict(group.attrs)}


def _people(said: dict[str, Any]) -> int:
    """How many of the labels somebody drew, or a heuristic."""
    return int(said.get("annotators", said["labels"]))


def read_deepcam(file: Path) -> xr.Dataset:
    """One map in the one form; its two labels are two annotators.

    Raises:
        BadInput: it is damaged, or has other channels.
    """
    said = _about(file)
    with whole(file), h5py.File(file, locking=False) as opened:
        group: Any = opened["climate"]
        data = np.asarray(group["data"], np.float32)
        codes = {
            name: np.asarray(group[name])
            for name in ("labels_0", "labels_1", "truth", "ignore")
            if name in group
        }
    if data.ndim != 3 or data.shape[2] != len(NAMES):
        raise BadInput(
            f"{file}: climate/data is {' × '.join(map(str, data.shape))}: wanted rows "
            f"× columns × {len(NAMES)} channels: leave the file out"
        )
    for name, values in codes.items():
        if values.shape != data.shape[:2]:
            raise BadInput(
                f"{file}: climate/{name} is {' × '.join(map(str, values.shape))}, the "
                f"map {' × '.join(map(str, data.shape[:2]))}: leave the file out"
            )
    grid = Grid(*data.shape[:2])
    when = said.pop("valid_time", None)
    time = np.datetime64(str(when), "s") if when else date_in(file.name)
    labels = [
        whole_codes(codes[f"labels_{k}"], f"{file}: climate/labels_{k}")
        for k in range(_people(said))
    ]
    number = int(said.pop("sequence", 0))
    attrs = {k: v for k, v in said.items() if k not in ("labels", "annotators")}
    return maps(
        {name: data[None, :, :, k] for k, name in enumerate(NAMES)},
        lat=grid.lat,
        lon=grid.lon,
        time=np.array([time]),
        sequence=np.array([number]),
        attrs=attrs,
        TRUTH=codes["truth"][None] if "truth" in codes else None,
        IGNORE=codes["ignore"][None] if "ignore" in codes else None,
        LABELS=np.stack(labels)[:, None] if labels else None,
    )


def write_deepcam(folder: Path, data: xr.Dataset) -> list[Path]:
    """Write maps as DeepCAM's files, one a map; the first two annotators are kept.

    Raises:
        BadInput: a variable or date is missing, there are more annotators than the
            layout holds, the grid does not run from pole to pole, or the place cannot
            be written.
    """
    people = data.sizes.get("annotator", 0)
    if missing := [name for name in NAMES if name not in data]:
        raise BadInput(f"{folder}: no {missing[0]}: DeepCAM's layout holds all 16")
    if people > 2:
        raise BadInput(
            f"{folder}: {people} annotators, but DeepCAM's layout holds 2: give "
            "--annotators 2 or fewer"
        )
    grid = Grid(data.sizes["lat"], data.sizes["lon"])
    if not np.allclose(data.lat, grid.lat) or not np.allclose(data.lon, grid.lon):
        raise BadInput(
            f"{folder}: DeepCAM's layout has no place for latitudes: give maps from "
            "pole to pole"
        )
    files: list[Path] = []
    days: dict[str, int] = {}
    for step in range(data.sizes["time"]):
        one = data.isel(time=step)
        if np.isnat(one.time.to_numpy()):
            raise BadInput(f"{folder}: map {step} has no date to name its file by")
        day = str(one.time.to_numpy().astype("datetime64[D]"))
        stem = f"data-{day}-{days.get(day, 0):02}-{int(one.sequence) + 1}"
        days[day] = days.get(day, 0) + 1
        files.append(_write(folder, stem, one, people))
    return files


def _write(folder: Path, stem: str, one: xr.Dataset, people: int) -> Path:
    fields = np.stack([one[name].to_numpy() for name in NAMES], axis=-1)
    drawn = [one["LABELS"][k].to_numpy() for k in range(people)]
    if not drawn and "TRUTH" in one:
        drawn = [one["TRUTH"].to_numpy()]
    labels = [drawn[0], drawn[-1]] if drawn else []
    busy = bool(labels) and (labels[0] == 0).mean() < BUSY
    file = folder / f"{stem}{'-ANOMALY' if busy else ''}.h5"
    with written(file) as disk, h5py.File(disk, "w") as opened:
        group = opened.create_group("climate")
        group["data"] = fields.astype(np.float32)
        group["data_stats"] = _moments(fields.reshape(-1, len(NAMES)))
        for k, codes in enumerate(labels):
            group[f"labels_{k}"] = codes.astype(np.float32)
            group[f"labels_{k}_stats"] = _label_moments(codes)
        for name in ("TRUTH", "IGNORE"):
            if name in one:
                group[name.lower()] = one[name].to_numpy()
        group.attrs.update(one.attrs)
        when = one.time.to_numpy().astype("datetime64[s]")
        group.attrs["valid_time"] = str(when)
        group.attrs["sequence"] = int(one.sequence)
        group.attrs["annotators"] = people
    return file


def _moments(values: np.ndarray) -> np.ndarray:
    """Mean, largest, least and spread of each column, (4, columns)."""
    double = values.astype(np.float64)
    rows = (double.mean(0), double.max(0), double.min(0), double.std(0))
    return np.stack(rows).astype(np.float32)


def _label_moments(codes: np.ndarray) -> np.ndarray:
    """The moments of the codes and the share of each class, (7, 1)."""
    moments = _moments(codes.reshape(-1, 1))
    shares = [[(codes == code).mean()] for code in range(3)]
    return np.concatenate([moments, np.array(shares, np.float32)])


def write_statistics(folder: Path) -> Path:
    """Write ``stats.h5``: what the benchmark scales the channels of all files by."""
    total = np.zeros((2, len(NAMES)))
    least = np.full(len(NAMES), np.inf)
    most, count = -least, 0
    for file in sorted(folder.glob("data-*.h5")):
        with h5py.File(file, locking=False) as opened:
            stats: Any = opened["climate/data_stats"]
            mean, high, low, spread = np.asarray(stats, np.float64)
        total += [mean, mean**2 + spread**2]
        least, most, count = np.minimum(least, low), np.maximum(most, high), count + 1
    target = folder / STATISTICS
    with written(target) as disk, h5py.File(disk, "w") as opened:
        group = opened.create_group("climate")
        group["count"] = count
        names = ("mean", "sqmean", "minval", "maxval")
        for name, values in zip(
            names, (*total / max(1, count), least, most), strict=True
        ):
            group[name] = values.astype(np.float32)
    return target
