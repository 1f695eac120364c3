"""The whole story of a task: made, trained, tested, asked why and how sure."""

import time
from collections.abc import Callable
from pathlib import Path

from workbench.errors import BadInput
from workbench.explain.why import show
from workbench.runs.folder import write_results
from workbench.runs.report import write_report
from workbench.runs.run import Run, open_run
from workbench.runs.trial import trial
from workbench.task import Evaluation, Task
from workbench.uncertainty.quantify import quantify

QUESTIONS: dict[str, Callable[[Run], Evaluation]] = {
    "Why, of three test samples": lambda run: show(run).evaluation,
    "How sure": quantify,
}


def demo(task: Task, runs: Path | None = None, words: list[str] | None = None) -> Path:
    """Tell it in about ten minutes, and in a report; return the run folder.

    What a task does not offer to be asked is said and left out.

    Args:
        task: What to show.
        runs: Where the run folder goes.
        words: Changes to the demo's configuration as on the command line.
    """
    start = time.perf_counter()
    run = open_run(trial(task, runs, words))
    for question, ask in QUESTIONS.items():
        print(f"\n{question}?")
        try:
            tables = ask(run).tables
        except BadInput as error:
            print(error)
        else:
            print(*(table.text() for table in tables), sep="\n\n")
    write_results(run.folder, "demo", {"time/total": time.perf_counter() - start})
    write_report(run.folder, task)
    return run.folder
