"""Beginning with weights that another run has learnt."""

from pathlib import Path

import torch
from pytorch_lightning import Callback, LightningModule, Trainer

from workbench.errors import BadInput
from workbench.runs.checkpoint import check_checkpoint


class InitialWeights(Callback):
    """Take the weights of a checkpoint, and nothing else, before the first step.

    Args:
        ckpt_path: The checkpoint; a run that goes on from its own leaves it alone.

    Raises:
        BadInput: it is no checkpoint, or its weights do not fit the network.
    """

    def __init__(self, ckpt_path: str) -> None:
        self.path = Path(ckpt_path)

    def on_fit_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Load them, unless training goes on from a checkpoint."""
        if trainer.ckpt_path:
            return
        check_checkpoint(self.path)
        content = torch.load(self.path, pl_module.device, weights_only=True)
        try:
            pl_module.load_state_dict(content["state_dict"])
        except RuntimeError as error:
            lines = str(error).splitlines()
            raise BadInput(
                f"{self.path}: its weights do not fit this network "
                f"({lines[min(1, len(lines) - 1)].strip()}): use the configuration "
                "that they were trained with"
            ) from error
