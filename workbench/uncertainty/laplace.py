"""Weights of the last layer that the training events leave possible.

Laplace's approximation: about the learned weights the posterior is taken for a Gaussian
whose inverse width is the curvature of the loss and of the prior. MacKay, Neural
Computation 4, 448 (1992); for the last layer alone Kristiadi et al., ICML 2020,
arXiv:2002.10118, and Daxberger et al., NeurIPS 2021, arXiv:2106.14806.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.runs.trained import Trained
from workbench.uncertainty.calibration import TINY
from workbench.uncertainty.last_layer import LastLayer

DRAWS = 20
LARGEST = 2000  # weights whose whole curvature is kept; of more its diagonal
LEARNED, CHOSEN = 8192, 4096  # events for the curvature, and for the prior
PRECISIONS = np.logspace(-1, 5, 9)


@dataclass(frozen=True)
class Laplace:
    """A Gaussian of weights about those that were learned.

    Attributes:
        last: The layer.
        curvature: Of the loss, along each axis (D,).
        axes: Directions (D, D), a column each; ``None`` if each is one weight.
        precision: Of the prior: one over the variance of a weight.
        seed: Of the draws.
    """

    last: LastLayer
    curvature: torch.Tensor
    axes: torch.Tensor | None
    precision: float = 1.0
    seed: int = 0

    def weights(self, draws: int) -> torch.Tensor:
        """Sets of weights (S, D); the same directions for every precision."""
        source = torch.Generator().manual_seed(self.seed)
        size = draws, len(self.curvature)
        steps = torch.randn(size, generator=source, dtype=torch.float64)
        steps = steps / (self.curvature + self.precision).sqrt()
        moved = steps if self.axes is None else steps @ self.axes.T
        return self.last.weights.cpu() + moved

    def ask(self, model: Any, batch: Any, step: int) -> torch.Tensor:
        """Probabilities (S, B, K) by each draw."""
        return self.last.answers(self.weights(DRAWS), batch, step)


def laplace(ready: Trained, seed: int = 0) -> Laplace:
    """The posterior of a trained network's last layer.

    The curvature is the generalised Gauss–Newton matrix of the class probabilities,
    which is their Fisher information (Martens, JMLR 21, 146 (2020)), for as many events
    as trained; the prior's precision is that by which validation events are likeliest.

    Args:
        ready: The network; its data are set up.
        seed: Of the draws.

    Raises:
        BadInput: the task does not say which layer is the last, or it is not linear.
    """
    last = LastLayer(ready.model, last_of(ready))
    first, end = ready.data.bounds("train")
    used = min(LEARNED, end - first)
    curvature, axes = _curvature(last, _batches(ready, "train", used, "learn"))
    found = Laplace(last, curvature * (end - first) / used, axes, seed=seed)
    tried = [replace(found, precision=float(one)) for one in PRECISIONS]
    first, end = ready.data.bounds("val")
    shown = _batches(ready, "val", min(CHOSEN, end - first), "choose a prior")
    losses = sum(_losses(tried, batch, ready.task.target) for batch in shown)
    return tried[int(np.argmin(losses))]


def last_of(ready: Trained) -> Any:
    """The layer that answers.

    Raises:
        BadInput: the task does not say.
    """
    if ready.task.evidence is None:
        raise BadInput(
            f"the task {ready.task.name} does not say which layer is its networks' last"
        )
    return ready.task.evidence.last(ready.model)


def _batches(ready: Trained, split: str, events: int, what: str) -> Iterator[Any]:
    """The first events of a split, as the network reads them."""
    first, size = ready.data.bounds(split)[0], ready.data.batch_size
    starts = range(first, first + events, size)
    model = ready.model.eval()
    for start in with_progress(
        starts, lambda _: 1, len(starts), "batches", what=f"Laplace: {what}"
    ):
        rows = np.arange(start, min(start + size, first + events))
        batch = ready.data.batches[rows]
        yield model.transfer_batch_to_device(batch, model.device, 0)


def _curvature(
    last: LastLayer, batches: Iterator[Any]
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Along each axis, summed over events (D,), and the axes (D, D)."""
    whole = len(last.weights) <= LARGEST
    total = torch.zeros(())
    for step, batch in enumerate(batches):
        slopes, chances = last.slopes(batch, step)
        rows = (slopes * chances.sqrt()[..., None]).flatten(0, 1)  # (B·K, D)
        part = rows.T @ rows if whole else rows.square().sum(0)
        total = total + part.double().cpu()
    if not whole:
        return total, None
    values, axes = torch.linalg.eigh(total)
    return values.clamp(min=0), axes


def _losses(tried: list[Laplace], batch: Any, target: str) -> np.ndarray:
    """Sum of −log p of a batch's labels by each posterior."""
    weights = torch.cat([one.weights(DRAWS) for one in tried])
    chances = tried[0].last.answers(weights, batch, 0)  # (G·S, B, K)
    mean = chances.unflatten(0, (len(tried), DRAWS)).mean(1).double().cpu()
    labels = batch[target].cpu().expand(len(tried), -1)[..., None]
    return -mean.gather(2, labels).clamp(min=TINY).log().sum((1, 2)).numpy()
