"""What a model says of events, beside what is true."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.uncertainty.calibration import TINY
from workbench.uncertainty.scaling import Scaling, softmax


@dataclass(frozen=True)
class Answers:
    """Of one model, or of several that were asked together.

    Attributes:
        logits: (N, K); logarithms of probabilities serve.
        labels: (N,).
    """

    logits: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        """Number of events."""
        return len(self.labels)

    def __getitem__(self, rows: Any) -> "Answers":
        """Of some of the events."""
        return Answers(self.logits[rows], self.labels[rows])

    @property
    def probabilities(self) -> np.ndarray:
        """(N, K)."""
        return softmax(self.logits)

    def after(self, scaling: Scaling) -> "Answers":
        """With mended probabilities."""
        return Answers(scaling.scaled(self.logits), self.labels)

    @classmethod
    def pooled(cls, members: "Sequence[Answers]") -> "Answers":
        """The mean of the members' probabilities."""
        mean = np.mean([member.probabilities for member in members], 0)
        return cls(np.log(np.maximum(mean, TINY)), members[0].labels)


@torch.no_grad()
def asked(model: Any, batches: Any, target: str, what: str) -> Answers:
    """Ask a model about all events of a loader.

    Args:
        model: A ``LightningModule`` whose ``predict_step`` gives ``probabilities``.
        batches: The loader.
        target: Key of the truth in a batch.
        what: Is being done, beside the bar.

    Raises:
        BadInput: the events have no truth, or answers are not one class an event.
    """
    model.eval()
    said: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    shown = with_progress(batches, lambda _: 1, len(batches), "batches", what=what)
    for step, batch in enumerate(shown):
        if target not in batch:
            raise BadInput(f"the events have no {target}: uncertainty is judged by it")
        batch = model.transfer_batch_to_device(batch, model.device, 0)
        answer = model.predict_step(batch, step)["probabilities"]
        if answer.ndim != 2:
            raise BadInput(
                "the network answers for each point of a map: uncertainty is told of "
                "whole events so far"
            )
        said.append(answer.cpu().numpy())
        labels.append(batch[target].cpu().numpy())
    probabilities = np.concatenate(said).astype(np.float64)
    return Answers(np.log(np.maximum(probabilities, TINY)), np.concatenate(labels))
