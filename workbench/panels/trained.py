"""Which task a run trains."""

import yaml

import workbench
from workbench.errors import BadInput
from workbench.runs.folder import read_json
from workbench.runs.run import Run
from workbench.task import Task


def task_of_run(run: Run) -> Task:
    """The task that a run trains.

    Raises:
        BadInput: its configuration names no model of a known task; what it names is
            not imported before that is clear.
    """
    words = read_json(run.folder / "launch.json").get("words", [])
    named = words[1] if words[:1] == ["--config"] and len(words) > 1 else ""
    if named in workbench.task_names():
        return workbench.load(named)
    from workbench.runs.lightning import task_of
    from workbench.runs.trust import ours

    file = run.folder / "config.yaml"
    try:
        model = yaml.safe_load(file.read_text())["model"]["class_path"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{file}: names no model: choose the task yourself") from error
    if not ours(model):  # to look at a class is to import it, and that runs code
        raise BadInput(
            f"{file}: its model {model!r} is not the workbench's: its task's settings "
            "are not shown"
        )
    return task_of(model)
