"""Vertex classifiers that draw, break, or note what they see; a short training."""

import os
import random
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from workbench.tasks.neutrino.model import VertexClassifier

SHORT = [  # sixteen steps in two epochs, validated twice each
    "--data.events=128",
    "--data.val_events=16",
    "--data.test_events=16",
    "--data.batch_size=16",
    "--trainer.max_epochs=2",
    "--trainer.val_check_interval=0.5",
    "--trainer.log_every_n_steps=1",
    "--trainer.enable_progress_bar=false",
]


class Dropped(VertexClassifier):
    def training_loss(self, batch: dict[str, Any]) -> torch.Tensor:
        views = {name: F.dropout(batch[name], 0.2) for name in ("x", "u", "v")}
        return super().training_loss(batch | views)


class Broken(VertexClassifier):
    def training_loss(self, batch: dict[str, Any]) -> torch.Tensor:
        loss = super().training_loss(batch)
        return loss * torch.nan if self.trainer.global_step == 2 else loss


class Noted(VertexClassifier):
    """Notes which rows of which file each process is given, beside the run."""

    def on_train_start(self) -> None:
        data: Any = self.trainer.datamodule  # type: ignore[attr-defined]
        note = Path(os.environ["NOTES"]) / f"source-{self.trainer.global_rank}"
        note.write_text(str(data.source.path))

    def training_loss(self, batch: dict[str, Any]) -> torch.Tensor:
        note = Path(os.environ["NOTES"]) / f"rank-{self.trainer.global_rank}"
        with note.open("a") as lines:
            print(*batch["index"].tolist(), file=lines)
        return super().training_loss(batch)


class Chancy(Dropped):
    """Draws from every generator; while it judges, a part of it still trains."""

    def training_loss(self, batch: dict[str, Any]) -> torch.Tensor:
        chance = 1 + random.random() + float(np.random.rand())
        return super().training_loss(batch) * chance

    def on_validation_start(self) -> None:
        self.val_accuracy.train()

    def on_validation_end(self) -> None:
        assert not self.training and self.val_accuracy.training
