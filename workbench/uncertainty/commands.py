"""The command line of uncertainty."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.refusals import not_kept
from workbench.runs.run import Run, open_run

Verb = Callable[[argparse.Namespace, list[str]], int]


def _uncertainty(args: argparse.Namespace, rest: list[str]) -> int:
    if rest:
        raise BadInput(f"uncertainty takes no {rest[0]}: see --help")
    run = open_run(args.run, args.runs)
    if args.similar:
        return _similar(run, args)
    from workbench.uncertainty.quantify import quantify

    found = quantify(
        run, args.events, args.alpha, args.seed, not args.quick, args.methods
    )
    for table in found.tables:
        print(f"{table.text()}\n")
    if args.json:
        args.json.write_text(json.dumps(dict(found.numbers), indent=1) + "\n")
    print(f"open {run.folder / 'report.html'}")
    return 0


def _similar(run: Run, args: argparse.Namespace) -> int:
    """Whether the network may be trusted with the events of a file."""
    from workbench.runs.report import write_part
    from workbench.uncertainty.comparison import WARNING
    from workbench.uncertainty.figures import compared
    from workbench.uncertainty.known import EVENTS
    from workbench.uncertainty.reference import Reference

    if args.quick or args.alpha is not None:
        word = "--quick" if args.quick else "--alpha"
        raise BadInput(f"--similar takes no {word}: type it without")
    reference = Reference.of(run, args.events or EVENTS, args.seed)
    found = reference.file(args.similar)
    print(f"{found.table().text()}\n\n{found.verdict}\n{WARNING}")
    if found.sign is None:
        print(f"`workbench uncertainty {args.run}` finds out first what foretells harm")
    if args.json:
        args.json.write_text(json.dumps(found.numbers, indent=1) + "\n")
    try:
        write_part(run.folder, reference.trained.task, "similar", compared(found))
    except OSError as error:  # a run of somebody else
        print(f"workbench: {not_kept(run.folder, error)}", file=sys.stderr)
    return 0 if found.trusted else 1


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
    asked.add_argument(
        "--similar",
        type=Path,
        metavar="DATA",
        help="only say whether these events may be answered: exit status 0 or 1",
    )
    asked.add_argument("--seed", type=int, default=0, help="of what is drawn")
    asked.add_argument(
        "--quick", action="store_true", help="leave samples under other conditions out"
    )
    asked.add_argument("--json", type=Path, help="write the numbers here too")
    asked.add_argument("--runs", type=Path, help="where runs are")
