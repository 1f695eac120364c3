"""The callback that keeps the run folder true while Lightning works."""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from pytorch_lightning import Callback, LightningModule, Trainer

from workbench.runs.environment import environment
from workbench.runs.folder import new_run, write_json, write_results, write_text
from workbench.runs.predictions import write_predictions
from workbench.runs.report import write_report
from workbench.task import Task

BEAT = 1.0  # s between two writes of status.json
CONFIG = ("seed_everything", "trainer", "model", "data")  # what `fit` reads again


def gathered(parts: Sequence[Mapping[str, torch.Tensor]]) -> dict[str, np.ndarray]:
    """Outputs of all batches end to end, name → array."""
    return {name: torch.cat([p[name] for p in parts]).numpy() for name in parts[0]}


def from_all(trainer: Trainer, outputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Outputs of all processes, each event once, in the order of ``index`` (N,)."""
    shards: list[dict[str, np.ndarray]] = [outputs]
    if trainer.world_size > 1:
        shards = [{} for _ in range(trainer.world_size)]
        torch.distributed.all_gather_object(shards, outputs)
    shards = [shard for shard in shards if shard]  # a process may have had no batch
    whole = {name: np.concatenate([s[name] for s in shards]) for name in shards[0]}
    _, first = np.unique(whole["index"], return_index=True)
    return {name: values[first] for name, values in whole.items()}


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
        self.home, self.runs = home, runs
        self.checkpoint: Path | None = None
        self.config: dict[str, Any] = {}
        self.attempt = 1 + _read(folder, "status.json").get("attempt", 0)
        self._outputs: list[dict[str, torch.Tensor]] = []
        self._start = self._beat = time.perf_counter()
        self._heartbeat = 0

    @property
    def written(self) -> Path:
        """Where the answer is: the file of predictions or the run folder."""
        written = self.out or self.folder
        assert written is not None
        return written

    @property
    def _place(self) -> Path:
        assert self.folder is not None
        return self.folder

    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        """Begin anew."""
        self._outputs.clear()
        self._start = time.perf_counter()

    def on_fit_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Write what is known before the first step."""
        if trainer.is_global_zero:
            self._describe(trainer)
            self._write_status(trainer, "starting")

    def on_train_batch_end(self, trainer: Trainer, *args: Any, **kwargs: Any) -> None:
        """Beat, at most once a second."""
        if time.perf_counter() - self._beat > BEAT:
            self._write_status(trainer, "running")

    def on_fit_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Keep the training time."""
        self._write_status(trainer, "finished")
        if trainer.is_global_zero:
            seconds = time.perf_counter() - self._start
            write_results(self._place, "fit", {"time/train": seconds})

    def on_exception(
        self, trainer: Trainer, pl_module: LightningModule, exception: BaseException
    ) -> None:
        """Say that the run failed, or was stopped by hand."""
        by_hand = isinstance(exception, KeyboardInterrupt)
        if self._heartbeat:  # else it never started
            with suppress(OSError):  # a full disk must not hide what happened
                self._write_status(trainer, "stopped" if by_hand else "failed")

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
            write_results(self._place, "validate", logged)

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
            write_results(self._place, "test", dict(evaluation.numbers))
            write_report(self._place, self.task, evaluation)

    def on_predict_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Write the predictions."""
        outputs = self._all_outputs(trainer)
        if self.out is None:
            self.out = self._place / "predictions.csv"
        if trainer.is_global_zero:
            write_predictions(self.out, outputs, self.task.classes)

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
        config = {k: v for k, v in self.config.items() if k in CONFIG}
        write_text(self._place / "config.yaml", yaml.safe_dump(config, sort_keys=False))
        known = environment(self.config)
        known["data"] = trainer.datamodule.fingerprint  # type: ignore[attr-defined]
        if self.checkpoint is not None:
            known["checkpoint"] = str(self.checkpoint.absolute())
        write_json(self._place / "environment.json", known)

    def _write_status(self, trainer: Trainer, state: str) -> None:
        if not trainer.is_global_zero or trainer.state.fn != "fit":
            return
        self._heartbeat += 1
        self._beat = time.perf_counter()
        status = {
            "state": state,
            "attempt": self.attempt,
            "world_size": trainer.world_size,
            "epoch": trainer.current_epoch,
            "step": trainer.global_step,
            "heartbeat": self._heartbeat,
        }
        write_json(self._place / "status.json", status)


def _read(folder: Path | None, name: str) -> dict[str, Any]:
    """A JSON file of a run; empty if there is none that can be read."""
    try:
        return json.loads((folder / name).read_text()) if folder else {}
    except (OSError, ValueError):
        return {}
