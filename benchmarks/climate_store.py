"""The store of maps against NetCDF read map by map: random batches, size, memory.

One run, one machine, the same simulated maps in 16 variables: a store, and ClimateNet's
layout, uncompressed, one file a map, each opened by xarray and its variables stacked,
as the field's data sets are read. Files in the page cache; the ratios are what to look
at. The engine netcdf4 is taken where it is installed (it is no dependency).
"""

import argparse
import importlib.util
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import xarray as xr

from benchmarks.machine import machine
from benchmarks.memory import in_process
from benchmarks.rate import rate
from workbench.tasks.climate.files.climatenet import write_climatenet
from workbench.tasks.climate.generator import simulate
from workbench.tasks.climate.store import Store
from workbench.tasks.climate.store_writer import StoreWriter
from workbench.tasks.climate.variables import NAMES

BATCH = 4
CODECS = ("none", "lz4", "zstd")
MEMORY = """
import sys
import numpy as np
from benchmarks.memory import peak
from workbench.order import rows
from workbench.tasks.climate.store import Store
from workbench.tasks.climate.store_writer import StoreWriter
verb, source, path, maps = *sys.argv[1:4], int(sys.argv[4])
few = Store(source)
part = few.maps(np.arange(4))
before = peak()
if verb == "write":
    with StoreWriter(path, maps, {}, few.annotators) as writer:
        for _ in range(maps // 4):
            writer.add(part)
else:
    store = Store(path)
    order = rows(len(store), seed=0, epoch=0)
    for first in range(0, maps, 4):
        store.read(order[first : first + 4])
print(f"{before:.0f} {peak():.0f}")
"""


def peer(files: list[Path], engine: str) -> Callable[[np.ndarray], np.ndarray]:
    """ClimateNet's files as its users read them."""

    def read(index: np.ndarray) -> np.ndarray:
        batch: list[np.ndarray] = []
        for row in index.tolist():
            with xr.open_dataset(files[row], engine=engine) as data:
                fields = np.stack([data[name].to_numpy()[0] for name in NAMES])
                data["LABELS"].to_numpy()
            batch.append(fields)
        return np.stack(batch)

    return read


def recoded(store: Path, target: Path, codec: str) -> Callable[[np.ndarray], object]:
    """The store's channels alone under another compression, read chunk by chunk."""
    import zarr
    from zarr.codecs import BloscCodec

    given = zarr.open_group(store, mode="r")["image"]
    how = None if codec == "none" else BloscCodec(cname=codec, clevel=5)
    made = zarr.create_array(
        target,
        shape=given.shape,
        chunks=given.chunks,
        dtype=given.dtype,
        compressors=how,
    )
    for row in range(given.shape[0]):
        made[row] = given[row]
    array = zarr.open_array(target, mode="r")
    return lambda index: np.stack([array[row] for row in index.tolist()])


def size(folder: Path) -> float:
    """MB in a folder."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maps", type=int, default=32)
    parser.add_argument("--large", type=int, default=2000)
    parser.add_argument("--grid", default="192x288")
    parser.add_argument("--seconds", type=float, default=6)
    args = parser.parse_args()
    print(machine())
    libraries = ("zarr", "numcodecs", "xarray", "h5netcdf", "netCDF4")
    known = [name for name in libraries if importlib.util.find_spec(name)]
    print(", ".join(f"{name} {version(name)}" for name in known))
    with tempfile.TemporaryDirectory() as place:
        measure(Path(place), args.maps, args.grid, args.large, args.seconds)


def measure(place: Path, maps: int, grid: str, large: int, seconds: float) -> None:
    """Everything on ``maps`` simulated maps, memory on ``large``."""
    files: list[Path] = []
    folder = place / "climatenet"
    folder.mkdir()
    with StoreWriter(place / "store", maps, {}, 1) as writer:
        for data in simulate(maps, 1, grid=grid):
            writer.add(data)
            files += write_climatenet(folder, data)
    store = Store(place / "store")
    print(f"\n{maps} simulated maps of {grid}, 16 variables and labels")
    print(f"random batches of {BATCH}, maps/s, one process, warm; MB a map")
    engines = [e for e in ("netcdf4", "h5netcdf") if e in xr.backends.list_engines()]
    read: dict[str, tuple[Callable[[np.ndarray], object], float]] = {
        f"NetCDF, one file a map, {engine}": (peer(files, engine), size(folder))
        for engine in engines
    }
    read["store, with truth and labels"] = (store.read, size(place / "store"))
    for codec in CODECS:
        reader = recoded(place / "store", place / codec, codec)
        read[f"  channels alone, {codec}"] = (reader, size(place / codec))
    base = 0.0
    for name, (reader, megabytes) in read.items():
        reader(np.arange(maps))  # into the page cache
        value = rate(reader, maps, BATCH, seconds)
        base = base or value
        print(
            f"  {name:34}{value:8.1f}   ratio {value / base:6.2f}   "
            f"{megabytes / maps:6.2f}"
        )
    print(f"  (ratio to {engines[0]}; bar for the store: 5)")
    print(f"\nmemory at {large:,} maps of 96x144 (peak resident, MB)")
    with StoreWriter(place / "small", 4, {}, 1) as writer:
        for data in simulate(4, 1, grid="96x144"):
            writer.add(data)
    for verb in ("write", "read"):
        words = (verb, place / "small", place / "large", large)
        before, peak = in_process(MEMORY, *words)
        print(f"  {verb:6} {before:5.0f} before, {peak:5.0f} at most")


if __name__ == "__main__":
    main()
