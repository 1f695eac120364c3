"""Random numbers that depend on nothing but seed, process and step."""

import random
from typing import Any

import numpy as np
import torch
from pytorch_lightning import Callback, LightningModule, Trainer


class Randomness(Callback):
    """Seed anew before every batch, so that a resumed run draws what it would have.

    Args:
        seed: Of the run.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def on_train_batch_start(
        self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int
    ) -> None:
        """Seed Python, NumPy and torch on all devices."""
        place = [self._seed, trainer.global_rank, trainer.global_step, batch_idx]
        number = int(np.random.SeedSequence(place).generate_state(1)[0])
        random.seed(number)
        np.random.seed(number)
        if trainer.strategy.root_device.type == "cpu":
            # the same draws; torch.manual_seed takes milliseconds to note down, with
            # its stack, a seed for each kind of device that is not there
            torch.default_generator.manual_seed(number)
        else:
            torch.manual_seed(number)
