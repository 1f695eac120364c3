"""A training that keeps itself on disk after every epoch, for long comparisons."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F
from torch.nn.utils import clip_grad_norm_
from tqdm import tqdm

from workbench.order import rows
from workbench.schedule import warm_cosine
from workbench.tasks.neutrino.data import VertexBatches, VertexData
from workbench.tasks.neutrino.model import VertexClassifier
from workbench.tasks.neutrino.segments import CLASS_NAMES

PATIENCE = 5  # epochs without a lower validation loss that end a training
PLATEAU = 2  # epochs without one after which Adam's rate falls
FALL = 0.3
ROUNDS = 7


@dataclass(frozen=True)
class Row:
    """One training: a network, how it is trained, and on how many events."""

    network: str  # "…-times" reads hit times as well
    recipe: str  # "adamw", "adam" or "published"
    events: int
    epochs: int = 0  # of the whole schedule; 0 until validation stops improving

    @property
    def key(self) -> str:
        """The row's name in the results."""
        schedule = f"{self.epochs} epochs" if self.epochs else "converged"
        return f"{self.network}, {self.recipe}, {self.events} events, {schedule}"


def speeds(
    rows: Iterable[Row], data: VertexData, folder: Path, device: str
) -> dict[str, float]:
    """Training events per second of each row, by its key; median of some rounds.

    The rows take turns, so that other work on the machine slows all of them.
    """
    trainings = {row.key: Training(row, data, folder, 0, device) for row in rows}
    seconds = {key: [] for key in trainings}
    for _ in range(ROUNDS):
        for key, training in trainings.items():
            start = time.perf_counter()
            training.step(np.arange(training.batch))
            if training.device.type == "cuda":
                torch.cuda.synchronize()
            seconds[key].append((time.perf_counter() - start) / training.batch)
    return {key: 1 / median(parts) for key, parts in seconds.items()}


class Training:
    """A training that can be put down after any epoch and taken up again."""

    def __init__(
        self, row: Row, data: VertexData, folder: Path, seed: int, device: str
    ) -> None:
        torch.manual_seed(seed)
        self.row, self.data, self.seed = row, data, seed
        network, times = row.network.removesuffix("-times"), "-times" in row.network
        self.batches = VertexBatches(data.source, 50, times)
        self.batch = 500 if row.recipe == "published" else 256
        self.model = VertexClassifier(network, times=times, optimizer=row.recipe)  # type: ignore
        self.device = torch.device(device)
        self.model.to(self.device)
        self.optimizer = self.model.fresh_optimizer()
        self.path = folder / f"{row.key.replace(', ', '-').replace(' ', '')}.pt"
        self.epochs: list[dict[str, float]] = []
        self.best = self.model.state_dict()
        if self.path.exists():
            kept = torch.load(self.path, self.device, weights_only=True)
            self.epochs, self.best = kept["epochs"], kept["best"]
            self.model.load_state_dict(kept["model"])
            self.optimizer.load_state_dict(kept["optimizer"])

    @property
    def done(self) -> bool:
        """Whether the schedule is over or validation no longer improves."""
        if self.row.epochs:
            return len(self.epochs) >= self.row.epochs
        return self._waited(len(self.epochs)) >= PATIENCE

    def _waited(self, epochs: int) -> int:
        losses = [epoch["val_loss"] for epoch in self.epochs[:epochs]]
        return len(losses) - 1 - int(np.argmin(losses)) if losses else 0

    def _share(self, number: int, step: int, steps: int) -> float:
        """Of the largest learning rate at a step of an epoch."""
        if self.row.epochs:
            return warm_cosine(number * steps + step, self.row.epochs * steps)
        if self.row.recipe == "published":
            return 1.0
        falls = [
            n
            for n in range(1, number + 1)
            if self._waited(n) and not self._waited(n) % PLATEAU
        ]
        return FALL ** len(falls)

    def batch_of(self, index: np.ndarray) -> dict[str, torch.Tensor]:
        """Events by row, where the network is."""
        batch = self.batches[index]
        return {name: part.to(self.device) for name, part in batch.items()}

    def step(self, index: np.ndarray) -> None:
        """Train on one batch."""
        loss = self.model.training_loss(self.batch_of(index))
        self.optimizer.zero_grad()
        loss.backward()
        if self.row.epochs:  # as in the default configuration
            clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()

    def epoch(self) -> dict[str, float]:
        """Train on every event once, validate, keep everything on disk."""
        number, rate = len(self.epochs), self.model.learning_rate
        order = rows(self.row.events, self.seed, number)
        steps = len(order) // self.batch
        seconds, cpu = time.perf_counter(), time.process_time()
        bar = tqdm(range(steps), f"{self.row.key}: {number + 1}", leave=False)
        for step in bar:
            for group in self.optimizer.param_groups:
                group["lr"] = self._share(number, step, steps) * rate
            self.step(order[step * self.batch : (step + 1) * self.batch])
        seconds = time.perf_counter() - seconds
        cpu = time.process_time() - cpu
        loss, right, _ = self.judge(*self.data.bounds("val"))
        self.epochs.append(
            {"seconds": seconds, "cpu": cpu, "val_loss": loss, "val": right}
        )
        if self.row.epochs or loss <= min(e["val_loss"] for e in self.epochs):
            self.best = {k: v.clone() for k, v in self.model.state_dict().items()}
        state = {
            "epochs": self.epochs,
            "best": self.best,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        partial = self.path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.path)
        return self.epochs[-1]

    @torch.no_grad()
    def judge(self, first: int, last: int) -> tuple[float, float, list[list[int]]]:
        """Cross entropy, accuracy and (right, all) of each segment on some rows."""
        self.model.eval()
        loss, count = 0.0, np.zeros((2, len(CLASS_NAMES)), np.int64)
        for start in range(first, last, 500):
            batch = self.batch_of(np.arange(start, min(start + 500, last)))
            logits = self.model(batch["x"], batch["u"], batch["v"])
            truth = batch["segment"]
            loss += float(F.cross_entropy(logits, truth, reduction="sum"))
            logits, truth = logits.cpu(), truth.cpu()
            right = truth[logits.argmax(1) == truth]
            count[0] += np.bincount(right, minlength=len(CLASS_NAMES))
            count[1] += np.bincount(truth, minlength=len(CLASS_NAMES))
        self.model.train()
        return (
            loss / (last - first),
            float(count[0].sum() / count[1].sum()),
            count.T.tolist(),
        )

    def result(self) -> dict[str, Any]:
        """The finished row; this is the one look at the test events."""
        self.model.load_state_dict(self.best)
        _, test, segments = self.judge(*self.data.bounds("test"))
        best = min(self.epochs, key=lambda epoch: epoch["val_loss"])
        kept = self.epochs[-1] if self.row.epochs else best
        return {
            "epochs": self.epochs,
            "seconds": sum(epoch["seconds"] for epoch in self.epochs),
            "cpu": sum(epoch["cpu"] for epoch in self.epochs),
            "val_loss": kept["val_loss"],
            "val": kept["val"],
            "test": test,
            "segments": segments,
        }
