"""The whole story of a task on data that it makes itself."""

import time
from pathlib import Path

from workbench.runs.folder import new_run, write_results
from workbench.runs.lightning import lightning
from workbench.runs.report import write_report
from workbench.task import Task


def demo(task: Task, runs: Path | None = None, words: list[str] | None = None) -> Path:
    """Make data, train, test and report in about ten minutes; return the run folder.

    Args:
        task: What to show.
        runs: Where the run folder goes.
        words: Changes to the demo's configuration as on the command line.
    """
    start = time.perf_counter()
    folder = new_run(task.name, runs)
    print(f"{task.card.title}\nrun folder: {folder}")
    lightning("fit", task.demo, words or [], folder=folder)
    best = folder / "checkpoints" / "best.ckpt"
    config = folder / "config.yaml"
    lightning("test", config, [f"--ckpt_path={best}"], folder=folder)
    write_results(folder, "demo", {"time/total": time.perf_counter() - start})
    write_report(folder, task)
    return folder
