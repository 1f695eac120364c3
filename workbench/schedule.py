"""How far weights decay, and how the learning rate goes over a training."""

import math
from functools import partial
from typing import Any

import torch
from pytorch_lightning import Trainer

WARM_UP = 0.05  # share of the steps in which it rises


def warm_cosine(step: int, steps: int) -> float:
    """Share of the largest learning rate at a step: up a line, down a cosine to 0."""
    up = max(1, round(WARM_UP * steps))
    if step < up:
        return (step + 1) / up
    return 0.5 + 0.5 * math.cos(math.pi * min(1.0, (step - up) / max(1, steps - up)))


def groups(module: torch.nn.Module, decay: float) -> list[dict[str, Any]]:
    """Parameters for an optimizer: matrices decay, biases and scales do not."""
    matrices = [p for p in module.parameters() if p.ndim > 1]
    others = [p for p in module.parameters() if p.ndim <= 1]
    return [
        {"params": matrices, "weight_decay": decay},
        {"params": others, "weight_decay": 0.0},
    ]


def scheduled(optimizer: torch.optim.Optimizer, trainer: Trainer) -> Any:
    """What ``configure_optimizers`` returns, the course as long as the training.

    A training without an end keeps its rate.
    """
    steps = trainer.estimated_stepping_batches
    if steps == float("inf"):
        return optimizer
    course = partial(warm_cosine, steps=int(steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, course)
    return [optimizer], [{"scheduler": schedule, "interval": "step"}]
