"""Simulate maps into files of a layout, or a store, with progress, and resume."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import xarray as xr

from workbench.ended import ended
from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.task import Command
from workbench.tasks.climate.files.climatenet import write_climatenet
from workbench.tasks.climate.files.deepcam import write_deepcam, write_statistics
from workbench.tasks.climate.generator import recipe, simulate, steps_of
from workbench.tasks.climate.sphere import SIZES
from workbench.tasks.climate.store_writer import StoreWriter
from workbench.writing import explained, replaced, written


def _write_sequence(folder: Path, data: xr.Dataset) -> list[Path]:
    """Write one sequence as one CF NetCDF file."""
    file = folder / f"sequence-{int(data.sequence[0]):05}.nc"
    with written(file) as disk:
        data.to_netcdf(disk, engine="h5netcdf")
    return [file]


WRITERS: dict[str, Callable[[Path, xr.Dataset], list[Path]]] = {
    "sequences": _write_sequence,
    "climatenet": write_climatenet,
    "deepcam": write_deepcam,
}


def make_store(
    path: Path,
    maps: int,
    seed: int,
    grid: str = "192x288",
    steps: int = 1,
    hours: float = 3.0,
    annotators: int = 1,
    workers: int | None = None,
) -> None:
    """Simulate a store, going on where an interrupted one stopped.

    A complete store at ``path`` is left as it is.

    Raises:
        BadInput: what cannot be simulated, or a store begun with other settings.
    """
    if path.exists():
        return
    made = {"seed": seed, "grid": grid, "steps": steps, "hours": hours}
    made["recipe"] = recipe()
    simulated = _simulation(maps, seed, grid, steps, hours, annotators, workers)
    with StoreWriter(path, maps, made, annotators) as writer:
        done = writer.maps
        whole, within = divmod(done, steps)
        with ended(simulated(first=whole)) as rest:
            for data in with_progress(rest, steps_of, maps, "maps", done=whole * steps):
                writer.add(data.isel(time=slice(within, None)))
                within = 0


def make_files(
    out: Path,
    maps: int,
    seed: int,
    grid: str = "192x288",
    steps: int = 1,
    hours: float = 3.0,
    annotators: int = 1,
    workers: int | None = None,
    layout: str = "sequences",
) -> None:
    """Write maps into files of a folder; sequences that are there are left.

    Raises:
        BadInput: what cannot be simulated, or a folder of other maps.
    """
    made = f"{maps} {seed} {grid} {steps} {hours:g} {annotators} {recipe()} {layout}"
    simulated = _simulation(maps, seed, grid, steps, hours, annotators, workers)
    if layout == "deepcam" and annotators > 2:
        raise BadInput(
            f"--annotators {annotators}: DeepCAM's layout holds 2: give 2 or fewer"
        )
    note = out / "made.txt"
    known = note.read_text().splitlines() if note.is_file() else []
    if out.exists() and known[:1] != [made]:
        raise BadInput(f"{out} exists and is not of these maps: give another --out")
    with explained(out):
        out.mkdir(parents=True, exist_ok=True)
    done = _whole(out, known[1:])
    lines = [made, *known[1 : 1 + done]]
    _keep(note, lines)
    with ended(simulated(first=done)) as rest:
        for data in with_progress(rest, steps_of, maps, "maps", done=done * steps):
            files = WRITERS[layout](out, data)
            lines.append(" ".join(file.name for file in files))
            _keep(note, lines)
    if layout == "deepcam":
        write_statistics(out)


def _whole(out: Path, lines: list[str]) -> int:
    """How many sequences, from the first on, have all the files that were written."""
    there = [all((out / name).is_file() for name in line.split()) for line in lines]
    return [*there, False].index(False)


def _keep(note: Path, lines: list[str]) -> None:
    with explained(note), replaced(note) as file:
        file.write(("\n".join(lines) + "\n").encode())


def _simulation(
    maps: int,
    seed: int,
    grid: str,
    steps: int,
    hours: float,
    annotators: int,
    workers: int | None,
) -> Callable[..., Iterator[xr.Dataset]]:
    """The generator with its settings, which it has accepted."""
    settings: dict[str, Any] = {"grid": grid, "steps": steps, "hours": hours}
    settings |= {"annotators": annotators, "workers": workers}
    simulated = partial(simulate, maps, seed, **settings)
    simulated()  # refuses what cannot be made before a folder is begun
    return simulated


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--maps", type=int, default=32)
    parser.add_argument("--grid", choices=SIZES, default="192x288")
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    layouts = [*WRITERS, "zarr"]
    parser.add_argument("--layout", choices=layouts, default="sequences")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=1, help="maps in a sequence")
    parser.add_argument("--hours", type=float, default=3.0, help="between two of them")
    parser.add_argument("--annotators", type=int, default=1)
    parser.add_argument("--workers", type=int, help="threads (default: all cores)")


def _run(args: Namespace) -> int:
    if args.maps < 1:
        raise BadInput(f"--maps {args.maps}: give at least 1")
    settings = (args.out, args.maps, args.seed, args.grid, args.steps, args.hours)
    if args.layout == "zarr":
        if args.out.exists():
            raise BadInput(f"{args.out} exists: remove it or give another --out")
        make_store(*settings, args.annotators, args.workers)
    else:
        make_files(*settings, args.annotators, args.workers, args.layout)
    print(
        f"{args.out}: {args.maps} simulated maps, grid {args.grid}, layout "
        f"{args.layout}"
    )
    return 0


make = Command("simulate maps into files or a store", _arguments, _run)
