"""A vertex classifier whose training draws random numbers."""

from typing import Any

import torch
from torch.nn import functional as F

from workbench.tasks.neutrino.model import VertexClassifier


class Dropped(VertexClassifier):
    def training_loss(self, batch: dict[str, Any]) -> torch.Tensor:
        views = {name: F.dropout(batch[name], 0.2) for name in ("x", "u", "v")}
        return super().training_loss(batch | views)


class Broken(VertexClassifier):
    def training_loss(self, batch: dict[str, Any]) -> torch.Tensor:
        loss = super().training_loss(batch)
        return loss * torch.nan if self.trainer.global_step == 2 else loss
