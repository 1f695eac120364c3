"""A task tried out on data that it makes itself."""

from pathlib import Path

from workbench.runs.folder import new_run
from workbench.runs.lightning import lightning
from workbench.runs.report import write_report
from workbench.task import Task


def trial(task: Task, runs: Path | None = None, words: list[str] | None = None) -> Path:
    """Make data, train, test and report; return the run folder.

    Args:
        task: What to try.
        runs: Where the run folder goes.
        words: Changes to the demo's configuration as on the command line.
    """
    folder = new_run(task.name, runs)
    print(f"{task.card.title}\nrun folder: {folder}")
    lightning("fit", task.demo, words or [], folder=folder)
    best = folder / "checkpoints" / "best.ckpt"
    config = folder / "config.yaml"
    lightning("test", config, [f"--ckpt_path={best}"], folder=folder)
    write_report(folder, task)
    return folder
