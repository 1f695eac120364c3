"""Peak memory of a piece of work, which a fresh process does."""

import subprocess
import sys
from pathlib import Path


def peak() -> float:
    """MB that this process has held at most; getrusage would report the parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def in_process(code: str, *words: object) -> list[float]:
    """The numbers that some code prints in a process of its own, given these words."""
    command = [sys.executable, "-c", code, *map(str, words)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(word) for word in answer.stdout.split()]
