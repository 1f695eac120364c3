"""Simulate events into a store or a public layout, with progress, and resume."""

from argparse import ArgumentParser, Namespace
from functools import partial
from pathlib import Path
from typing import Any

from workbench.ended import ended
from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.task import Command
from workbench.tasks.neutrino.conditions import CONDITIONS
from workbench.tasks.neutrino.layouts import write_2016, write_2017
from workbench.tasks.neutrino.simulator import CHUNK, recipe, simulate
from workbench.tasks.neutrino.store import StoreWriter

LAYOUTS = {"2016": write_2016, "2017": write_2017}


def make_store(
    path: Path,
    events: int,
    seed: int,
    condition: str = "nominal",
    strength: float = 1.0,
    workers: int | None = None,
    water: bool = False,
) -> None:
    """Simulate a store, going on where an interrupted one stopped.

    A complete store at ``path`` is left as it is.

    Raises:
        BadInput: what cannot be simulated, or a store begun by another simulator or
            with other settings.
    """
    about: dict[str, Any] = {
        "simulated": True,
        "events": events,
        "seed": seed,
        "condition": condition,
        "strength": strength,
        "recipe": recipe(),
        "water": water,
    }
    if path.exists():
        return
    made = partial(
        simulate,
        events,
        seed,
        condition=condition,
        strength=strength,
        water=water,
        workers=workers,
    )
    made()  # refuses what cannot be simulated before a file is begun
    with StoreWriter(path, about) as writer:
        done = writer.events
        with ended(made(first_chunk=done // CHUNK)) as rest:
            for batch in with_progress(rest, len, events, "events", done=done):
                writer.add(batch)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layout", choices=["store", *LAYOUTS], default="store")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--condition", choices=list(CONDITIONS), default="nominal")
    parser.add_argument("--strength", type=float, default=1.0)
    parser.add_argument("--water", action="store_true", help="fill the water target")
    parser.add_argument("--workers", type=int, help="threads (default: all cores)")


def _run(args: Namespace) -> int:
    if args.events < 1:
        raise BadInput(f"--events {args.events}: give at least 1")
    if args.out.exists():
        raise BadInput(f"{args.out} exists: remove it or give another --out")
    if args.layout == "store":
        make_store(
            args.out,
            args.events,
            args.seed,
            args.condition,
            args.strength,
            args.workers,
            args.water,
        )
    else:
        batches = simulate(
            args.events,
            args.seed,
            condition=args.condition,
            strength=args.strength,
            water=args.water,
            workers=args.workers,
        )
        shown = with_progress(batches, len, args.events, "events")
        LAYOUTS[args.layout](args.out, shown)
    print(f"{args.out}: {args.events} simulated events, layout {args.layout}")
    return 0


make = Command("simulate events into a file", _arguments, _run)
