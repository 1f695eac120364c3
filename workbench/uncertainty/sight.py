"""What can be said of samples without their truth: of them, and of the network's view.

Everything is compared with samples of the kind that the network was trained on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from workbench.errors import BadInput
from workbench.features import watched
from workbench.progress import with_progress
from workbench.task import Task

GRID = 4  # pieces along each axis in which an input's mean is taken
QUANTILES = (0.5, 0.9, 0.99)


@dataclass(frozen=True)
class Sight:
    """A sample of N events as it is and as a network sees it.

    Attributes:
        summaries: Plain numbers of the inputs (N, S).
        features: What the network's last layer reads (N, F).
        probabilities: What it answers (N, K).
        labels: The truth (N,), where it is known.
    """

    summaries: np.ndarray
    features: np.ndarray
    probabilities: np.ndarray
    labels: np.ndarray | None = None

    def __len__(self) -> int:
        """Number of events."""
        return len(self.probabilities)

    def __getitem__(self, rows: Any) -> "Sight":
        """Of some of the events."""
        return Sight(
            self.summaries[rows],
            self.features[rows],
            self.probabilities[rows],
            None if self.labels is None else self.labels[rows],
        )

    @property
    def confidence(self) -> np.ndarray:
        """Probability of the answers (N,)."""
        return self.probabilities.max(1)


def summaries(inputs: Sequence[torch.Tensor]) -> torch.Tensor:
    """Numbers that tell how much there is in inputs (B, …), and where (B, S).

    Of each input the share of cells that hold something, quantiles of these, and the
    mean over each piece of it.
    """
    found: list[torch.Tensor] = []
    for value in inputs:
        flat = value.flatten(1).float()
        there = flat != 0
        found.append(there.float().mean(1, keepdim=True))
        held = torch.where(there, flat, torch.nan)
        found += [held.nanquantile(q, 1).nan_to_num()[:, None] for q in QUANTILES]
        pieces = value.float()
        while pieces.ndim < 4:
            pieces = pieces.unsqueeze(1)
        rows, columns = (min(GRID, length) for length in pieces.shape[-2:])
        pooled = F.adaptive_avg_pool2d(pieces.flatten(1, -3), (rows, columns))
        found.append(pooled.flatten(1))
    return torch.cat(found, 1)


@torch.no_grad()
def sight(task: Task, model: Any, batches: Any, what: str = "") -> Sight:
    """See all events of a loader.

    Args:
        task: That says what the network reads and which layer is its last.
        model: A ``LightningModule`` whose ``predict_step`` gives ``probabilities``.
        batches: The loader.
        what: Is being done, beside a bar; none is shown without.

    Raises:
        BadInput: the task does not say which layer is the last.
    """
    if task.evidence is None:
        raise BadInput(f"the task {task.name} does not say what its networks go by")
    parts: list[list[np.ndarray]] = [[], [], []]
    labels: list[np.ndarray] = []
    if what:
        batches = with_progress(
            batches, lambda _: 1, len(batches), "batches", what=what
        )
    with watched(task.evidence.last(model.eval())) as kept:
        for step, batch in enumerate(batches):
            chances = model.predict_step(batch, step)["probabilities"]
            numbers = summaries([batch[name] for name in task.inputs])
            found = numbers, kept.features(), chances.double()
            for part, values in zip(parts, found, strict=True):
                part.append(values.numpy())
            if task.target in batch:
                labels.append(batch[task.target].numpy())
    numbers, features, chances = (np.concatenate(part) for part in parts)
    truth = np.concatenate(labels) if labels else None
    return Sight(numbers, features, chances, truth)
