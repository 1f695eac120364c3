"""A classifier that sees one grid point at a time: what a network has to beat."""

from typing import Any

import torch
from pytorch_lightning import LightningModule
from torch import nn
from torch.nn import functional as F

from workbench.tasks.climate.realism.published import CHANNELS
from workbench.tasks.climate.samples import LEFT_OUT
from workbench.tasks.climate.variables import CLASSES, NAMES

Batch = dict[str, torch.Tensor]


class PixelClassifier(LightningModule):
    """Names the class of each grid point from its sixteen variables alone.

    Args:
        width: Of the two hidden layers.
        learning_rate: Largest step size.
        rare: The power of a class's frequency by which its weight in the loss falls.
    """

    centre: torch.Tensor
    scale: torch.Tensor
    weight: torch.Tensor

    def __init__(
        self, width: int = 64, learning_rate: float = 3e-3, rare: float = 0.5
    ) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.learning_rate = learning_rate
        centre, scale = torch.tensor([CHANNELS[name][:2] for name in NAMES]).T
        self.register_buffer("centre", centre[:, None, None])
        self.register_buffer("scale", scale[:, None, None])
        share = torch.tensor([0.939, 0.005, 0.056])
        self.register_buffer("weight", share**-rare)
        self.network = nn.Sequential(
            nn.Conv2d(len(NAMES), width, 1),
            nn.GELU(),
            nn.Conv2d(width, width, 1),
            nn.GELU(),
            nn.Conv2d(width, len(CLASSES), 1),
        )

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Logits (B, 3, rows, columns) from variables in their units."""
        return self.network(((image - self.centre) / self.scale).clamp(-8, 8))

    def _loss(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        logits = self(batch["image"])
        mask = batch["mask"]
        loss = F.cross_entropy(logits, mask, self.weight, ignore_index=LEFT_OUT)
        return loss, logits

    def training_step(self, batch: Batch, step: int) -> torch.Tensor:
        """The loss of a batch."""
        loss, _ = self._loss(batch)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: Batch, step: int) -> None:
        """Keep the loss."""
        loss, _ = self._loss(batch)
        self.log("val_loss", loss, sync_dist=True, batch_size=len(batch["mask"]))

    def test_step(self, batch: Batch, step: int) -> dict[str, torch.Tensor]:
        """Each map's number and how its points were named, (B, true, named)."""
        named = self(batch["image"]).argmax(1)
        return {"index": batch["index"], "counts": confusion(batch["mask"], named)}

    def configure_optimizers(self) -> Any:
        """Adam."""
        return torch.optim.Adam(self.parameters(), self.learning_rate)


def confusion(mask: torch.Tensor, named: torch.Tensor) -> torch.Tensor:
    """Grid points by true and named class, (B, 3, 3); those left out are not counted.

    Args:
        mask: True codes, (B, rows, columns).
        named: Codes given, the same.
    """
    number = len(CLASSES)
    rows = [
        torch.bincount(
            true[true != LEFT_OUT] * number + code[true != LEFT_OUT],
            minlength=number**2,
        )
        for true, code in zip(mask, named, strict=True)
    ]
    return torch.stack(rows).reshape(-1, number, number)
