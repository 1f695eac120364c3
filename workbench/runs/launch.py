"""Starting trainings that outlive whoever starts them."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from workbench.errors import BadInput
from workbench.runs import local
from workbench.runs.folder import new_run, write_json
from workbench.runs.run import Run
from workbench.runs.settings import as_words, members
from workbench.runs.state import OVER, read_json
from workbench.tasks import task_names

Compute = Literal["local", "slurm"]


def launch(
    task: str | Path,
    *,
    compute: Compute = "local",
    processes: int = 1,
    settings: Mapping[str, Any] | None = None,
    runs: Path | None = None,
) -> Run:
    """Start training and return at once; the training needs no notebook to go on.

    Args:
        task: Name of a task, or a configuration.
        compute: Where: this machine, or the nodes that its Slurm gives.
        processes: Number of processes a node.
        settings: Changes to the configuration: ``{"trainer.max_epochs": 3}``.
        runs: Where the run folder goes.

    Raises:
        BadInput: no such task or configuration, or this machine cannot do it.
    """
    config, name = _config(task)
    _check(processes, settings or {})
    folder = new_run(name, runs)
    words = ["--config", config, *as_words(settings or {})]
    return start(folder, words, {"compute": compute, "processes": processes})


def start(folder: Path, words: list[str], how: Mapping[str, Any]) -> Run:
    """Launch a training in a run folder, for the first time or again."""
    file = folder / "launch.json"
    number = 1 + read_json(file).get("launch", 0)
    processes = int(how["processes"])
    parallel = [f"--trainer.devices={processes}", "--trainer.num_nodes=1"]
    if processes > 1 and not any(w.startswith("--trainer.strategy") for w in words):
        parallel.append("--trainer.strategy=ddp")
    given = ["--folder", str(folder.absolute()), *words, *parallel]
    known = dict(how) | {"launch": number, "words": words, "when": time.time()}
    write_json(file, known)
    known |= local.start(folder, number, given, processes)
    write_json(file, known)
    return Run(folder)


def relaunch(run: Run, settings: Mapping[str, Any]) -> Run:
    """Launch a run again that is over; it goes on from its newest whole checkpoint.

    Raises:
        BadInput: it is not over, or was never launched.
    """
    known = read_json(run.folder / "launch.json")
    state = run.state
    if state not in (*OVER, "paused"):
        raise BadInput(f"{run.name} is {state}: pause or stop it first")
    how = {"compute": "local", "processes": 1} | {
        key: known[key] for key in ("compute", "processes") if key in known
    }
    config = run.folder / "config.yaml"
    words = list(known.get("words", ["--config", str(config.absolute())]))
    return start(run.folder, [*words, *as_words(settings)], how)


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


def _check(processes: int, settings: Mapping[str, Any]) -> None:
    if processes < 1:
        raise BadInput(f"processes {processes}: at least 1")
    strategy = str(settings.get("strategy", settings.get("trainer.strategy", "")))
    if strategy.startswith(("fsdp", "model")) and not local.has_gpu():
        raise BadInput(
            f"strategy {strategy} needs GPUs, and this machine has none: leave it out "
            "for ddp, or launch where GPUs are"
        )
    if len(members(settings)) > 1:
        raise BadInput("lists of values are not launched yet")
