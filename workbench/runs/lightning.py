"""``workbench fit``, ``validate``, ``test`` and ``predict``: Lightning's own words."""

import logging
import os
import sys
import warnings
from argparse import ArgumentError
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import BadInput
from workbench.runs.checkpoint import check_checkpoint
from workbench.runs.cli import Cli
from workbench.runs.failures import explained
from workbench.runs.folder import FOLDER, new_run, read_json
from workbench.runs.predictions import check_out
from workbench.runs.reasons import reason
from workbench.runs.recorder import Ended, Recorder
from workbench.runs.saving import newest
from workbench.runs.trust import read_config, refuse_foreign, refuse_foreign_classes
from workbench.task import Task
from workbench.tasks import load, task_names

NOISE = (  # of Lightning, which a user can do nothing about
    r".*isinstance\(treespec, LeafSpec\)",
    r".*does not have many workers",
    r".*GPU available but not used",
    r".*is smaller than the logging interval",
    r"The `srun` command is available",
    r"The dirpath has changed from",
    r"Checkpoint directory .* exists and is not empty",
)


def task_of(model: str) -> Task:
    """The task whose model class, or a class made from it, has that dotted name.

    Raises:
        BadInput: it is of no known task.
    """
    module, _, name = model.rpartition(".")
    related = None
    names = sorted(task_names(), key=lambda task: task not in module.split("."))
    for task in _loadable(names):
        if (task.model.__module__, task.model.__qualname__) == (module, name):
            return task
        found = _class(module, name)
        if found is task.model:  # named by a module that only passes it on
            return task
        if isinstance(found, type) and issubclass(found, task.model):
            related = related or task
    if related is None:
        raise BadInput(
            f"model.class_path {model!r} is of no known task; `workbench tasks` lists "
            "them"
        )
    return related


def _loadable(names: list[str]) -> Iterator[Task]:
    for name in names:
        with suppress(BadInput):  # a broken task is no reason to lose the others
            yield load(name)


def _class(module: str, name: str) -> Any:
    from importlib import import_module

    return getattr(import_module(module), name, None)


@dataclass
class _Command:
    """What was asked for, and what became of it while it was looked into."""

    verb: str
    config: Path
    folder: Path | None
    runs: Path | None
    trust: bool
    out: Path | None
    made: Path | None = None
    checkpoint: Path | None = None
    data: str | None = None
    recorder: Recorder | None = None

    def ready(self, given: dict[str, Any]) -> Recorder:
        """Check what was parsed; make the run folder if all is well."""
        if not self.trust:
            refuse_foreign_classes(self.config, given)
        task = task_of(given["model"]["class_path"])
        if self.out is not None:
            check_out(self.out, task)
        self.data = ((given.get("data") or {}).get("init_args") or {}).get("path")
        home = self._check(given.get("ckpt_path"))
        if self.verb == "fit" and self.folder is None:
            self.folder = self.made = new_run(task.name, self.runs)
        if self.folder is not None:
            os.environ[FOLDER] = str(self.folder.absolute())
        recorder = Recorder(self.folder, task, self.out, home=home, runs=self.runs)
        recorder.checkpoint = self.checkpoint
        self.recorder = recorder
        return recorder

    def _check(self, checkpoint: Any) -> Path | None:
        """Look at the checkpoint; the run folder that it belongs to."""
        if not checkpoint:
            if self.verb == "fit":
                return None
            raise BadInput(
                f"{self.verb} wants a trained network: add "
                "--ckpt_path runs/NAME/checkpoints/best.ckpt"
            )
        self.checkpoint = Path(checkpoint)
        check_checkpoint(self.checkpoint, continues=self.verb == "fit")
        home = self.checkpoint.absolute().parent.parent
        return home if (home / "config.yaml").is_file() else None


def lightning(
    verb: str,
    config: Path,
    words: list[str],
    *,
    runs: Path | None = None,
    folder: Path | None = None,
    trust: bool = False,
    out: Path | None = None,
    stage: str | None = None,
) -> Path:
    """Run one of Lightning's verbs as the configuration says.

    Args:
        verb: ``fit``, ``validate``, ``test`` or ``predict``.
        config: A Lightning configuration.
        words: Changes to it as on the command line.
        runs: Where a new run folder goes.
        folder: The run folder to write to instead of a new one.
        trust: Whether the configuration may name any class.
        out: Where predictions go.
        stage: A folder on a disk of each node, from which the data are read.

    Returns:
        The run folder, or the file of predictions. A checkpoint is judged in its own
        run's folder if it is asked about the data of that run, else in a new one.

    Raises:
        BadInput: the configuration, checkpoint or data cannot be used.
    """
    if verb == "fit" and folder is not None:
        config, words = _continued(folder, config, words)
    if not trust:
        refuse_foreign(config, words)
    if not read_config(config).get("model") and "--model" not in " ".join(words):
        raise BadInput(f"{config}: names no model: give one in model.class_path")
    command = _Command(verb, config, folder, runs, trust, out)
    try:
        with _quietly(), _no_folder_left():
            Cli([verb, f"--config={config}", *words], command.ready, stage)
    except Ended:
        pass  # as somebody wanted; the checkpoint is saved, the state written
    except ArgumentError as error:
        raise BadInput(reason(str(error), config, words)) from error
    except Exception as error:
        mended = explained(error, command.folder, command.checkpoint, command.data)
        if mended is None or mended is error:
            raise
        raise mended from error
    finally:
        if command.made is not None:
            with suppress(OSError):  # it holds something
                command.made.rmdir()
    assert command.recorder is not None
    return command.recorder.written


def opened(config: Path) -> tuple[Task, Any, Any]:
    """The task, untrained model and data of a configuration, all classes ours.

    Raises:
        BadInput: the configuration cannot be used, or names a foreign class.
    """
    refuse_foreign(config)
    given = read_config(config)
    parts = [
        _class(*given[part]["class_path"].rpartition(".")[::2])(
            **given[part].get("init_args", {})
        )
        for part in ("model", "data")
    ]
    return task_of(given["model"]["class_path"]), parts[0], parts[1]


def _continued(folder: Path, config: Path, words: list[str]) -> tuple[Path, list[str]]:
    """The run's own configuration and newest whole checkpoint, if it has them."""
    if not (folder / "config.yaml").is_file():
        return config, words
    checkpoint, spoilt = newest(folder)
    for problem in spoilt:
        print(f"workbench: {problem}", file=sys.stderr)
    if checkpoint is None:
        if step := read_json(folder / "status.json").get("step"):
            print(
                f"workbench: {folder}: no checkpoint is left of its {step} steps: "
                "begins again; scratch disks delete what is old",
                file=sys.stderr,
            )
        return folder / "config.yaml", words
    print(f"workbench: continues from {checkpoint}", file=sys.stderr)
    return folder / "config.yaml", [*words, f"--ckpt_path={checkpoint}"]


@contextmanager
def _quietly() -> Generator[None]:
    # Lightning calls what jsonargparse is about to rename
    os.environ["JSONARGPARSE_DEPRECATION_WARNINGS"] = "off"
    for name in ("pytorch_lightning", "lightning_fabric"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with warnings.catch_warnings():
        for message in NOISE:
            warnings.filterwarnings("ignore", message)
        yield


@contextmanager
def _no_folder_left() -> Generator[None]:
    """Forget afterwards which folder the processes that Lightning starts write to."""
    before = os.environ.get(FOLDER)
    try:
        yield
    finally:
        os.environ.pop(FOLDER, None)
        if before is not None:
            os.environ[FOLDER] = before
