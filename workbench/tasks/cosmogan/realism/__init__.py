"""Whether simulated maps look like theory and full simulations: a table, a verdict.

No map is rescaled after it is made to meet a statistic.
"""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.realism import add_outputs, answer
from workbench.task import Command
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.simulation import simulate_sky
from workbench.tasks.cosmogan.simulation.sky import KINDS, Sky

if TYPE_CHECKING:
    from workbench.tasks.cosmogan.realism.rows import Row

LEAST = 64  # maps for a verdict
FINE = Field(256, 256 * 0.4 / 60, 1.0)  # pixels as fine as those of full simulations
_SHARE = 16  # of the coarse maps, as many fine ones


@dataclass(frozen=True)
class Realism:
    """The table and what it was made from."""

    maps: int
    seed: int
    boxes: str
    rows: "tuple[Row, ...]"
    coarse: dict[str, tuple[Field, np.ndarray]]
    fine: dict[str, tuple[Field, np.ndarray]]
    real: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every row with a bar meets it."""
        return all(row.ok for row in self.rows)

    def text(self) -> str:
        """The table as people read it."""
        beside = ", ".join(self.real) or "no full simulations here"
        heads = "".join(f"{name:>11}" for name in self.real)
        lines = [
            f"{self.maps} simulated maps of each kind, seed {self.seed}, sources at "
            f"z = 1{self.boxes}; {beside}",
            f"{'':42}{'ours':>11}{'theory':>11}{'allowed':>20}{'':11}{heads}",
            *(row.text() for row in self.rows),
        ]
        bars = [row for row in self.rows if row.low is not None]
        lines.append(f"{sum(row.ok for row in bars)} of {len(bars)} bars met")
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The table as plain types."""
        rows = [row.as_json() for row in self.rows]
        about = {"maps": self.maps, "seed": self.seed, "real": self.real}
        return about | {"ok": self.ok, "rows": rows}

    def figure(self) -> Any:
        """Maps of each kind beside full simulations, spectra and pixels."""
        from workbench.tasks.cosmogan.realism.figure import draw

        return draw(self.coarse, self.fine)


def realism(
    maps: int = 1024,
    seed: int = 0,
    kinds: tuple[str, ...] = KINDS,
    boxes: int = 4,
    particles: int = 128,
    workers: int | None = None,
    real: Path | None = None,
    progress: bool = True,
) -> Realism:
    """Simulate maps and hold them against theory and full simulations.

    Args:
        maps: Of each kind, 64×64; a sixteenth as many with fine pixels.
        seed: Of the sample.
        kinds: Of simulations.
        boxes: Of particles.
        particles: Along a side of a box.
        workers: Threads.
        real: The folder of full simulations; beside the checkout if not given.
        progress: Whether to show how many maps are done.

    Raises:
        BadInput: too few maps for a verdict, or what cannot be simulated.
    """
    from workbench.tasks.cosmogan.realism.observed import observe, smoothed
    from workbench.tasks.cosmogan.realism.real import read_real
    from workbench.tasks.cosmogan.realism.rows import beside_rows, own_rows

    if maps < LEAST:
        raise BadInput(f"{maps} maps: give at least {LEAST} for a verdict")
    others = read_real(real)
    seen = {
        name: observe(smoothed(one, field.arcmin))
        for name, (field, one) in others.items()
    }

    def made(field: Field, kind: str, number: int) -> np.ndarray:
        sky = Sky(field, kind, boxes=boxes, particles=particles)
        chunks = simulate_sky(sky, number, seed, workers)
        shown = with_progress(chunks, len, number, "maps", what=kind)
        return np.concatenate(list(shown if progress else chunks))

    rows: list[Row] = []
    coarse: dict[str, tuple[Field, np.ndarray]] = {}
    fine: dict[str, tuple[Field, np.ndarray]] = {}
    for kind in kinds:
        field = Field.named("wide", 64)
        coarse[kind] = field, made(field, kind, maps)
        fine[kind] = FINE, made(FINE, kind, maps // _SHARE)
        rows += own_rows(kind, coarse[kind][1], field)
        rows += beside_rows(kind, fine[kind][1], FINE, seen)
    said = f", {boxes} boxes of {particles}³ particles" if "particles" in kinds else ""
    return Realism(maps, seed, said, tuple(rows), coarse, fine | others, tuple(others))


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--maps", type=int, default=1024)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--boxes", type=int, default=4, help="of particles")
    parser.add_argument(
        "--particles", type=int, default=128, help="along a side of a box"
    )
    parser.add_argument("--workers", type=int, help="threads (default: all cores)")
    parser.add_argument("--real", type=Path, help="folder of full simulations")
    add_outputs(parser, "maps, spectra and pixels")


def _run(args: Namespace) -> int:
    settings = (tuple(args.kinds), args.boxes, args.particles, args.workers, args.real)
    return answer(args, lambda: realism(args.maps, args.seed, *settings))


command = Command("hold simulated maps against theory", _arguments, _run)
