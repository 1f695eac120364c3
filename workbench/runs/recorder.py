"""The callback that keeps the run folder true while Lightning works."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from pytorch_lightning import Callback, LightningModule, Trainer

from workbench.runs.environment import environment
from workbench.runs.folder import write_json, write_results, write_text
from workbench.runs.predictions import write_predictions
from workbench.runs.report import write_report
from workbench.task import Task

BEAT = 1.0  # s between two writes of status.json


def gathered(parts: Sequence[Mapping[str, torch.Tensor]]) -> dict[str, np.ndarray]:
    """Outputs of all batches end to end, name → array."""
    return {name: torch.cat([p[name] for p in parts]).numpy() for name in parts[0]}


class Recorder(Callback):
    """Write configuration, environment, status and results of a run.

    Test outputs are gathered, judged by the task, and kept as ``results/test.json``
    and ``report.html``.
    """

    def __init__(self, folder: Path, task: Task, out: Path | None = None) -> None:
        self.folder, self.task, self.out = folder, task, out
        self.config: dict[str, Any] = {}
        self._outputs: list[dict[str, torch.Tensor]] = []
        self._start = self._beat = time.perf_counter()
        self._heartbeat = 0

    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        """Write what is known before the first step."""
        self._outputs.clear()
        self._start = time.perf_counter()
        if stage == "fit" and trainer.is_global_zero:
            config = self.config | {"ckpt_path": None}
            write_text(
                self.folder / "config.yaml", yaml.safe_dump(config, sort_keys=False)
            )
            data = {"data": trainer.datamodule.fingerprint}  # type: ignore[attr-defined]
            known = environment(self.config) | data
            write_json(self.folder / "environment.json", known)
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
            write_results(self.folder, "fit", {"time/train": seconds})

    def on_exception(
        self, trainer: Trainer, pl_module: LightningModule, exception: BaseException
    ) -> None:
        """Say that the run failed, or was stopped by hand."""
        by_hand = isinstance(exception, KeyboardInterrupt)
        self._write_status(trainer, "stopped" if by_hand else "failed")

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
        outputs = gathered(self._outputs)
        data = trainer.datamodule  # type: ignore[attr-defined]
        evaluation = self.task.evaluate(outputs, pl_module, data)
        write_results(self.folder, "test", dict(evaluation.numbers))
        write_report(self.folder, self.task, evaluation)

    def on_predict_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Write the predictions."""
        path = self.out or self.folder / "predictions.csv"
        write_predictions(path, gathered(self._outputs), self.task.classes)

    def _write_status(self, trainer: Trainer, state: str) -> None:
        if not trainer.is_global_zero or trainer.state.fn != "fit":
            return
        self._heartbeat += 1
        self._beat = time.perf_counter()
        status = {
            "state": state,
            "attempt": 0,
            "world_size": trainer.world_size,
            "epoch": trainer.current_epoch,
            "step": trainer.global_step,
            "heartbeat": self._heartbeat,
        }
        write_json(self.folder / "status.json", status)
