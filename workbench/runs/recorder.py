"""The callback that keeps the run folder true while Lightning works."""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from pytorch_lightning import Callback, LightningModule, Trainer

from workbench.runs.environment import environment
from workbench.runs.failures import write_failure
from workbench.runs.folder import new_run, write_json, write_results, write_text
from workbench.runs.metrics import MetricsLogger
from workbench.runs.outputs import from_all, gathered
from workbench.runs.place import Place
from workbench.runs.predictions import write_predictions, writers
from workbench.runs.report import write_part
from workbench.runs.status import Status, Watch
from workbench.runs.steering import Steering
from workbench.task import Task

SMOOTH = 0.1  # share of the newest step in the pace that is shown
SYSTEM = "system.jsonl"
STEERING = f"{Steering.__module__}.{Steering.__qualname__}"
CONFIG = ("seed_everything", "trainer", "model", "data")  # what `fit` reads again


class Ended(Exception):
    """A training ends before its last step because somebody wants it to."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Recorder(Callback):
    """Write configuration, environment, status and results of a run.

    Test outputs of all processes are gathered, judged by the task, and kept by the
    first as ``results/test.json`` and ``report.html``.

    Args:
        folder: The run folder; if not given, ``home`` where the data are those of
            that run, else a new one.
        task: Whose model it is.
        out: Where predictions go; they need no run folder then.
        home: The run that the checkpoint comes from.
        runs: Where a new run folder goes.
    """

    def __init__(
        self,
        folder: Path | None,
        task: Task,
        out: Path | None = None,
        home: Path | None = None,
        runs: Path | None = None,
    ) -> None:
        self.folder, self.task, self.out = folder, task, out
        self._home = Place(folder) if folder else None
        self.home, self.runs = home, runs
        self.checkpoint: Path | None = None
        self.config: dict[str, Any] = {}
        self.attempt = 1 + _read(folder, "status.json").get("attempt", 0)
        self._outputs: list[dict[str, torch.Tensor]] = []
        self.logged = 0
        self._start = time.perf_counter()
        self._status: Status | None = None
        self._watch: Watch | None = None

    @property
    def written(self) -> Path:
        """Where the answer is: the file of predictions or the run folder."""
        written = self.out or self.folder
        assert written is not None
        return written

    @property
    def place(self) -> Path:
        """The run folder, once it is known, wherever it has been moved to."""
        assert self.folder is not None
        return self._home.now(self.folder) if self._home else self.folder

    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        """Begin anew."""
        self._outputs.clear()
        self._start = time.perf_counter()

    def state_dict(self) -> dict[str, Any]:
        """The step that a training which goes on from here logs next."""
        return {"logged": self.logged}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from there."""
        self.logged = state_dict["logged"]

    def on_fit_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Write what is known before the first step; begin to beat and to look."""
        if trainer.is_global_zero:
            self._describe(trainer)
            self._status = Status(self.place, self.attempt, trainer.world_size)
            self._status.start()
        if trainer.local_rank == 0:
            name = f"system-{trainer.node_rank}.jsonl" if trainer.node_rank else SYSTEM
            self._watch = Watch(self.place / name, trainer.node_rank)
            self._watch.start()

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Say from which step on this attempt counts."""
        # a schedule that asks how many steps there are makes Lightning set up the
        # loaders before it has their places from the checkpoint
        trainer.fit_loop._load_combined_loader_states()  # pyright: ignore[reportPrivateUsage]
        steps = trainer.estimated_stepping_batches
        known = {"steps": None if steps == float("inf") else int(steps)}
        self._tell(trainer, state="running", **known)
        self._pace, self._last = 0.0, time.perf_counter()
        for logger in trainer.loggers:
            if isinstance(logger, MetricsLogger):
                logger.begin(self.logged)

    def on_train_batch_end(self, trainer: Trainer, *args: Any, **kwargs: Any) -> None:
        """Tell how far it is, and how fast, in steps a second."""
        loop = trainer.fit_loop.epoch_loop
        # Lightning counts a step, in what it logs, only after the validation
        stepped = not loop._should_accumulate()  # pyright: ignore[reportPrivateUsage]
        self.logged = loop._batches_that_stepped + stepped  # pyright: ignore[reportPrivateUsage]
        now = time.perf_counter()
        pace, self._last = 1 / max(now - self._last, 1e-6), now
        self._pace += SMOOTH * (pace - self._pace) if self._pace else pace
        self._tell(trainer, pace=round(self._pace, 3))

    def say(self, state: str) -> None:
        """Change the state of the run that others read."""
        self._last = time.perf_counter()
        if self._status is not None:
            self._status.say(state=state)

    def _tell(self, trainer: Trainer, **known: Any) -> None:
        if self._status is not None:
            where = {"epoch": trainer.current_epoch, "step": trainer.global_step}
            self._status.say(**where, **known)

    def keep_steering(
        self, trainer: Trainer, changes: Mapping[int, Mapping[str, float]]
    ) -> None:
        """Put changed settings into ``config.yaml``, so that ``fit`` repeats them."""
        if trainer.is_global_zero:
            others = [c for c in self._callbacks() if c["class_path"] != STEERING]
            made = {step: dict(values) for step, values in changes.items()}
            entry = {"class_path": STEERING, "init_args": {"changes": made}}
            self.config["trainer"]["callbacks"] = [*others, entry]
            self._write_config()

    def _callbacks(self) -> list[dict[str, Any]]:
        given = self.config["trainer"].get("callbacks") or []
        return given if isinstance(given, list) else [given]

    def on_fit_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Keep the training time."""
        self._end(trainer, "finished")
        if trainer.is_global_zero:
            seconds = time.perf_counter() - self._start
            write_results(self.place, "fit", {"time/train": seconds})

    def _end(self, trainer: Trainer, state: str) -> None:
        if self._watch is not None:
            self._watch.end()
        if self._status is not None:
            self._tell(trainer)
            self._status.end(state)

    def on_exception(
        self, trainer: Trainer, pl_module: LightningModule, exception: BaseException
    ) -> None:
        """Say that the run failed and where, or was ended by hand."""
        state = "failed"
        if isinstance(exception, Ended):
            state = exception.state
        elif isinstance(exception, KeyboardInterrupt):
            state = "stopped"
        with suppress(OSError):  # a full disk must not hide what happened
            if state == "failed" and self.folder is not None:
                write_failure(self.place, trainer, exception)
            self._end(trainer, state)

    def on_validation_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Find the folder for the numbers."""
        if trainer.state.fn == "validate":
            self._settle(trainer)

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Keep what ``validate`` was told; while training the metrics hold it."""
        if trainer.state.fn == "validate" and trainer.is_global_zero:
            logged = {
                name.replace("_", "/", 1): float(value)
                for name, value in trainer.callback_metrics.items()
            }
            write_results(self.place, "validate", logged)

    def on_test_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Find the folder for the numbers."""
        self._settle(trainer)

    def on_predict_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Find the folder for the predictions, unless a file is given."""
        if self.out is None:
            self._settle(trainer)

    def on_test_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,
        outputs: Any,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Gather what the model said of a batch."""
        self._outputs.append({k: v.cpu() for k, v in outputs.items()})

    def on_predict_batch_end(
        self,
        trainer: Trainer,
        pl_module: LightningModule,
        outputs: Any,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Gather what the model said of a batch."""
        self._outputs.append({k: v.cpu() for k, v in outputs.items()})

    def on_test_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Judge the outputs and write numbers and report."""
        outputs = self._all_outputs(trainer)
        if trainer.is_global_zero:
            data = trainer.datamodule  # type: ignore[attr-defined]
            evaluation = self.task.evaluate(outputs, pl_module, data)
            write_results(
                self.place, "test", {**evaluation.first, **evaluation.numbers}
            )
            write_part(self.place, self.task, "test", evaluation)

    def on_predict_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Write the predictions."""
        outputs = self._all_outputs(trainer)
        if self.out is None:
            self.out = self.place / f"predictions{next(iter(writers(self.task)))}"
        if trainer.is_global_zero:
            data = trainer.datamodule  # type: ignore[attr-defined]
            write_predictions(self.out, outputs, self.task, data)

    def _all_outputs(self, trainer: Trainer) -> dict[str, np.ndarray]:
        return from_all(trainer, gathered(self._outputs) if self._outputs else {})

    def _settle(self, trainer: Trainer) -> None:
        """Write to the checkpoint's own run if this is about its data, else anew."""
        if self.folder is None and trainer.is_global_zero:
            data = trainer.datamodule  # type: ignore[attr-defined]
            if _read(self.home, "environment.json").get("data") == data.fingerprint:
                self.folder = self.home
            else:
                self.folder = new_run(self.task.name, self.runs)
                self._describe(trainer)
        self.folder = trainer.strategy.broadcast(self.folder)

    def _describe(self, trainer: Trainer) -> None:
        """Write the configuration, and what the run runs on."""
        self._write_config()
        known = environment(self.config)
        known["precision"] = trainer.precision
        known["data"] = trainer.datamodule.fingerprint  # type: ignore[attr-defined]
        if self.checkpoint is not None:
            known["checkpoint"] = str(self.checkpoint.absolute())
        write_json(self.place / "environment.json", known)

    def _write_config(self) -> None:
        config = {k: v for k, v in self.config.items() if k in CONFIG}
        write_text(self.place / "config.yaml", yaml.safe_dump(config, sort_keys=False))


def _read(folder: Path | None, name: str) -> dict[str, Any]:
    """A JSON file of a run; empty if there is none that can be read."""
    try:
        return json.loads((folder / name).read_text()) if folder else {}
    except (OSError, ValueError):
        return {}
