"""The model; the file is called like another task, which must not be a matter."""

import torch
from pytorch_lightning import LightningModule

from workbench.errors import BadInput


class Pebbles(LightningModule):
    def __init__(self, width: int = 4, shape: str = "flat", fault: str = "") -> None:
        super().__init__()
        self.fault = fault
        self.net = torch.nn.Linear(width, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.net(x)

    def training_step(self, batch: dict[str, torch.Tensor], step: int) -> torch.Tensor:
        if self.fault == "bug":
            raise ZeroDivisionError("a bug")
        if self.fault == "process 1" and self.global_rank == 1 and step == 3:
            raise ZeroDivisionError("a bug in one")
        if self.fault == "data":
            raise BadInput("the data: too flat: shake them")
        loss = torch.nn.functional.cross_entropy(self(batch["x"]), batch["y"])
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: dict[str, torch.Tensor], step: int) -> None:
        loss = torch.nn.functional.cross_entropy(self(batch["x"]), batch["y"])
        self.log("val_loss", loss, sync_dist=True)

    def test_step(
        self, batch: dict[str, torch.Tensor], step: int
    ) -> dict[str, torch.Tensor]:
        return {"index": batch["index"], "probabilities": self(batch["x"]).softmax(1)}

    predict_step = test_step

    def on_load_checkpoint(self, checkpoint: dict[str, object]) -> None:
        if self.fault == "checkpoint":
            raise BadInput("the checkpoint: too round: train it anew")

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.1, momentum=0.9)


class Roundest(Pebbles):
    """A model made from the task's."""
