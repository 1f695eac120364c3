"""The command line of uncertainty."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.runs.run import open_run

Verb = Callable[[argparse.Namespace, list[str]], int]


def _uncertainty(args: argparse.Namespace, rest: list[str]) -> int:
    from workbench.uncertainty.quantify import quantify

    if rest:
        raise BadInput(f"uncertainty takes no {rest[0]}: see --help")
    run = open_run(args.run, args.runs)
    found = quantify(
        run, args.events, args.alpha, args.seed, not args.quick, args.methods
    )
    for table in found.tables:
        print(f"{table.text()}\n")
    if args.json:
        args.json.write_text(json.dumps(dict(found.numbers), indent=1) + "\n")
    print(f"open {run.folder / 'report.html'}")
    return 0


def add_commands(verb: Callable[[str, Verb, str], Any]) -> None:
    """Add the verb to the command line."""
    asked = verb("uncertainty", _uncertainty, "how sure a run's network is")
    asked.add_argument("run", help="a run's name or folder")
    asked.add_argument(
        "--alpha", type=float, help="how often sets may miss the true class"
    )
    asked.add_argument(
        "--events",
        type=int,
        help="fresh ones that calibrate promises: 5000, or 100 maps, if not given",
    )
    asked.add_argument(
        "--methods",
        nargs="*",
        metavar="METHOD",
        help="to try beside temperature and members: laplace, dropout, symmetry; those "
        "that the network allows if not given",
    )
    asked.add_argument("--seed", type=int, default=0, help="of what is drawn")
    asked.add_argument(
        "--quick", action="store_true", help="leave samples under other conditions out"
    )
    asked.add_argument("--json", type=Path, help="write the numbers here too")
    asked.add_argument("--runs", type=Path, help="where runs are")
