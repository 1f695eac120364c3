"""The demo from nothing to a report: how long, how much memory, how right.

``workbench demo neutrino`` runs in a process of its own with empty caches of events and
of compiled kernels. Installing the packages is not in the time. Bars: ten minutes and
4 GB in all, six minutes of training, 93 % of at least 10,000 test events.
"""

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from benchmarks.machine import machine

TEST = 10_000  # test events of demo.yaml


def main() -> None:
    """Run the demo and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as empty:
        command = [Path(sys.executable).with_name("workbench"), "demo", "neutrino"]
        places = {"NUMBA_CACHE_DIR": f"{empty}/numba", "WORKBENCH_CACHE": f"{empty}/c"}
        load = os.getloadavg()[0]
        start = time.perf_counter()
        subprocess.run(
            [*command, "--runs", f"{empty}/runs"], env=os.environ | places, check=True
        )
        total = time.perf_counter() - start
        (run,) = Path(f"{empty}/runs").iterdir()
        results = json.loads((run / "results.json").read_text())
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6  # from kB
    accuracy = results["test/accuracy"]
    error = math.sqrt(accuracy * (1 - accuracy) / TEST)
    text = "\n".join(
        [
            machine(),
            f"load before: {load:.1f}",
            f"total     {total / 60:6.1f} min    (bar: 10)",
            f"training  {results['time/train'] / 60:6.1f} min    (bar: 6)",
            f"memory    {memory:6.2f} GB     (bar: 4)",
            f"accuracy  {100 * accuracy:6.2f} ± {100 * error:.2f} % of {TEST:,} "
            "simulated test events (bar: 93)",
        ]
    )
    print(text)
    (args.out / f"neutrino_demo-{date.today()}.txt").write_text(text + "\n")


if __name__ == "__main__":
    main()
