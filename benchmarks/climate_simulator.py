"""How fast maps are simulated, on one and on two threads, grid by grid.

Kernels are compiled first, into an empty cache in a process of its own, and timed
apart; the times are of a warm process. The part that carries vapour is timed beside
the same in plain numpy. Seconds a map, best of three.
"""

import argparse
import os
import time
from importlib.metadata import version

import numpy as np

from benchmarks.compiling import compile_time
from workbench.tasks.climate.generator import simulate
from workbench.tasks.climate.generator.kernels import departures
from workbench.tasks.climate.sphere import Grid

COMPILE = (
    "from workbench.tasks.climate.generator import simulate;"
    "list(simulate(1, 0, grid='96x144'))"
)
MAPS = {"96x144": 12, "192x288": 8, "384x576": 3, "768x1152": 2}


def seconds(grid: str, workers: int) -> tuple[float, float]:
    """Seconds a map, by the clock and of one core's work."""
    best = np.inf, np.inf
    for seed in range(3):
        wall, work = time.perf_counter(), time.process_time()
        maps = MAPS[grid]
        made = sum(
            d.sizes["time"] for d in simulate(maps, seed, grid=grid, workers=workers)
        )
        wall, work = time.perf_counter() - wall, time.process_time() - work
        best = min(best, (wall / made, work / made))
    return best


def plain_departures(winds: np.ndarray, span: float, grid: Grid) -> np.ndarray:
    """:func:`departures` in numpy, array by array."""
    steps, rows, columns, _ = winds.shape
    phi = np.radians(grid.lat)[:, None] + np.zeros(grid.shape)
    turn = np.radians(grid.lon) + np.zeros(grid.shape)
    for k in range(steps):
        y = np.minimum((phi + np.pi / 2) / np.pi * (rows - 1), rows - 1.001)
        x = turn / (2 * np.pi) * columns
        m, n = y.astype(int), x.astype(int)
        b, a = (y - m)[..., None], (x - n)[..., None]
        n %= columns
        r = (n + 1) % columns
        w = winds[k]
        wind = (1 - b) * ((1 - a) * w[m, n] + a * w[m, r])
        wind += b * ((1 - a) * w[m + 1, n] + a * w[m + 1, r])
        turn = turn - wind[..., 0] * span / 6.371e6 / np.maximum(np.cos(phi), 0.1)
        phi = np.clip(phi - wind[..., 1] * span / 6.371e6, -1.55, 1.55)
        turn %= 2 * np.pi
    row = (phi + np.pi / 2) / np.pi * (grid.rows - 1)
    return np.stack([row, turn / (2 * np.pi) * grid.columns])


def carrying(grid: Grid) -> tuple[float, float, float]:
    """Seconds of ours and of plain numpy, and within how many rows 99 in 100 agree."""
    winds = np.random.default_rng(0).normal(0, 8, (16, 96, 144, 2)).astype(np.float32)
    times = [np.inf, np.inf]
    for _ in range(3):
        start = time.perf_counter()
        ours = departures(winds, 21600.0, *grid.shape)
        middle = time.perf_counter()
        plain = plain_departures(winds, 21600.0, grid)
        times[0] = min(times[0], middle - start)
        times[1] = min(times[1], time.perf_counter() - middle)
    return times[0], times[1], float(np.quantile(np.abs(ours[0] - plain[0]), 0.99))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grids", nargs="+", choices=MAPS, default=list(MAPS)[:3])
    args = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    print(f"python -m benchmarks.climate_simulator --grids {' '.join(args.grids)}")
    print(f"{cores} cores, load {os.getloadavg()[0]:.1f}, numba {version('numba')}")
    print(f"compiling, once: {compile_time(COMPILE):.0f} s")
    print(f"{'grid':10}{'workers':>8}{'s a map':>10}{'s of one core':>15}")
    for grid in args.grids:
        list(simulate(1, 99, grid=grid, workers=1))
        for workers in (1, 2):
            wall, work = seconds(grid, workers)
            print(f"{grid:10}{workers:8}{wall:10.3f}{work:15.3f}", flush=True)
    ours, plain, off = carrying(Grid.named("192x288"))
    print(
        f"carrying vapour, 192x288: {ours:.3f} s, plain numpy {plain:.3f} s, ratio "
        f"{plain / ours:.1f}, 99 in 100 within {off:.1g} rows"
    )
    print(f"wanted at 192x288 on 2 cores: 0.3 s a map; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
