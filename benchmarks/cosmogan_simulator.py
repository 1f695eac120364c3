"""How fast convergence maps are simulated, and beside a plain numpy loop.

Lognormal maps of three sizes on one and two threads; the plain loop makes such maps one
after another, in double precision, from white noise. A box of particles is simulated
afresh; a map through its planes is timed apart. Best of three, except for the box and
for the 8,192 maps, which are made once, as a user has them made: into a store.
"""

import argparse
import time
from collections.abc import Callable
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


def best(work: Callable[..., object], *given: Any) -> float:
    """Seconds, the least of three."""
    times: list[float] = []
    for _ in range(3):
        start = time.perf_counter()
        work(*given)
        times.append(time.perf_counter() - start)
    return min(times)


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
    lines = [machine(), f"{'':34}{'maps/s':>10}{'ms a map':>10}"]

    def row(what: str, maps: int, seconds: float) -> None:
        rate, each = maps / seconds, 1e3 * seconds / maps
        lines.append(f"{what:34}{rate:10.0f}{each:10.2f}")

    for pixels, maps in MAPS.items():
        field = Field.named("wide", pixels)
        one, two = (best(ours, field, maps, workers) for workers in (1, 2))
        loop = best(plain, field, maps)
        row(f"lognormal {pixels}², 1 thread", maps, one)
        row(f"lognormal {pixels}², 2 threads", maps, two)
        row(f"plain numpy {pixels}²", maps, loop)
        lines.append(f"{'':34}ratio to plain numpy {loop / one:.1f}, {loop / two:.1f}")
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        make_store(Path(folder) / "maps", 8192, 0, Field.named("wide", 64), workers=2)
        seconds = time.perf_counter() - start
    lines.append(f"8,192 maps of 64² into a store: {seconds:.1f} s (wanted: 20 s)")
    start = time.perf_counter()
    made = planes(FIDUCIAL, [0, 0], particles, 1.0)
    seconds = time.perf_counter() - start
    lines.append(
        f"a box of {particles}³ particles, {2 * particles}³ cells, {len(made)} slabs: "
        f"{seconds:.0f} s; four: {4 * seconds / 60:.1f} min (wanted: 10 min)"
    )
    cone = Cone(made, FIDUCIAL, 1.0)
    for pixels in MAPS:
        seconds = best(seen, cone, Field.named("wide", pixels), 16)
        row(f"particles {pixels}², 1 thread", 16, seconds)
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
