"""The command line of explanations."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.runs.run import open_run

Verb = Callable[[argparse.Namespace, list[str]], int]


def _explain(args: argparse.Namespace, rest: list[str]) -> int:
    from workbench.explain.why import score, show

    if rest:
        raise BadInput(f"explain takes no {rest[0]}: see --help")
    run = open_run(args.run, args.runs)
    if args.score:
        methods = [args.method] if args.method else []
        found = score(run, args.events, methods, args.seed)
        for table in found.tables:
            print(f"{table.text()}\n")
        numbers: dict[str, Any] = dict(found.numbers)
    else:
        options = {"method": args.method} if args.method else {}
        told = show(
            run, args.event, of=args.of, against=args.against, thing=args.thing,
            parts=args.parts, layer=args.layer, **options,
        )  # fmt: skip
        stamped = told.found.badges if told.found else []
        for badge in stamped:
            mark = {None: " ", True: "+", False: "-"}[badge.good]
            print(f"{mark} {badge.name:15} {badge.says}")
        for table in told.evaluation.tables[bool(stamped) :]:
            print(f"\n{table.text()}")
        numbers = {badge.name: badge.value for badge in stamped}
    if args.json:
        args.json.write_text(json.dumps(numbers, indent=1) + "\n")
    print(f"open {run.folder / 'report.html'}")
    return 0


def add_commands(verb: Callable[[str, Verb, str], Any]) -> None:
    """Add the verb to the command line."""
    asked = verb("explain", _explain, "why a run's network answers as it does")
    asked.add_argument("run", help="a run's name or folder")
    asked.add_argument(
        "--event", type=int, action="append", default=[], metavar="N",
        help="a test event, from 0 on; may be given again",
    )  # fmt: skip
    asked.add_argument("--method", help="how shares are found; see the README")
    asked.add_argument("--of", type=int, help="why this class")
    asked.add_argument("--against", type=int, help="rather than that one")
    asked.add_argument(
        "--thing", type=int, default=0, help="of those outlined in a map, from 0 on"
    )
    asked.add_argument("--parts", help="what is taken away together")
    asked.add_argument("--layer", help="look at its units, too")
    asked.add_argument(
        "--score", action="store_true", help="judge all methods by the truth"
    )
    asked.add_argument("--events", type=int, default=300, help="to judge them by")
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--json", type=Path, help="write the numbers here too")
    asked.add_argument("--runs", type=Path, help="the folder of runs")
