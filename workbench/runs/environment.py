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
    # looking must not write, as `git describe --dirty` does: a lock that it leaves
    # when it is killed stops the owner's commits
    look = ["git", "--no-optional-locks", "-C", str(here)]
    try:
        commit, changes = (
            subprocess.run([*look, *words], capture_output=True, text=True, timeout=10)
            for words in (
                ["rev-parse", "--short", "HEAD"],
                ["status", "--porcelain", "--untracked-files=no"],
            )
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if commit.returncode:
        return None
    return commit.stdout.strip() + ("+" if changes.stdout else "")
