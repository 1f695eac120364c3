"""The Zarr arrays of a store: their shapes, chunks and compression."""

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from workbench.tasks.climate.conventions import CODES, LATITUDE, LONGITUDE
from workbench.tasks.climate.files.limits import NOBODY

CLOCK = {"units": "seconds since 1970-01-01", "calendar": "proleptic_gregorian"}


def create(folder: Path, kind: dict[str, Any], maps: int, annotators: int) -> Any:
    """A Zarr group with the arrays that maps are written into one by one.

    Args:
        folder: Of the group.
        kind: ``channels``, ``lat``, ``lon`` and whether there is ``truth``.
        maps: How many there will be.
        annotators: How many draw.
    """
    import zarr
    from zarr.codecs import BloscCodec

    group = zarr.open_group(folder, mode="a", zarr_format=3)
    shape = (len(kind["lat"]), len(kind["lon"]))
    plane = ("lat", "lon")
    # zstd would save 7 % more room and cost reading speed (benchmarks/climate_store.py)
    fields = BloscCodec(cname="lz4", clevel=5, shuffle="shuffle")
    codes = BloscCodec(cname="zstd", clevel=3, shuffle="noshuffle")
    arrays: dict[str, tuple[tuple[int, ...], tuple[str, ...], Any, Any, Any]] = {
        "image": (
            (len(kind["channels"]),),
            ("channel",),
            fields,
            np.nan,
            {"channels": kind["channels"]},
        ),
    }
    said = {**CODES, "flag_values": CODES["flag_values"].tolist()}
    if kind["truth"]:
        arrays["truth"] = ((), (), codes, NOBODY, said)
        arrays["ignore"] = ((), (), codes, NOBODY, {})
    if annotators:
        arrays["labels"] = ((annotators,), ("annotator",), codes, NOBODY, said)
    for name, (more, dims, codec, fill, attributes) in arrays.items():
        group.create_array(
            name,
            shape=(maps, *more, *shape),
            chunks=(1, *more, *shape),
            dtype="float32" if name == "image" else "uint8",
            compressors=codec,
            fill_value=fill,
            dimension_names=("time", *dims, *plane),
            attributes=attributes,
            chunk_key_encoding={"name": "default", "separator": "."},
            config={"write_empty_chunks": True},
            overwrite=True,
        )
    for name, attributes in (("lat", LATITUDE), ("lon", LONGITUDE)):
        _small(group, name, np.array(kind[name]), (name,), attributes)
    return group


def finish(folder: Path, small: dict[str, np.ndarray], about: dict[str, Any]) -> None:
    """Add what is said of each map and of all, and bring everything to the disk."""
    import zarr
    from zarr.errors import ZarrUserWarning

    group = zarr.open_group(folder, mode="r+", zarr_format=3)
    _small(group, "time", small["time"], ("time",), CLOCK)
    _small(group, "sequence", small["sequence"], ("time",), {})
    _small(group, "counts", small["counts"], ("time", "source", "class"), {})
    group.attrs.update(about)
    with warnings.catch_warnings():
        # it says that not every library reads it; those that do not read the rest
        warnings.simplefilter("ignore", ZarrUserWarning)
        zarr.consolidate_metadata(group.store)
    for file in folder.rglob("*"):
        if file.is_file():
            handle = os.open(file, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)


def _small(
    group: Any,
    name: str,
    values: np.ndarray,
    dims: tuple[str, ...],
    attributes: dict[str, Any],
) -> None:
    array = group.create_array(
        name,
        shape=values.shape,
        dtype=values.dtype,
        dimension_names=dims,
        attributes=attributes,
        fill_value=np.iinfo(np.int64).min if name == "time" else 0,
        config={"write_empty_chunks": True},
        overwrite=True,
    )
    array[...] = values
