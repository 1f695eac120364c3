"""What a run ran on, so that a difference can be traced."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

import workbench

LIBRARIES = ("torch", "pytorch-lightning", "numpy", "numba", "h5py")


def environment(config: dict[str, Any]) -> dict[str, Any]:
    """Versions, commit, devices, host and seed as plain values."""
    return {
        "workbench": workbench.__version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "host": platform.node(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "gpus": [
            torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())
        ],
        "seed": config.get("seed_everything"),
    }


def _commit() -> str | None:
    """The checkout's commit, with ``+`` where files differ; ``None`` for a wheel."""
    here = Path(__file__).parents[2]
    if not (here / ".git").exists():
        return None
    try:
        # looking must not write: a lock left behind would stop the owner's commits
        look = ["git", "--no-optional-locks", "-C", str(here)]
        command = [*look, "describe", "--always", "--dirty=+"]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None
