"""The command line of runs: launch, list, watch, steer."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.runs.launch import launch
from workbench.runs.run import open_run, runs
from workbench.runs.settings import parsed
from workbench.runs.site import CHOICES
from workbench.runs.slurm import allocation
from workbench.runs.state import OVER
from workbench.runs.watch import frame, listing

FORMATS = ("script", "notebook", "pt2", "onnx")
Verb = Callable[[argparse.Namespace, list[str]], int]
REFRESH = 1.0  # s between two looks of `watch`


def _nothing_more(args: argparse.Namespace, rest: Sequence[str]) -> None:
    if rest:
        raise BadInput(f"{args.command} takes no {rest[0]}: see --help")


def _launch(args: argparse.Namespace, rest: list[str]) -> int:
    settings: dict[str, Any] = dict(parsed(args.set))
    for word in rest:  # Lightning's own words serve, too
        if not word.startswith("--") or "=" not in word:
            raise BadInput(f"launch takes no {word}: see workbench launch --help")
        name, _, value = word[2:].partition("=")
        settings |= {name: value}
    asked = {name: getattr(args, name) for name in (*CHOICES, "gpus")}
    if args.compute == "slurm":
        wanted = allocation(args.nodes, args.processes, **asked)
        print(f"workbench: {wanted}", file=sys.stderr)
    run = launch(
        args.task,
        compute=args.compute,
        processes=args.processes,
        settings=settings,
        runs=args.runs,
        nodes=args.nodes,
        stage=args.stage,
        write_only=args.write_only,
        trust=args.trust,
        **asked,
    )
    print(run.folder)
    return 0


def _runs(args: argparse.Namespace, rest: list[str]) -> int:
    _nothing_more(args, rest)
    found = runs(args.runs)
    for run in found:
        print("\n".join(listing(run)))
    if not found:
        print("no runs yet: type workbench launch neutrino")
    if args.json:
        every = [one for run in found for one in (run, *run.members)]
        table = [{"name": run.name, "state": run.state, **run.status} for run in every]
        args.json.write_text(json.dumps(table, indent=1) + "\n")
    return 0


def _watch(args: argparse.Namespace, rest: list[str]) -> int:
    _nothing_more(args, rest)
    run = open_run(args.run, args.runs)
    lines = 0
    while True:
        shown = frame(run)
        if lines:
            print(f"\x1b[{lines}F\x1b[J", end="")
        print(shown, flush=True)
        state = run.state
        if args.once or state in OVER:
            return 1 if state in ("failed", "lost") else 0
        lines = shown.count("\n") + 1
        time.sleep(REFRESH)


def _steer(args: argparse.Namespace, rest: list[str]) -> int:
    run = open_run(args.run, args.runs)
    if args.command == "resume":
        settings = {k: v[0] for k, v in parsed(rest).items()}
        print(run.resume(settings, args.trust).folder)
        return 0
    if args.command == "set":
        reply = run.set(**_numbers(rest))
    else:
        _nothing_more(args, rest)
        reply = getattr(run, args.command)()
    print(f"{reply.message}, after step {reply.step}")
    return 0


def _branch(args: argparse.Namespace, rest: list[str]) -> int:
    from workbench.runs.branch import branch

    settings = {name: values[0] for name, values in parsed(rest).items()}
    made = branch(
        open_run(args.run, args.runs),
        args.checkpoint,
        settings,
        weights_only=args.weights_only,
        runs=args.runs,
    )
    print(made.folder)
    return 0


def _compare(args: argparse.Namespace, rest: list[str]) -> int:
    from workbench.runs.compare import compare

    compared = compare([open_run(name, args.runs) for name in [*args.run, *rest]])
    print(compared.text())
    if args.json:
        args.json.write_text(json.dumps(compared.as_json(), indent=1) + "\n")
    if args.figure:
        compared.figure().savefig(args.figure)
    return 0


def _export(args: argparse.Namespace, rest: list[str]) -> int:
    from workbench.runs.export import export

    _nothing_more(args, rest)
    print(export(open_run(args.run, args.runs), args.format, args.out))
    return 0


def _sample(args: argparse.Namespace, rest: list[str]) -> int:
    from workbench.runs.sample import sample

    print(sample(open_run(args.run, args.runs), args.number, args.out, rest))
    return 0


def _numbers(words: Sequence[str]) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, given in parsed(words).items():
        try:
            values[name] = float(given[0])
        except (TypeError, ValueError) as error:
            raise BadInput(f"{name}={given[0]}: wants a number") from error
    if not values:
        raise BadInput("set wants NAME=NUMBER, such as learning_rate=1e-4")
    return values


def add_commands(verb: Callable[[str, Verb, str], Any]) -> None:
    """Add the verbs of runs to the command line."""
    started = verb("launch", _launch, "start training that outlives this shell")
    started.add_argument("task", help="a task's name, or a configuration")
    started.add_argument("--compute", choices=("local", "slurm"), default="local")
    started.add_argument("--processes", type=int, help="on each node")
    started.add_argument("--nodes", type=int, default=1, help="of Slurm")
    for name, about in (
        ("account", "who pays"),
        ("partition", "of Slurm; '' for its own choice"),
        ("qos", "quality of service; '' for Slurm's own choice"),
        ("constraint", "what the nodes must have"),
        ("time", "limit of a job, such as 2:30:00"),
    ):
        started.add_argument(f"--{name}", help=about)
    started.add_argument("--gpus", type=int, help="of each node")
    started.add_argument("--stage", help="a node's own disk: copy the data there first")
    started.add_argument(
        "--write-only", action="store_true", help="write the job, print what to type"
    )
    started.add_argument(
        "--set",
        nargs="+",
        default=[],
        metavar="KEY=VALUE",
        help="data.events=9000 …; seed=1,2,3 for a member run of each",
    )
    started.add_argument(
        "--trust", action="store_true", help="other loggers and classes may be named"
    )
    started.add_argument("--runs", type=Path, help="where the run folder goes")
    listed = verb("runs", _runs, "the runs there are")
    listed.add_argument("--json", type=Path, help="write the list here too")
    listed.add_argument("--runs", type=Path, help="where they are")
    watched = verb("watch", _watch, "a run as it goes, in this terminal")
    watched.add_argument("--once", action="store_true", help="show it once")
    for name, about in (
        ("pause", "wait between two steps"),
        ("resume", "go on after a pause, a stop or a failure"),
        ("save", "write a checkpoint now"),
        ("set", "change the optimizer: set RUN learning_rate=1e-4"),
        ("stop", "finish the step, save and end"),
        ("cancel", "end its Slurm job, queued or running"),
    ):
        asked = verb(name, _steer, about)
        asked.add_argument("run", help="a run's folder or name")
        asked.add_argument("--runs", type=Path, help="where runs are")
        if name == "resume":
            asked.add_argument("--trust", action="store_true", help="as of launch")
    _add_more(verb, watched)


def _add_more(verb: Callable[[str, Verb, str], Any], watched: Any) -> None:
    branched = verb("branch", _branch, "a new run from a run's checkpoint")
    branched.add_argument("--checkpoint", default="last.ckpt", help="a name or a file")
    branched.add_argument(
        "--weights-only", action="store_true", help="fine-tune: begin at step 0"
    )
    compared = verb("compare", _compare, "runs side by side")
    compared.add_argument("--json", type=Path, help="write the tables here too")
    compared.add_argument("--figure", type=Path, help="draw the curves here")
    exported = verb("export", _export, "a run as script, notebook or portable model")
    exported.add_argument("--format", choices=FORMATS, default="script")
    exported.add_argument("--out", type=Path, help="the file")
    drawn = verb("sample", _sample, "what a generator draws, as a file")
    drawn.add_argument("--maps", type=int, default=64, dest="number", help="how many")
    drawn.add_argument("--out", type=Path, required=True, help="a new file")
    for asked in (watched, branched, exported, drawn):
        asked.add_argument("run", help="a run's folder or name")
    compared.add_argument("run", nargs="+", help="folders or names of runs")
    for asked in (watched, branched, compared, exported, drawn):
        asked.add_argument("--runs", type=Path, help="where runs are")
