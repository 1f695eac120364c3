"""Simulate maps into NetCDF files, one a sequence, with progress."""

from argparse import ArgumentParser, Namespace
from functools import partial
from pathlib import Path

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.task import Command
from workbench.tasks.climate.generator import recipe, simulate, steps_of
from workbench.tasks.climate.sphere import SIZES


def make_files(
    out: Path,
    maps: int,
    seed: int,
    grid: str = "192x288",
    steps: int = 1,
    hours: float = 3.0,
    annotators: int = 1,
    workers: int | None = None,
) -> None:
    """Write ``out/sequence-00000.nc`` and on; those that are there are left.

    Raises:
        BadInput: what cannot be simulated, or a folder of other maps.
    """
    made = f"{maps} {seed} {grid} {steps} {hours:g} {annotators} {recipe()}"
    simulated = partial(
        simulate,
        maps,
        seed,
        grid=grid,
        steps=steps,
        hours=hours,
        annotators=annotators,
        workers=workers,
    )
    simulated()  # refuses what cannot be made before a folder is begun
    note = out / "made.txt"
    if out.exists() and (not note.is_file() or note.read_text().strip() != made):
        raise BadInput(f"{out} exists and is not of these maps: give another --out")
    out.mkdir(parents=True, exist_ok=True)
    note.write_text(made + "\n")
    done = 0
    while (out / _name(done)).is_file():
        done += 1
    rest = simulated(first=done)
    shown = with_progress(rest, steps_of, maps, "maps", done=done * steps)
    for number, data in enumerate(shown, done):
        unfinished = out / f".{_name(number)}.partial"
        data.to_netcdf(unfinished, engine="h5netcdf")
        unfinished.replace(out / _name(number))


def _name(number: int) -> str:
    return f"sequence-{number:05}.nc"


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--maps", type=int, default=32)
    parser.add_argument("--grid", choices=SIZES, default="192x288")
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=1, help="maps in a sequence")
    parser.add_argument("--hours", type=float, default=3.0, help="between two of them")
    parser.add_argument("--annotators", type=int, default=1)
    parser.add_argument("--workers", type=int, help="threads (default: all cores)")


def _run(args: Namespace) -> int:
    if args.maps < 1:
        raise BadInput(f"--maps {args.maps}: give at least 1")
    make_files(
        args.out,
        args.maps,
        args.seed,
        args.grid,
        args.steps,
        args.hours,
        args.annotators,
        args.workers,
    )
    print(f"{args.out}: {args.maps} simulated maps, grid {args.grid}")
    return 0


make = Command("simulate maps into NetCDF files", _arguments, _run)
