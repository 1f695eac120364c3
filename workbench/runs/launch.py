"""Starting trainings that outlive whoever starts them."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from time import time as now
from typing import Any, Literal

from workbench.errors import BadInput
from workbench.runs import local, slurm
from workbench.runs.folder import new_run, read_json, write_json
from workbench.runs.members import MEMBERS, label
from workbench.runs.run import Run
from workbench.runs.script import members_script
from workbench.runs.settings import as_words, combinations
from workbench.runs.site import site
from workbench.runs.state import OVER
from workbench.tasks import task_names

Compute = Literal["local", "slurm"]
TRUST = "--trust"
HOW = ("compute", "processes", "allocation")  # of launch.json, for another launch


def launch(
    task: str | Path,
    *,
    compute: Compute = "local",
    processes: int | None = None,
    settings: Mapping[str, Any] | None = None,
    runs: Path | None = None,
    nodes: int = 1,
    account: str | None = None,
    partition: str | None = None,
    qos: str | None = None,
    constraint: str | None = None,
    time: str | None = None,
    gpus: int | None = None,
    stage: str | Path | None = None,
    write_only: bool = False,
    trust: bool = False,
) -> Run:
    """Start training and return at once; the training needs no notebook to go on.

    What is asked of Slurm is remembered for the next launch; the site's profile, named
    by ``$WORKBENCH_SITE``, says the rest. ``workbench.runs.slurm.allocation`` tells
    beforehand what it will be, and its node-hours.

    Args:
        task: Name of a task, or a configuration.
        compute: Where: this machine, or the nodes that its Slurm gives.
        processes: Number of processes a node; if not given, one, or one a GPU that
            Slurm gives.
        settings: Changes to the configuration: ``{"trainer.max_epochs": 3}``. A list
            of values makes a member run of each, here one after another, and a member
            of each combination if there are several lists; a value that is a list
            itself stands in a list of one.
        runs: Where the run folder goes.
        nodes: Number of Slurm's nodes.
        account: Who pays.
        partition: Slurm's.
        qos: Slurm's quality of service.
        constraint: What the nodes must have.
        time: Limit, such as ``2:30:00``; the training goes on in the next job.
        gpus: Of each node.
        stage: A folder on a disk of each node, such as ``"$TMPDIR"``: the data are
            copied there once and read from there. The site's if not given.
        write_only: Whether to write the job and print what to type, no more.
        trust: Whether it may name classes of others, such as another logger.

    Raises:
        BadInput: no such task or configuration, this machine cannot do it, or Slurm
            refuses.
    """
    config, name = _config(task)
    asked: dict[str, str | int | None] = {
        "account": account,
        "partition": partition,
        "qos": qos,
        "constraint": constraint,
        "time": time,
        "gpus": gpus,
    }
    if processes is not None and processes < 1:
        raise BadInput(f"processes {processes}: at least 1")
    if compute == "local":
        _check_local(nodes, asked, write_only)
        wanted, has_gpu = {"processes": processes or 1}, local.has_gpu()
    else:
        given = slurm.allocation(nodes, processes, **asked)
        wanted = {"allocation": asdict(given)}
        has_gpu = given.gpus > 0
        if not write_only:
            slurm.check_here()
        slurm.keep_choices(asked)
    chosen = combinations(settings or {})
    for member in chosen:
        _check(member, has_gpu)
    folder, how = new_run(name, runs), {"compute": compute, **wanted}
    place = stage or site().folders.get("stage")
    staged = ["--stage", str(place)] if place else []
    base = ["--config", config, *[TRUST] * trust, *staged]
    words = [[*base, *as_words(member)] for member in chosen]
    if len(chosen) == 1:
        return start(folder, words[0], how, write_only)
    names = [label(number, settings or {}, s) for number, s in enumerate(chosen, 1)]
    places = [folder / MEMBERS / name for name in names]
    known = how | {"members": names, "when": now()}
    write_json(folder / "launch.json", known)
    return _start_members(
        folder, dict(zip(places, words, strict=True)), how, write_only
    )


def start(
    folder: Path, words: list[str], how: Mapping[str, Any], write_only: bool = False
) -> Run:
    """Launch a training in a run folder, for the first time or again."""
    known, script = _prepared(folder, words, how)
    if how["compute"] == "local":
        known |= {"process": local.start(script)}
    elif write_only:
        print(slurm.submit_line(script))
    else:
        known |= _submitted(script)
    write_json(folder / "launch.json", known)
    return Run(folder)


def _start_members(
    folder: Path,
    members: Mapping[Path, list[str]],
    how: Mapping[str, Any],
    write_only: bool = False,
) -> Run:
    """Launch member runs: here one after another, of Slurm all at once."""
    if how["compute"] == "slurm":
        waiting = list(members)
        try:
            for place, words in members.items():
                start(place, words, how, write_only)
                waiting.remove(place)
        except BadInput as error:
            for place in waiting:
                known, _ = _prepared(place, members[place], how)
                write_json(place / "launch.json", known | {"refused": str(error)})
            raise
        return Run(folder)
    queued = {**how, "waits": True}
    prepared = {f: _prepared(f, words, queued)[0] for f, words in members.items()}
    process = local.start(members_script(folder, list(members)))
    for place, known in prepared.items():
        write_json(place / "launch.json", known | {"process": process})
    return Run(folder)


def _prepared(
    folder: Path, words: list[str], how: Mapping[str, Any]
) -> tuple[dict[str, Any], Path]:
    """Write ``launch.json`` and the script; what the first says, and the second."""
    file = folder / "launch.json"
    number = 1 + read_json(file).get("launch", 0)
    wanted = slurm.Allocation(**how["allocation"]) if "allocation" in how else None
    nodes = wanted.nodes if wanted else 1
    processes = wanted.processes if wanted else int(how["processes"])
    parallel = [f"--trainer.devices={processes}", f"--trainer.num_nodes={nodes}"]
    several = nodes * processes > 1
    if several and not any(w.startswith("--trainer.strategy") for w in words):
        parallel.append("--trainer.strategy=ddp")
    given = [*words, *parallel, "--folder", str(folder.absolute())]
    known = dict(how) | {"launch": number, "words": words, "when": now()}
    try:
        write_json(file, known)
    except OSError as error:
        raise BadInput(
            f"{folder}: cannot be written ({error.strerror}): copy it to a place of "
            f"your own, or type `workbench branch {folder} --runs PLACE`"
        ) from error
    if wanted is None:
        return known, local.write_script(folder, number, given, processes)
    return known, slurm.write_script(folder, number, given, wanted)


def _submitted(script: Path) -> dict[str, Any]:
    """Submit a script; what a refusal leaves in the folder says so."""
    try:
        return {"job": slurm.submit(script)}
    except BadInput as error:
        file = script.with_name("launch.json")
        write_json(file, read_json(file) | {"refused": str(error)})
        raise


def how_launched(run: Run) -> dict[str, Any]:
    """Where a run was launched and with how much; here with one process if by hand."""
    known = read_json(run.folder / "launch.json")
    given = {key: known[key] for key in HOW if key in known}
    return {"compute": "local", "processes": 1} | given


def relaunch(run: Run, settings: Mapping[str, Any], trust: bool = False) -> Run:
    """Launch a run again that is over; it goes on from its newest whole checkpoint.

    Of member runs those that have not finished. Trust is asked of a person each time:
    what the run's folder says of it does not count.

    Raises:
        BadInput: it is not over, or was never launched.
    """
    state = run.state
    if state not in (*OVER, "paused"):
        raise BadInput(f"{run.name} is {state}: pause or stop it first")
    how = how_launched(run)
    if "allocation" in how:
        slurm.check_here()
    if run.members:
        left = [member for member in run.members if member.state != "finished"]
        again = {m.folder: _words(m, settings, trust) for m in left or run.members}
        return _start_members(run.folder, again, how)
    return start(run.folder, _words(run, settings, trust), how)


def _words(run: Run, settings: Mapping[str, Any], trust: bool) -> list[str]:
    """What ``fit`` was given, and more."""
    known = read_json(run.folder / "launch.json")
    config = run.folder / "config.yaml"
    given = known.get("words", ["--config", str(config.absolute())])
    words = [word for word in map(str, given) if not _trusts(word)]
    return [*words, *[TRUST] * trust, *as_words(settings)]


def _trusts(word: str) -> bool:
    """Whether a word is ``--trust``, which may be shortened."""
    return len(word) > 2 and TRUST.startswith(word.partition("=")[0])


def _config(task: str | Path) -> tuple[str, str]:
    """What ``--config`` is given, and the run's first name."""
    if str(task) in task_names():
        return str(task), str(task)
    path = Path(task)
    if path.is_file():
        return str(path.absolute()), path.stem
    raise BadInput(
        f"unknown task {str(task)!r}: choose one of {', '.join(task_names())}, or give "
        "the path of a configuration"
    )


def _check_local(nodes: int, asked: Mapping[str, Any], write_only: bool) -> None:
    """Refuse what only Slurm can do."""
    given = [name for name, value in asked.items() if value is not None]
    given += ["nodes"] * (nodes != 1) + ["write_only"] * write_only
    if given:
        raise BadInput(f"{', '.join(given)}: for compute slurm: add --compute slurm")


def _check(settings: Mapping[str, Any], has_gpu: bool) -> None:
    strategy = str(settings.get("strategy", settings.get("trainer.strategy", "")))
    if strategy.startswith(("fsdp", "model")) and not has_gpu:
        raise BadInput(
            f"strategy {strategy} needs GPUs, and there are none: leave it out for "
            "ddp, or launch where GPUs are"
        )
