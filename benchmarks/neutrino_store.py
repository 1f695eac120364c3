"""The event store against the public dense layout: size, random batches, memory.

One run, one machine, the same simulated events: a store, and the flat HDF5 layout of
2016 (energy, gzip, one event a chunk) read by plain h5py. Batches of 256 random events,
files in the page cache; the ratios are what to look at.
"""

import argparse
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import h5py
import numpy as np
import torch

from benchmarks.memory import in_process
from benchmarks.rate import rate
from workbench.tasks.neutrino.dense import images
from workbench.tasks.neutrino.events import concatenate
from workbench.tasks.neutrino.layouts import write_2016
from workbench.tasks.neutrino.simulator import simulate
from workbench.tasks.neutrino.store import Store, write_store

BATCH = 256
MEMORY = """
import sys, time
import numpy as np
from benchmarks.memory import peak
from workbench.order import rows
from workbench.tasks.neutrino.store import Store, StoreWriter
verb, source, path, events = *sys.argv[1:4], int(sys.argv[4])
few = Store(source)
part = few.read(np.arange(1000))
before, start, index = peak(), time.perf_counter(), None
if verb == "write":
    with StoreWriter(path, {}) as writer:
        for _ in range(events // 1000):
            writer.add(part)
else:
    store = Store(path)
    for first in range(0, events, 256):
        if first % (events // 256 // 4 * 256) == 0:
            index = rows(len(store), seed=0, epoch=first)
        store.read(index[first : first + 256])
seconds = time.perf_counter() - start
print(f"{before:.0f} {peak():.0f} {events / seconds:.0f}")
"""


def dense_reader(path: Path) -> Callable[[np.ndarray], dict[str, torch.Tensor]]:
    """The public layout as a loader would read it: event by event into a batch."""
    file = h5py.File(path)
    sets = {view: file[f"hits-{view}"] for view in "xuv"}

    def read(index: np.ndarray) -> dict[str, torch.Tensor]:
        batch: dict[str, torch.Tensor] = {}
        for view, data in sets.items():
            out = np.empty((len(index), *data.shape[1:]), np.float32)
            for place, row in enumerate(index.tolist()):
                out[place] = data[row]
            batch[view] = torch.from_numpy(out)
        return batch

    return read


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=8)
    args = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        measure(Path(place), args.events, args.large, args.seconds)


def measure(place: Path, events: int, large: int, seconds: float) -> None:
    """Everything on ``events`` simulated events, memory on ``large``."""
    parts = list(simulate(events, seed=1))
    write_store(place / "store", parts, {"seed": 1})
    write_2016(place / "dense", [concatenate(parts)], times="none")
    store, dense = Store(place / "store"), dense_reader(place / "dense")
    files = {p.name: p.stat().st_size for p in (place / "store").iterdir()}
    hits = np.mean([len(part.hits) / len(part) for part in parts])
    print(f"{events:,} simulated events, {hits:.0f} hits an event in 188 planes")
    print(
        f"numpy {version('numpy')}, h5py {version('h5py')}, torch {torch.__version__}"
    )
    print("\nsize, bytes an event (bar: 3,000)")
    print(f"  store, all planes, times, truth    {sum(files.values()) / events:8.0f}")
    for name, size in sorted(files.items(), key=lambda item: -item[1]):
        print(f"    {name:33}{size / events:8.0f}")
    size = (place / "dense").stat().st_size / events
    print(f"  dense 2016, 50/25/25, energy only  {size:8.0f}")

    print(f"\nrandom batches of {BATCH}, events/s, one process, warm")

    def sparse(index: np.ndarray) -> object:
        return images(store.read(index))

    read = {
        "store, sparse events": rate(store.read, events, BATCH, seconds),
        "store, to images": rate(sparse, events, BATCH, seconds),
        "dense, to images": rate(dense, events, BATCH, seconds),
    }
    base = read["dense, to images"]
    for name, value in read.items():
        print(f"  {name:24}{value:9.0f}   ratio to dense {value / base:6.2f}")
    print("  (bar: ratio 5)")

    print(f"\nmemory at {large:,} events (peak resident, MB)")
    for verb in ("write", "read"):
        words = (verb, place / "store", place / "large", large)
        before, peak, speed = in_process(MEMORY, *words)
        print(
            f"  {verb:6} {before:5.0f} before, {peak:5.0f} at most; "
            f"{speed:,.0f} events/s"
        )
    size = sum(p.stat().st_size for p in (place / "large").iterdir())
    print(f"  the store has {size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
