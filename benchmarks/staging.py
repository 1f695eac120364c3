"""What an epoch of reading costs from where the data are, and from a staged copy.

No network file system is at hand, so the shared source is this machine's disk whose
pages are dropped from memory before every epoch, as on a node whose memory other data
fill; it has no other users and no network, so a real one gains more. The node's own
disk is a file system in memory (``/dev/shm``).
"""

import os
import time
from pathlib import Path
from shutil import rmtree
from statistics import median
from tempfile import mkdtemp

import workbench
from workbench.runs.staging import stage, stage_data

EVENTS = {"events": 20_000, "val_events": 1_000, "test_events": 1_000}
EPOCHS = 3
MEMORY = Path("/dev/shm")


def _drop(path: Path) -> None:
    """Have the system forget the pages of a folder's files."""
    for file in path.iterdir():
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _epoch(path: Path, cold: bool, place: Path | None = None) -> float:
    """Seconds to load every training batch once."""
    data = workbench.load("neutrino").data(path=str(path), **EVENTS)
    if place is not None:
        stage_data(data, place)
    data.setup("fit")
    if cold:
        _drop(path)
    start = time.perf_counter()
    for _ in data.train_dataloader():
        pass
    return time.perf_counter() - start


def staging() -> list[str]:
    """Lines of the report."""
    data = workbench.load("neutrino").data(**EVENTS)
    data.prepare_data()
    source = data.store
    size = sum(file.stat().st_size for file in source.iterdir())
    place = Path(mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    try:
        _epoch(source, cold=False)
        _drop(source)
        start = time.perf_counter()
        stage(source, place)
        copied = time.perf_counter() - start
        rows = [
            (_epoch(source, True), _epoch(source, False), _epoch(source, True, place))
            for _ in range(EPOCHS)
        ]
    finally:
        rmtree(place)
    cold, warm, own = (median(row[i] for row in rows) for i in range(3))
    return [
        f"an epoch of loading {EVENTS['events']:,} events ({size / 1e6:.0f} MB), s, "
        f"median of {EPOCHS}; no training",
        f"  from the disk, not in memory before {cold:7.2f}",
        f"  from the disk, all in memory        {warm:7.2f}",
        f"  from the staged copy                {own:7.2f}    "
        f"staged / disk: {own / cold:.2f}",
        f"  copying, once                       {copied:7.2f}    "
        f"= {copied / cold:.2f} epochs",
    ]
