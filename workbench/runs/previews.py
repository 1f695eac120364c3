"""The callback that draws, now and then, what the network says of fixed inputs."""

import io
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import torch
from pytorch_lightning import Callback, LightningModule, Trainer
from pytorch_lightning.strategies import DDPStrategy
from pytorch_lightning.utilities.seed import isolate_rng

from workbench.errors import BadInput
from workbench.runs.drawn import preview_file, previews
from workbench.runs.folder import write_bytes
from workbench.runs.recorder import Recorder
from workbench.task import Task

PATIENCE = 100.0  # a picture waits so many times what the last one took
MOST = 50  # pictures that a run keeps


class Previews(Callback):
    """Keep pictures that the task draws after validations, the first and last always.

    The first process draws while the others go on. Training takes no notice of it:
    random numbers and modes are as before, and a failure is told, once.

    Args:
        recorder: Who writes the run folder.
        task: Whose pictures they are.
    """

    def __init__(self, recorder: Recorder, task: Task) -> None:
        self._recorder, self._task = recorder, task
        self._due = 0.0
        self._drawn = -1  # at which step
        self._told = False

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Forget pictures of steps that are going to be done again."""
        if trainer.is_global_zero:
            for step, file in previews(self._recorder.place):
                if step > self._recorder.logged:
                    file.unlink(missing_ok=True)

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Draw if it is time."""
        training = trainer.state.fn == "fit" and not trainer.sanity_checking
        if training and time.monotonic() >= self._due:
            self._draw(trainer, pl_module)

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Draw what the network says in the end."""
        if self._drawn != self._recorder.logged:
            self._draw(trainer, pl_module)

    def _draw(self, trainer: Trainer, model: LightningModule) -> None:
        if not trainer.is_global_zero:
            return
        begun, self._drawn = time.monotonic(), self._recorder.logged
        with _unnoticed(model):
            try:
                self._keep(self._picture(trainer, model))
            except Exception as error:  # no reason to end a training
                self._tell(error)
        now = time.monotonic()
        self._due = now + PATIENCE * (now - begun)

    def _picture(self, trainer: Trainer, model: LightningModule) -> bytes:
        """The task's drawing as PNG.

        Raises:
            BadInput: no process has the whole network.
        """
        if trainer.world_size > 1 and type(trainer.strategy) is not DDPStrategy:
            raise BadInput(
                f"{type(trainer.strategy).__name__} spreads the network over processes:"
                " with --trainer.strategy=ddp each has all of it"
            )
        assert self._task.preview is not None
        data: Any = trainer.datamodule  # type: ignore[attr-defined]
        with torch.no_grad(), trainer.precision_plugin.val_step_context():
            figure = self._task.preview(model, data)
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
        return picture.getvalue()

    def _keep(self, picture: bytes) -> None:
        """Write a picture; of too many, drop the one with the nearest neighbours."""
        folder = self._recorder.place
        write_bytes(preview_file(folder, self._recorder.logged), picture)
        kept = previews(folder)
        while len(kept) > MOST:
            gaps = [
                after[0] - before[0]
                for before, after in zip(kept, kept[2:], strict=False)
            ]
            kept.pop(1 + gaps.index(min(gaps)))[1].unlink(missing_ok=True)

    def _tell(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            print(
                f"workbench: no preview of {self._task.name} after step "
                f"{self._recorder.logged}, training goes on: "
                f"{type(error).__name__}: {error}",
                file=sys.stderr,
                flush=True,
            )


@contextmanager
def _unnoticed(model: LightningModule) -> Generator[None]:
    """Have the model judge for a while, then put modes and random numbers back."""
    modes = {module: module.training for module in model.modules()}
    with isolate_rng():
        model.eval()
        yield
    for module, mode in modes.items():
        module.training = mode
