"""Training events that a network takes for the same kind of thing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from workbench.explain.examples import alike
from workbench.explain.explanation import evidence_of
from workbench.features import features
from workbench.runs.trained import Trained

DRAWN = 2000  # training events that are looked through
AT_ONCE = 64


@dataclass(frozen=True)
class Neighbours:
    """Training events with what the network's last layer reads of them.

    Attributes:
        trained: The network.
        rows: Of the events in the data (N,).
        features: What is read (N, F).
    """

    trained: Trained
    rows: np.ndarray
    features: torch.Tensor

    @classmethod
    def of(cls, trained: Trained, number: int = DRAWN, seed: int = 0) -> "Neighbours":
        """Draw training events and have the network read them.

        Args:
            trained: The network, with its data.
            number: How many events, of those there are.
            seed: Of the draw.

        Raises:
            BadInput: the task does not say which layer is the last.
        """
        first, past = trained.data.bounds("train")
        draw = np.random.default_rng(seed).permutation(past - first)[:number]
        rows = first + np.sort(draw)
        parts = np.split(rows, range(AT_ONCE, len(rows), AT_ONCE))
        read = [_features(trained, trained.data.batches[part]) for part in parts]
        return cls(trained, rows, torch.cat(read))

    def nearest(
        self, sample: Mapping[str, Any], number: int = 4
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the events most alike (number,), and their likeness, at most 1.

        Likeness is the cosine between features about the training events' mean.
        """
        one = {
            name: np.asarray(sample[name])[None] for name in self.trained.task.inputs
        }
        found = alike(_features(self.trained, one), self.features, number)
        return self.rows[found.rows[0].numpy()], found.scores[0].numpy()


def _features(trained: Trained, batch: Mapping[str, Any]) -> torch.Tensor:
    inputs = [torch.as_tensor(batch[name]).float() for name in trained.task.inputs]
    return features(trained.model, evidence_of(trained).last(trained.model), inputs)
