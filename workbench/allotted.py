"""What this process may use of its machine: cores, and memory.

A container sees all of its host. What it is given of it stands in its control group
(version 2: `cpu.max`, `memory.max`), in which every group obeys those above it too.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil

GROUPS = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


def usable_cores(groups: Path = GROUPS, own: Path = OWN) -> int:
    """Cores that this process may keep busy, at least one.

    Args:
        groups: Where control groups are.
        own: Which of them this process is in.
    """
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # not every system says
        cores = len(os.sched_getaffinity(0))
    for group in _above(groups, own):
        quota, *period = _words(group / "cpu.max") or ["max"]
        if quota != "max":
            cores = min(cores, int(quota) // int(period[0]))
    return max(1, cores)


def usable_memory(groups: Path = GROUPS, own: Path = OWN) -> tuple[int, int]:
    """Bytes of memory that are free for this process, and that it may have in all."""
    machine = psutil.virtual_memory()
    free, total = machine.available, machine.total
    for group in _above(groups, own):
        (limit,) = _words(group / "memory.max") or ["max"]
        if limit != "max":
            (used,) = _words(group / "memory.current")
            kept = _words(group / "memory.stat")  # name, bytes, name, bytes, …
            files = int(kept[kept.index("inactive_file") + 1])  # given up when needed
            total = min(total, int(limit))
            free = min(free, int(limit) - int(used) + files)
    return max(0, free), total


def _above(groups: Path, own: Path) -> Iterator[Path]:
    """The control group of this process and all that it lies in."""
    lines = own.read_text().splitlines() if own.exists() else []
    for line in lines:
        if line.startswith("0::"):
            group = groups / line[3:].lstrip("/")
            yield group
            yield from (one for one in group.parents if one.is_relative_to(groups))


def _words(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []
