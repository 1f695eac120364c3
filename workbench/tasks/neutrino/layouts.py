"""The two public HDF5 layouts: what their data sets are called, and writing them.

2016: flat, gzip, one event a chunk, rows upside down, a Fuel ``split`` attribute
(gnperdue/ANNMINERvA ``make_hdf5_fuelfiles.py``). 2017: nested, energy and time in one
array, rows as the strips are numbered (the collaboration's ROOT-to-HDF5 skimmer).
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import h5py
import numpy as np

from workbench.errors import BadInput
from workbench.lock import take_lock
from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.geometry import COLUMN, STRIPS, VIEW, columns
from workbench.tasks.neutrino.particles import hadron_data, lepton_data
from workbench.tasks.neutrino.segments import NO_PLANE_CODE, NO_SEGMENT
from workbench.tasks.neutrino.truth import CAPPED, NO_Z, interaction_of
from workbench.writing import explained, written

Arrays = Mapping[str, np.ndarray]
WIDTHS = (50, 94)  # X columns; U and V have half
LABELS = {  # data set in the 2016 layout -> its place in the 2017 one
    "eventids": "event_data/eventids",
    "segments": "vtx_data/segments",
    "planecodes": "vtx_data/planecodes",
    "zs": "vtx_data/zs",
}
_SPLIT = {"train": 0.83, "valid": 0.10, "test": 0.07}
_AXES = ("batch", "view(xuv)", "height(view-coord)", "width(z)")


def image(events: Events, view: int, x_columns: int) -> np.ndarray:
    """Energy and time of one view, shape (N, 2, 127, columns) float32.

    Hits of one cell add their energies; the cell keeps one of their times.
    """
    width = columns(view, x_columns)
    plane = events.hits["plane"]
    mine = np.flatnonzero((VIEW[plane] == view) & (COLUMN[plane] < width))
    event = np.searchsorted(events.hit_start, mine, side="right") - 1
    hits = events.hits[mine]
    where = (event, hits["strip"], COLUMN[hits["plane"]])
    cells = np.zeros((len(events), 2, STRIPS, width), np.float32)
    np.add.at(cells[:, 0], where, hits["energy"].astype(np.float32))
    cells[:, 1][where] = hits["time"]
    return cells


def labels(events: Events, ids: np.ndarray) -> dict[str, np.ndarray]:
    """The label data sets both layouts have; without truth as data carry them."""
    truth, n = events.truth, len(events)
    if truth is None:
        return {
            "eventids": ids.astype(np.uint64),
            "segments": np.full(n, NO_SEGMENT, np.uint8),
            "planecodes": np.full(n, NO_PLANE_CODE, np.uint16),
            "zs": np.full(n, NO_Z, np.float32),
        }
    return {
        "eventids": truth["event"],
        "segments": truth["segment"],
        "planecodes": truth["plane_code"],
        "zs": truth["z"],
    }


def write_2016(
    path: Path | str,
    batches: Iterable[Events],
    *,
    x_columns: int = 50,
    times: Literal["none", "separate", "combined"] = "separate",
) -> None:
    """Write the flat layout of 2016; plane codes stop at 66.

    Args:
        path: The file to be.
        batches: All events in order.
        x_columns: 50 or 94.
        times: Leave hit times out, put them into ``times-x`` … beside ``hits-x`` …, or
            both into the two-deep ``hitimes-x`` ….

    Raises:
        BadInput: the file exists, there are no events, or the disk is full.
    """

    def arrays(events: Events, first: int) -> Arrays:
        found = labels(events, first + np.arange(len(events)))
        known = found["planecodes"] != NO_PLANE_CODE
        capped = np.minimum(found["planecodes"], CAPPED)
        found["planecodes"] = np.where(known, capped, NO_PLANE_CODE).astype(np.uint16)
        for view, letter in enumerate("xuv"):
            cells = image(events, view, x_columns)[:, :, ::-1]
            if times == "combined":
                found[f"hitimes-{letter}"] = cells
                continue
            found[f"hits-{letter}"] = cells[:, :1]
            if times == "separate":
                found[f"times-{letter}"] = cells[:, 1:]
        return found

    def finish(file: Any) -> None:
        file.attrs["split"] = _fuel_split(list(file), len(file["eventids"]))

    _write(Path(path), batches, arrays, finish)


def write_2017(
    path: Path | str, batches: Iterable[Events], *, x_columns: int = 94
) -> None:
    """Write the nested layout of 2017, with times and whatever truth there is.

    Args:
        path: The file to be.
        batches: All events in order.
        x_columns: 50 or 94.

    Raises:
        BadInput: the file exists, there are no events, or the disk is full.
    """

    def arrays(events: Events, first: int) -> Arrays:
        truth = events.truth
        found = {
            LABELS[name]: values[:, None]
            for name, values in labels(events, first + np.arange(len(events))).items()
        }
        run, rest = np.divmod(found["event_data/eventids"], 10**10)
        middle, gate_slice = np.divmod(rest, 100)
        found["event_data/eventids_a"] = (run * 100 + gate_slice).astype(np.uint32)
        found["event_data/eventids_b"] = middle.astype(np.uint32)
        for view, letter in enumerate("xuv"):
            found[f"img_data/hitimes-{letter}"] = image(events, view, x_columns)
        if truth is not None:
            rows = {
                "gen_data": _generator_data(truth),
                "hadro_data": hadron_data(events),
                "lepto_data": lepton_data(events),
            }
            for group, values in rows.items():
                for name, column in values.items():
                    found[f"{group}/{name}"] = column[:, None]
        return found

    _write(Path(path), batches, arrays, lambda file: None)


def _generator_data(truth: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "Q2": truth["q2"] * np.float32(1e6),  # MeV²
        "W": truth["w"] * np.float32(1e3),  # MeV
        "x": truth["bjorken_x"],
        "y": truth["inelasticity"],
        "current": truth["current"].astype(np.uint32),
        "int_type": interaction_of(truth["channel"]),
        "targetZ": truth["nucleus"].astype(np.uint32),
    }


def _write(
    path: Path,
    batches: Iterable[Events],
    arrays: Callable[[Events, int], Arrays],
    finish: Callable[[Any], None],
) -> None:
    """Append every batch to a file that gets its name when all is written."""
    lock = path.with_name(path.name + ".lock")
    kept = f"nothing is kept of {path.name}: make room and run the command again"
    with explained(path):
        if path.exists():
            raise BadInput(f"{path} exists: remove it or give another path")
        path.parent.mkdir(parents=True, exist_ok=True)
        take_lock(lock, path)
    try:
        with written(path, kept) as disk, h5py.File(disk, "w") as file:
            done = 0
            for batch in batches:
                found = arrays(batch, done)
                _append(file, found, done)
                file.flush()
                done += len(batch)
                if disk.error:
                    break
            if not done:
                raise BadInput(f"{path}: no events to write")
            if not disk.error:
                finish(file)
    finally:
        lock.unlink(missing_ok=True)


def _append(file: Any, found: Arrays, done: int) -> None:
    for name, values in found.items():
        if name not in file:
            one = (1, *values.shape[1:]) if values.ndim > 2 else None
            file.create_dataset(
                name,
                shape=(0, *values.shape[1:]),
                maxshape=(None, *values.shape[1:]),
                dtype=values.dtype,
                chunks=one or (4096, *values.shape[1:]),
                compression="gzip",
                compression_opts=4,
            )
            for axis, label in enumerate(_AXES[: values.ndim] if one else ()):
                file[name].dims[axis].label = label
        file[name].resize(done + len(values), axis=0)
        file[name][done:] = values


def _fuel_split(names: list[str], events: int) -> np.ndarray:
    """Fuel's table of which rows are train, valid and test."""
    kinds = [
        ("split", "S5"),
        ("source", f"S{max(map(len, names))}"),
        ("start", np.int64),
        ("stop", np.int64),
        ("indices", h5py.ref_dtype),
        ("available", np.bool_),
        ("comment", "S1"),
    ]
    stops = np.cumsum([0, *_SPLIT.values()]) * events
    stops = np.floor(stops + 1e-6).astype(int).tolist()
    table = [
        (split.encode(), name.encode(), start, stop, h5py.Reference(), True, b".")
        for split, start, stop in zip(_SPLIT, stops, stops[1:], strict=False)
        for name in names
    ]
    return np.array(table, kinds)
