"""The command line: ``workbench …``."""

import argparse
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Any

import workbench
from workbench import kernel, lab
from workbench.cards import Card
from workbench.errors import BadInput
from workbench.explain import commands as explain
from workbench.refusals import mendable
from workbench.runs import commands as runs
from workbench.task import Command
from workbench.uncertainty import commands as uncertainty

HELP = {"-h", "--help"}
DATA_HELP = """usage: workbench data VERB ...

  data make TASK --out FILE      simulate events
  data check FILE                say what a file is and what is wrong with it
  data get NAME                  fetch a public file, checked and resumed
  data realism TASK              hold the simulator against published numbers

Add --help after a verb and its task for the options."""
EPILOG = """Tasks add commands of their own: `workbench tasks` names them.
Exit status: 0 done, 1 the answer is no, 2 bad input or usage."""


class _Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def _tasks(args: argparse.Namespace, rest: list[str]) -> int:
    _nothing_more(args, rest)
    titles: dict[str, str] = {}
    for name in workbench.task_names():
        try:
            titles[name] = _title(name)
        except BadInput as error:  # the others are still there
            print(f"workbench: {error}", file=sys.stderr)
    for name, title in titles.items():
        print(f"{name:12} {title}")
    _keep(args.json, titles)
    return 0


def _title(name: str) -> str:
    """A task's title, from its card alone if it has one: to load it takes seconds."""
    try:
        return Card.of(name).title
    except BadInput:
        return workbench.load(name).card.title


def _keep(path: Path | None, table: Any) -> None:
    """Write a printed table where ``--json`` says."""
    if path is None:
        return
    try:
        path.write_text(json.dumps(table, indent=1) + "\n")
    except OSError as error:
        raise BadInput(
            f"--json {path}: cannot be written ({error.strerror}): name another place"
        ) from error


def _nothing_more(args: argparse.Namespace, rest: list[str]) -> None:
    if rest:
        raise BadInput(f"{args.command} takes no {rest[0]}: type it alone")


def _data(args: argparse.Namespace, rest: list[str]) -> int:
    if args.verb in (None, "-h", "--help"):
        print(DATA_HELP)
        return 0
    return {"check": _check, "get": _get}.get(args.verb, _task_command)(args, rest)


def _task_command(args: argparse.Namespace, rest: list[str]) -> int:
    if not rest:
        raise BadInput(f"data {args.verb} wants a task: one of {_known()}")
    if rest[0] in HELP:
        verb = f"workbench data {args.verb}"
        print(f"{verb} TASK --help shows the options; tasks: {_known()}")
        return 0
    task = workbench.load(rest[0])
    command = task.commands.get(f"data {args.verb}")
    if command is None:
        raise BadInput(f"the task {task.name} does not offer `data {args.verb}`")
    return _run_command(command, f"data {args.verb} {task.name}", rest[1:])


def _run_command(command: Command, name: str, words: Sequence[str]) -> int:
    parser = _Parser(prog=f"workbench {name}", description=command.help)
    command.arguments(parser)
    return command.run(parser.parse_args(words))


def _of_a_task(word: str) -> Command | None:
    """What a word does that is not the workbench's own but a task's."""
    for name in workbench.task_names():
        command = workbench.load(name).commands.get(word)
        if command is not None:
            return command
    return None


def _check(args: argparse.Namespace, rest: list[str]) -> int:
    parser = _Parser(prog="workbench data check")
    parser.add_argument("path", type=Path)
    parser.add_argument("--json", type=Path, help="write the answer here too")
    given = parser.parse_args(rest)
    path = given.path
    if not path.exists():
        raise BadInput(f"{path}: no such file or folder")
    for name in workbench.task_names():
        report = workbench.load(name).check(path)
        if report is not None:
            print(report.text())
            _keep(given.json, report.as_json())
            return 0 if report.ok else 1
    raise BadInput(f"{path}: in no layout that {_known()} can read")


def _known() -> str:
    return ", ".join(workbench.task_names())


def _get(args: argparse.Namespace, rest: list[str]) -> int:
    from workbench.cards import fetch

    parser = _Parser(prog="workbench data get")
    parser.add_argument("name", help="as listed on a card, e.g. with an unknown name")
    parser.add_argument("--out", type=Path, default=Path())
    parser.add_argument("--url", help="a mirror of the same file")
    given = parser.parse_args(rest)
    print(fetch(given.name, given.out, url=given.url))
    return 0


def _lightning(args: argparse.Namespace, rest: list[str]) -> int:
    if HELP & set(rest):
        from workbench.runs.cli import show_options

        args.parser.print_help()
        return show_options(args.command)
    if args.command == "predict" and len(rest) >= 2 and not rest[0].startswith("-"):
        return _predict_run(args, rest)
    if args.config is None:
        raise BadInput(f"{args.command} wants --config FILE, or --config TASK")
    from workbench.runs.lightning import lightning

    config = args.config
    if str(config) in workbench.task_names():
        config = workbench.load(str(config)).fit
    with redirect_stdout(sys.stderr):  # Lightning's bars and tables; ours is the path
        written = lightning(
            args.command,
            config,
            rest,
            runs=args.runs,
            folder=args.folder,
            stage=args.stage,
            trust=args.trust,
            out=args.out,
        )
    if os.environ.get("LOCAL_RANK", "0") == "0":  # the first of several processes
        print(written)
    return 0


def _predict_run(args: argparse.Namespace, rest: list[str]) -> int:
    """``workbench predict RUN FILE --out F``."""
    run, file, *more = rest
    if more or args.out is None:
        raise BadInput(
            "predict RUN FILE wants --out FILE and nothing more; with --config it "
            "takes Lightning's words"
        )
    with redirect_stdout(sys.stderr):
        written = workbench.open_run(run, args.runs).predict(file, args.out)
    print(written)
    return 0


def _demo(args: argparse.Namespace, rest: list[str]) -> int:
    from workbench.demo import demo

    folder = demo(workbench.load(args.task), runs=args.runs, words=rest)
    reached = workbench.open_run(folder).reached
    if reached:
        print("{} {:.4f}".format(*reached))
    print(f"open {folder / 'report.html'}")
    return 0


def _doctor(args: argparse.Namespace, rest: list[str]) -> int:
    from workbench.doctor import doctor

    _nothing_more(args, rest)
    found = doctor()
    print(found.text())
    _keep(args.json, asdict(found))
    return 1 if found.problems else 0


Action = Callable[[argparse.Namespace, list[str]], int]


def parsers() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """The parser of all words, and that of each verb by its name."""
    parser = _Parser(prog="workbench", description=workbench.__doc__, epilog=EPILOG)
    parser.add_argument("--version", action="version", version=workbench.__version__)
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    verbs = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def verb(name: str, action: Action, help: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=help)
        added.set_defaults(action=action)
        return added

    tasks = verb("tasks", _tasks, "the science tasks there are")
    tasks.add_argument("--json", type=Path, help="write the list here too")
    about_demo = "the whole story: make data, train, test, ask why and how sure"
    demo = verb("demo", _demo, about_demo)
    demo.add_argument("task", nargs="?", default="neutrino")
    demo.add_argument("--runs", type=Path, help="where the run folder goes")
    about_data = "make, check, get data; realism of a generator"
    data = verbs.add_parser("data", help=about_data, add_help=False)
    data.add_argument("verb", nargs="?")
    data.set_defaults(action=_data)
    for name in ("fit", "validate", "test", "predict"):
        about = f"Lightning's {name} on a configuration"
        phase = verbs.add_parser(name, help=about, add_help=False)
        phase.set_defaults(action=_lightning, parser=phase)
        phase.add_argument("--config", "-c", type=Path, help="a file or a task's name")
        phase.add_argument("--runs", type=Path, help="where a new run folder goes")
        phase.add_argument("--folder", type=Path, help="the run folder, to continue it")
        phase.add_argument("--stage", help="a node's own disk, to copy the data to")
        phase.add_argument("--trust", action="store_true", help="allow foreign classes")
        phase.add_argument("--out", type=Path, help="where predictions go")
    runs.add_commands(verb)
    explain.add_commands(verb)
    uncertainty.add_commands(verb)
    lab.add_command(verb)
    kernel.add_command(verb)
    about_doctor = "what this machine has, what is missing, what to type"
    seen = verb("doctor", _doctor, about_doctor)
    seen.add_argument("--json", type=Path, help="write the answer here too")
    return parser, verbs.choices


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if words is None else words)
    debug = "--debug" in given
    given = [word for word in given if word != "--debug"]
    parser, known = parsers()
    try:
        if given and given[0] not in known and not given[0].startswith("-"):
            command = _of_a_task(given[0])
            if command is not None:
                return _run_command(command, given[0], given[1:])
        args, rest = parser.parse_known_args(given)
        return args.action(args, rest)
    except Exception as error:
        if debug:
            traceback.print_exc()
        elif mended := mendable(error):
            print(f"workbench: {mended}", file=sys.stderr)
        else:
            what = " ".join(f"{type(error).__name__}: {error}".split())
            print(
                f"workbench: unexpected {what}; run again with --debug to see where, "
                "and please report it",
                file=sys.stderr,
            )
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
