"""On what a benchmark ran."""

import os
from datetime import date
from pathlib import Path

import torch


def machine() -> str:
    """Date, processor, threads and version of PyTorch, on one line."""
    name = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [x for x in info.read_text().splitlines() if x.startswith("model name")]
        name = lines[0].split(":")[1].strip() if lines else name
    cores = len(os.sched_getaffinity(0))
    if torch.cuda.is_available():
        name += f", {torch.cuda.get_device_name()}"
    return (
        f"{date.today()}, {name}, {cores} cores, {torch.get_num_threads()} threads, "
        f"load {os.getloadavg()[0]:.1f}, torch {torch.__version__}"
    )
