"""How long the kernels of a simulator take to compile."""

import os
import subprocess
import sys
import tempfile
import time


def compile_time(code: str) -> float:
    """Seconds that ``code`` takes in a fresh process in which nothing is compiled."""
    with tempfile.TemporaryDirectory() as empty:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"NUMBA_CACHE_DIR": empty},
            check=True,
        )
        return time.perf_counter() - start
