"""Simulate convergence maps into a store or a file, with progress, and resume."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from workbench.ended import ended
from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.task import Command
from workbench.tasks.cosmogan.field import FIELDS, Field
from workbench.tasks.cosmogan.simulation import recipe, simulate_sky
from workbench.tasks.cosmogan.simulation.cosmology import FIDUCIAL, Cosmology
from workbench.tasks.cosmogan.simulation.sky import KINDS, Sky
from workbench.tasks.cosmogan.store import read_about
from workbench.tasks.cosmogan.store_writer import write_store

SHAPES = 0.4  # rms ellipticity of galaxies, both components


def make_store(
    path: Path,
    maps: int,
    seed: int,
    field: Field,
    kind: str = "lognormal",
    workers: int | None = None,
    **settings: Any,
) -> None:
    """Simulate a store, going on where an interrupted one stopped.

    A complete store of the same maps at ``path`` is left as it is.

    Args:
        path: The folder.
        maps: How many.
        seed: Of the sample.
        field: The patch of sky.
        kind: ``lognormal`` or ``particles``.
        workers: Threads; all cores if not given.
        settings: As :class:`Sky` has them: cosmologies, noise, smoothing, …

    Raises:
        BadInput: what cannot be simulated, or a store of other maps.
    """
    sky = Sky(field, kind, **settings)
    made = _made(sky, seed)
    simulate_sky(sky, maps, seed, workers)  # refuses before a folder is begun
    if path.exists():
        there = read_about(path)
        if (there["maps"], there["made"]) != (maps, made):
            raise BadInput(
                f"{path} exists with other maps: remove it or give another path"
            )
        return

    def chunks(first: int) -> Iterator[np.ndarray]:
        with ended(simulate_sky(sky, maps, seed, workers, first)) as rest:
            yield from with_progress(rest, len, maps, "maps", done=first)

    write_store(path, chunks, field, sky.parameters(maps), made)


def _made(sky: Sky, seed: int) -> dict[str, Any]:
    """How maps are made, as plain types."""
    made = {"seed": seed, "recipe": recipe(), **sky.about()}
    return json.loads(json.dumps(made))


def _make_file(path: Path, maps: int, seed: int, sky: Sky, workers: int | None) -> None:
    from workbench.tasks.cosmogan.files.saving import write_maps

    simulated = simulate_sky(sky, maps, seed, workers)
    shown = with_progress(simulated, len, maps, "maps")
    write_maps(path, shown, maps, sky.field, {"simulated": True, **_made(sky, seed)})


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--maps", type=int, default=1024)
    parser.add_argument("--pixels", type=int, default=64, help="along a side")
    parser.add_argument("--field", choices=FIELDS, default="wide")
    parser.add_argument("--kind", choices=KINDS, default="lognormal")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        help="a folder for a store, or a name that ends in .npy, .fits, .h5 or .zarr",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--cosmology",
        type=float,
        nargs=2,
        action="append",
        metavar=("OMEGA_M", "SIGMA8"),
        help="several: maps go through them in turn",
    )
    parser.add_argument(
        "--galaxies", type=float, help="per square arcminute: adds their shapes' noise"
    )
    parser.add_argument(
        "--smoothing", type=float, default=0.0, help="of a Gaussian, arcminutes"
    )
    parser.add_argument("--boxes", type=int, default=4, help="of particles")
    parser.add_argument(
        "--particles", type=int, default=128, help="along a side of a box"
    )
    parser.add_argument("--workers", type=int, help="threads (default: all cores)")


def _run(args: Namespace) -> int:
    if args.maps < 1:
        raise BadInput(f"--maps {args.maps}: give at least 1")
    field = Field.named(args.field, args.pixels)
    settings: dict[str, Any] = {
        "kind": args.kind,
        "cosmologies": tuple(Cosmology(*pair) for pair in args.cosmology or ())
        or (FIDUCIAL,),
        "noise": None if args.galaxies is None else (args.galaxies, SHAPES),
        "smoothing": args.smoothing,
        "boxes": args.boxes,
        "particles": args.particles,
    }
    if args.out.suffix:
        sky = Sky(field, **settings)
        _make_file(args.out, args.maps, args.seed, sky, args.workers)
    else:
        make_store(
            args.out, args.maps, args.seed, field, workers=args.workers, **settings
        )
    print(
        f"{args.out}: {args.maps:,} simulated maps of {field.pixels}×{field.pixels}, "
        f"{field.degrees:g}°, sources at z = {field.source:g}, kind {args.kind}"
    )
    return 0


make = Command("simulate convergence maps into a store or a file", _arguments, _run)
