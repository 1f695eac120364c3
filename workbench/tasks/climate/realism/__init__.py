"""Whether simulated maps look like the published ones: a table, pictures, a verdict.

No field is rescaled after generation to meet its statistics.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.realism import add_outputs, answer
from workbench.task import Command
from workbench.tasks.climate.generator import simulate, steps_of
from workbench.tasks.climate.sphere import SIZES

if TYPE_CHECKING:
    import xarray as xr

    from workbench.tasks.climate.realism.rows import Row

LEAST = 8  # maps for a verdict
PEOPLE = 2  # annotators, who are held against each other


@dataclass(frozen=True)
class Realism:
    """The table and what it was made from."""

    maps: int
    grid: str
    seed: int
    rows: "tuple[Row, ...]"
    real: bool
    first: "xr.Dataset"  # a sequence to look at

    @property
    def ok(self) -> bool:
        """Whether every row with a bar meets it."""
        return all(row.ok for row in self.rows)

    def text(self) -> str:
        """The table as people read it."""
        beside = (
            "real fields in the last column" if self.real else "no real fields here"
        )
        lines = [
            f"{self.maps} simulated maps, grid {self.grid}, seed {self.seed}; {beside}",
            f"{'':38}{'ours':>11}{'published':>11}{'allowed':>25}{'':10}{'real':>11}",
        ]
        missed = [row for row in self.rows if not row.ok]
        lines += [row.text() for row in self.rows]
        bars = sum(row.low is not None for row in self.rows)
        lines.append(f"{bars - len(missed)} of {bars} bars met")
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The table as plain types."""
        rows = [row.as_json() for row in self.rows]
        about = {"maps": self.maps, "grid": self.grid, "seed": self.seed}
        return about | {"ok": self.ok, "real": self.real, "rows": rows}

    def figure(self) -> Any:
        """Some channels of the first maps with the outlines of their systems."""
        from workbench.tasks.climate.pictures import sheet

        return sheet(self.first)


def realism(
    maps: int = 64,
    seed: int = 0,
    grid: str = "192x288",
    workers: int | None = None,
    real: Path | None = None,
    progress: bool = True,
) -> Realism:
    """Simulate maps and hold them against the published numbers and real fields.

    Args:
        maps: How many; 64 for a verdict on rare things.
        seed: Of the sample.
        grid: Rows × columns.
        workers: Threads.
        real: The folder of real fields; beside the checkout if not given.
        progress: Whether to show a bar.

    Raises:
        BadInput: too few maps for a verdict.
    """
    from workbench.tasks.climate.realism.observed import observe
    from workbench.tasks.climate.realism.real import read_real
    from workbench.tasks.climate.realism.rows import rows_of

    if maps < LEAST:
        raise BadInput(f"{maps} maps: give at least {LEAST} for a verdict")
    beside = read_real(real)
    made = simulate(maps, seed, grid=grid, annotators=PEOPLE, workers=workers)
    shown = with_progress(made, steps_of, maps, "maps") if progress else made
    first: list[xr.Dataset] = []

    def kept() -> "Iterator[xr.Dataset]":
        for data in shown:
            if not first:
                first.append(data)
            yield data

    rows = tuple(rows_of(observe(kept()), beside))
    return Realism(maps, grid, seed, rows, beside is not None, first[0])


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--maps", type=int, default=64)
    parser.add_argument("--grid", choices=SIZES, default="192x288")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, help="threads (default: all cores)")
    parser.add_argument("--real", type=Path, help="folder of real fields")
    add_outputs(parser, "a map")


def _run(args: Namespace) -> int:
    settings = (args.maps, args.seed, args.grid, args.workers, args.real)
    return answer(args, lambda: realism(*settings))


command = Command("hold the generator against published numbers", _arguments, _run)
