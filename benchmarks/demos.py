"""The demos from nothing to a report: how long, how much memory, how good.

``workbench demo TASK`` runs in a process of its own with empty caches of data and of
compiled kernels. Installing the packages is not in the time. Memory is that of all its
processes together, what they share counted once (PSS), looked at every other second.
"""

import argparse
import json
import operator
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil

from benchmarks.machine import machine

LOOK = 2.0  # s


@dataclass(frozen=True)
class Bars:
    """What a demo has to keep to: minutes, GB, and results above or below a number."""

    results: dict[str, tuple[str, float]]
    minutes: float = 10
    memory: float = 4
    training: float | None = None


DEMOS = {
    "neutrino": Bars({"test/accuracy": (">", 0.93)}, training=6),
    "climate": Bars(
        {"test/iou_cyclone": (">", 0.64), "test/iou_river": (">", 0.60)}, memory=6
    ),
    "cosmogan": Bars(
        {"test/power_error": ("<", 0.10), "test/skewness_error": ("<", 0.2)}
    ),
}
SIGNS = {">": operator.gt, "<": operator.lt}


def run(task: str, place: Path) -> tuple[float, float, dict[str, float]]:
    """Seconds, most bytes, and results of a demo that starts from nothing."""
    command = [Path(sys.executable).with_name("workbench"), "demo", task]
    places = {"NUMBA_CACHE_DIR": str(place / "n"), "WORKBENCH_CACHE": str(place / "c")}
    start = time.perf_counter()
    demo = subprocess.Popen(
        [*command, "--runs", str(place / "runs")],
        env=os.environ | places,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    most = 0
    while demo.poll() is None:
        with suppress(psutil.Error):  # it may have ended by now
            whole = [psutil.Process(demo.pid)]
            whole += whole[0].children(recursive=True)
            most = max(most, sum(one.memory_full_info().pss for one in whole))
        time.sleep(LOOK)
    total = time.perf_counter() - start
    if demo.returncode:
        sys.exit(f"workbench demo {task}: exit status {demo.returncode}")
    (folder,) = (place / "runs").iterdir()
    return total, most, json.loads((folder / "results.json").read_text())


def lines(task: str, bars: Bars) -> list[str]:
    """A demo's part of the report."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as empty:
        total, most, results = run(task, Path(empty))
    limit = "" if bars.training is None else f"(bar: {bars.training:g})"
    return [
        f"{task}, load before: {load:.1f}",
        f"  {'in all':22}{total / 60:8.1f} min   (bar: {bars.minutes:g})",
        f"  {'training':22}{results['time/train'] / 60:8.1f} min   {limit}".rstrip(),
        f"  {'memory':22}{most / 1e9:8.2f} GB    (bar: {bars.memory:g})",
        *(
            f"  {key:22}{results[key]:8.4f}       (bar: {sign} {bar:g}"
            f"{'' if SIGNS[sign](results[key], bar) else ', missed'})"
            for key, (sign, bar) in bars.results.items()
        ),
    ]


def main() -> None:
    """Run the demos one after another and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", help="all if not given")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    parts = ["\n".join(lines(task, DEMOS[task])) for task in args.tasks or DEMOS]
    text = "\n\n".join([machine(), *parts])
    print(text)
    (args.out / f"demos-{date.today()}.txt").write_text(text + "\n")


if __name__ == "__main__":
    main()
