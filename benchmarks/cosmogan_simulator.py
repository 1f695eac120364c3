"""How fast convergence maps are simulated, and beside a plain numpy loop.

Lognormal maps of three sizes on one and two threads; the plain loop makes such maps one
after another, in double precision, from white noise. A box of particles is simulated
afresh; a map through its planes is timed apart. Best of three, except for the box and
for the 8,192 maps, which are made once, as a user has them made: into a store. Where
other programs run too, the work of the cores says more than the clock.
"""

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.machine import machine
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.make import make_store
from workbench.tasks.cosmogan.simulation import simulate
from workbench.tasks.cosmogan.simulation.cosmology import FIDUCIAL
from workbench.tasks.cosmogan.simulation.lognormal import lognormal
from workbench.tasks.cosmogan.simulation.particles.light import Cone
from workbench.tasks.cosmogan.simulation.particles.planes import planes
from workbench.tasks.cosmogan.simulation.patch import pixel_area

MAPS = {64: 1024, 128: 256, 256: 64}


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock and of the cores' work."""

    clock: float
    work: float


def once(work: Callable[..., object], *given: Any) -> Spent:
    """What it takes."""
    clock, cores = time.perf_counter(), time.process_time()
    work(*given)
    return Spent(time.perf_counter() - clock, time.process_time() - cores)


def best(work: Callable[..., object], *given: Any) -> Spent:
    """The least of three."""
    times = [once(work, *given) for _ in range(3)]
    return Spent(min(t.clock for t in times), min(t.work for t in times))


def ours(field: Field, maps: int, workers: int) -> None:
    """Lognormal maps of that field."""
    for _ in simulate(maps, 0, field, workers=workers):
        pass


def seen(cone: Cone, field: Field, maps: int) -> None:
    """Maps through the planes of a box."""
    draw = np.random.default_rng(0)
    for _ in range(maps):
        cone.map(field.pixels, field.arcmin, draw)


def plain(field: Field, maps: int) -> np.ndarray:
    """Lognormal maps of that field, one by one in double precision."""
    side = 2 * field.pixels
    model = lognormal(FIDUCIAL, field.source or 0, side, field.arcmin)
    draw = np.random.default_rng(0)
    found = np.empty((maps, field.pixels, field.pixels), np.float32)
    for number in range(maps):
        waves = np.fft.rfft2(draw.standard_normal((side, side)))
        waves *= np.sqrt(model.power / pixel_area(field.arcmin))
        gaussian = np.fft.irfft2(waves, s=(side, side))
        one = model.shift * (np.exp(gaussian - model.variance / 2) - 1)
        found[number] = one[: field.pixels, : field.pixels]
    return found


def rows(particles: int) -> list[str]:
    """The table, line by line."""
    lines = [machine(), f"{'':30}{'maps/s':>10}{'ms a map':>10}{'of one core':>13}"]

    def row(what: str, maps: int, spent: Spent) -> None:
        each, core = 1e3 * spent.clock / maps, 1e3 * spent.work / maps
        lines.append(f"{what:30}{1e3 / each:10.0f}{each:10.2f}{core:13.2f}")

    for pixels, maps in MAPS.items():
        field = Field.named("wide", pixels)
        for workers in (1, 2):
            spent = best(ours, field, maps, workers)
            row(f"lognormal {pixels}², threads: {workers}", maps, spent)
        row(f"plain numpy {pixels}²", maps, best(plain, field, maps))
    with TemporaryDirectory() as folder:
        place = Path(folder) / "maps"
        spent = once(make_store, place, 8192, 0, Field.named("wide", 64))
    lines.append(
        f"8,192 maps of 64² into a store: {spent.clock:.1f} s, of the cores "
        f"{spent.work:.1f} s (wanted: 20 s)"
    )
    made: list[np.ndarray] = []
    spent = once(lambda: made.append(planes(FIDUCIAL, [0, 0], particles, 1.0)))
    lines.append(
        f"a box of {particles}³ particles, {2 * particles}³ cells, {len(made[0])} "
        f"slabs: {spent.clock:.0f} s, of the cores {spent.work:.0f} s; four boxes: "
        f"{4 * spent.clock / 60:.1f} min (wanted: 10 min)"
    )
    cone = Cone(made[0], FIDUCIAL, 1.0)
    for pixels in MAPS:
        spent = best(seen, cone, Field.named("wide", pixels), 16)
        row(f"particles {pixels}², threads: 1", 16, spent)
    lines.append(f"load {os.getloadavg()[0]:.1f}")
    return lines


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--particles", type=int, default=128, help="along a side")
    parser.add_argument("--out", type=Path, help="write the table here too")
    args = parser.parse_args()
    command = f"python -m benchmarks.cosmogan_simulator --particles {args.particles}"
    text = "\n".join([command, *rows(args.particles)])
    print(text)
    if args.out:
        args.out.write_text(text + "\n")


if __name__ == "__main__":
    main()
