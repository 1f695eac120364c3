"""What a model says of events, beside what is true."""

from collections.abc import Callable, Sequence
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


How = Callable[[Any, Any, int], torch.Tensor]


def once(model: Any, batch: Any, step: int) -> torch.Tensor:
    """Probabilities (1, B, K) of a batch, as the model answers."""
    return model.predict_step(batch, step)["probabilities"][None]


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
    return asked_often(model, batches, target, what, once)[0]


@torch.no_grad()
def asked_often(
    model: Any, batches: Any, target: str, what: str, how: How
) -> list[Answers]:
    """Ask a model several times about all events of a loader.

    Args:
        model: A ``LightningModule``.
        batches: The loader.
        target: Key of the truth in a batch.
        what: Is being done, beside the bar.
        how: Gives probabilities (S, B, K) of the model, a batch and its number.

    Returns:
        Each of the S times' answers.

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
        answer = how(model, batch, step)
        if answer.ndim != 3:
            raise BadInput(
                "the network answers for each point of a map: give it to "
                "`workbench uncertainty`, which judges maps"
            )
        said.append(answer.cpu().numpy())
        labels.append(batch[target].cpu().numpy())
    truth = np.concatenate(labels)
    chances = np.concatenate(said, 1).astype(np.float64)
    return [Answers(np.log(np.maximum(each, TINY)), truth) for each in chances]
