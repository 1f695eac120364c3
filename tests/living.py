"""Launched runs: waiting for them, and leaving nothing of them behind."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from workbench.runs.run import Run

PATIENCE = 120.0  # s


def until(true: Callable[[], Any], run: Run) -> None:
    """Wait until something is true of a run that has not failed."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert run.state != "failed" and time.monotonic() < end, run.log(100)
        time.sleep(0.1)


def end_all(folder: Path) -> None:
    """Kill whatever still works in a folder."""
    for process in psutil.process_iter(["cmdline"]):
        if str(folder) in " ".join(process.info["cmdline"] or []):
            process.kill()
