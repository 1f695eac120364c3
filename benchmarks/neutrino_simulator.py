"""How fast events are simulated, on one and on two threads, and how long it compiles.

The kernels are compiled first, into an empty cache in a process of its own, and timed
apart; the rates are of a warm process. Events per second, best of three.
"""

import argparse
import os
import time
from importlib.metadata import version

from benchmarks.compiling import compile_time
from workbench.tasks.neutrino.simulator import simulate

COMPILE = (
    "from workbench.tasks.neutrino.simulator import simulate; list(simulate(1, 0))"
)


def rate(events: int, workers: int) -> tuple[float, float]:
    """Events per second, wall clock and per second of one core's work."""
    best = 0.0, 0.0
    for seed in range(3):
        wall, work = time.perf_counter(), time.process_time()
        made = sum(len(batch) for batch in simulate(events, seed, workers=workers))
        wall, work = time.perf_counter() - wall, time.process_time() - work
        best = max(best, (made / wall, made / work))
    return best


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    args = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    print(f"python -m benchmarks.neutrino_simulator --events {args.events}")
    print(f"{cores} cores, load {os.getloadavg()[0]:.1f}, numba {version('numba')}")
    print(f"compiling, once: {compile_time(COMPILE):.0f} s")
    list(simulate(2000, 99))
    one, work_one = rate(args.events, 1)
    two, work_two = rate(args.events, 2)
    print(f"{'workers':10}{'events/s':>10}{'events/s of one core':>24}")
    print(f"{1:<10}{one:10.0f}{work_one:24.0f}")
    print(f"{2:<10}{two:10.0f}{work_two:24.0f}")
    load = os.getloadavg()[0]
    print(f"ratio 2 to 1: {two / one:.2f}; wanted of 2: 6000; load {load:.1f}")


if __name__ == "__main__":
    main()
