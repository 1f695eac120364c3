"""Events in batches: simulated on the spot, or from a file in a public layout."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pytorch_lightning import LightningDataModule
from torch.utils.data import DataLoader, Dataset, Sampler

from workbench.errors import BadInput
from workbench.tasks.neutrino.dense import images
from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.files import EventSource, open_events
from workbench.tasks.neutrino.make import make_store
from workbench.tasks.neutrino.segments import CLASS_NAMES, NO_PLANE_CODE, NO_SEGMENT
from workbench.tasks.neutrino.simulator import recipe
from workbench.tasks.neutrino.store import Store, rows, write_store

READ = 2000  # events at a time when a file is turned into a store


def cache() -> Path:
    """Where generated and converted events stay: ``$WORKBENCH_CACHE`` or ~/.cache."""
    home = os.environ.get("WORKBENCH_CACHE") or "~/.cache/science-workbench"
    return Path(home).expanduser() / "neutrino"


class VertexBatches(Dataset[dict[str, torch.Tensor]]):
    """Batches of events as dense images; an item is asked for by its row numbers."""

    def __init__(self, source: EventSource, x_columns: int, times: bool) -> None:
        self.source = source
        self.x_columns = x_columns
        self.times = times

    def __getitem__(self, index: np.ndarray) -> dict[str, torch.Tensor]:
        """The batch of those rows: x, u, v images, segment, plane_code and index."""
        events = self.source.read(index)
        batch = images(events, self.x_columns, self.times)
        segment = np.full(len(index), NO_SEGMENT, np.int64)
        plane_code = np.full(len(index), NO_PLANE_CODE, np.int64)
        if events.truth is not None:
            segment[:] = events.truth["segment"]
            plane_code[:] = events.truth["plane_code"]
        batch["segment"] = torch.from_numpy(segment)
        batch["plane_code"] = torch.from_numpy(plane_code)
        batch["index"] = torch.from_numpy(index.astype(np.int64))
        return batch


class Rows(Sampler[np.ndarray]):
    """Row numbers of each batch: a pure function of seed, epoch, rank and step."""

    def __init__(
        self,
        first: int,
        last: int,
        batch_size: int,
        seed: int | None = None,
        rank: int = 0,
        world_size: int = 1,
    ) -> None:
        self.first, self.last = first, last
        self.batch_size, self.seed = batch_size, seed
        self.rank, self.world_size = rank, world_size
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Called by Lightning before each epoch."""
        self.epoch = epoch

    def _index(self) -> np.ndarray:
        count = self.last - self.first
        if self.seed is None:
            return np.arange(self.first + self.rank, self.last, self.world_size)
        mine = rows(count, self.seed, self.epoch, self.rank, self.world_size)
        return self.first + mine

    def __iter__(self) -> Iterator[np.ndarray]:
        """Batches of this rank, the short one at the end dropped while training."""
        index = self._index()
        stop = len(self) * self.batch_size
        for start in range(0, stop, self.batch_size):
            yield index[start : start + self.batch_size]

    def __len__(self) -> int:
        """Number of batches of this rank."""
        count = self.last - self.first
        if self.seed is not None:
            return count // self.world_size // self.batch_size
        mine = -(-(count - self.rank) // self.world_size)
        return -(-mine // self.batch_size)


class VertexData(LightningDataModule):
    """Neutrino events for training, validation and test.

    Without ``path`` the events are simulated once and kept in the cache. A file in
    another layout than the store is turned into a store in the cache first. The
    last ``test_events`` rows are the test sample and the ``val_events`` before them
    the validation sample, so that neighbours in a file stay on one side.

    Args:
        path: A store, an HDF5 file in a public layout or a ROOT tuple.
        events: Training events to simulate, or to use at most from ``path``.
        val_events: Validation events.
        test_events: Test events.
        seed: Of the simulation and of the order of batches.
        condition: Named detector condition of the simulation.
        strength: Of the condition; 0 is nominal.
        batch_size: Events in a step of one process.
        x_columns: Planes of the X view that are read; U and V have half as many.
        times: Whether hit times are a second channel.
        workers: Processes that load batches; 0 loads in the training process.
    """

    def __init__(
        self,
        path: str | None = None,
        events: int = 100_000,
        val_events: int = 5_000,
        test_events: int = 10_000,
        seed: int = 0,
        condition: str = "nominal",
        strength: float = 1.0,
        batch_size: int = 256,
        x_columns: int = 50,
        times: bool = False,
        workers: int = 0,
    ) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.path = Path(path) if path else None
        self.events, self.val_events, self.test_events = events, val_events, test_events
        self.seed, self.condition, self.strength = seed, condition, strength
        self.batch_size, self.x_columns, self.times = batch_size, x_columns, times
        self.workers = workers
        self._source: EventSource | None = None

    def prepare_data(self) -> None:
        """Simulate, or turn the file into a store, unless the cache has it."""
        if self.path is None:
            total = self.events + self.val_events + self.test_events
            make_store(self.store, total, self.seed, self.condition, self.strength)
        elif self.store != self.path and not self.store.exists():
            source = open_events(self.path)
            write_store(self.store, _batches(source), dict(source.about))

    @property
    def store(self) -> Path:
        """Where the events are read from while training."""
        if self.path is None:
            total = self.events + self.val_events + self.test_events
            shift = f"{self.condition}-{self.strength:g}"
            name = f"{shift}-seed{self.seed}-{total}-{recipe()}.store"
            return cache() / name
        if self.path.is_dir():
            return self.path
        stamp = self.path.stat()
        name = f"{self.path.stem}-{stamp.st_size}-{stamp.st_mtime_ns}.store"
        return cache() / name

    def setup(self, stage: str | None = None) -> None:
        """Open the store and see that it is large enough.

        Raises:
            BadInput: too few events, too few planes, or no truth to train on.
        """
        source = self._source = Store(self.store)
        held_out = self.val_events + self.test_events
        if stage != "predict" and source.truth is None:
            raise BadInput(f"{self.path}: no truth, so it serves only `predict`")
        if stage == "fit" and len(source) - held_out < self.batch_size:
            raise BadInput(
                f"{self.path}: {len(source)} events less {held_out} held out leave no "
                "batch to train on: lower val_events and test_events"
            )

    @property
    def source(self) -> EventSource:
        """The opened events."""
        if self._source is None:
            self.prepare_data()
            self.setup("predict")
        assert self._source is not None
        return self._source

    def bounds(self, split: str) -> tuple[int, int]:
        """First and past-the-last row of a split: train, val, test or predict."""
        total = len(self.source)
        test = max(0, total - self.test_events)
        val = max(0, test - self.val_events)
        train = min(self.events, val)
        return {
            "train": (0, train),
            "val": (val, test),
            "test": (test, total),
            "predict": (0, total),
        }[split]

    def read(self, split: str) -> Events:
        """All events of a split in memory."""
        return self.source.read(np.arange(*self.bounds(split)))

    def sample(self, row: int) -> dict[str, Any]:
        """One event as ``plot`` takes it: x, u, v images and its truth."""
        events = self.source.read(np.array([row]))
        pictures = images(events, self.x_columns, self.times)
        sample: dict[str, Any] = {k: v[0].numpy() for k, v in pictures.items()}
        if events.truth is not None:
            sample["segment"] = int(events.truth["segment"][0])
            sample["truth"] = events.truth[0]
        return sample

    @property
    def class_counts(self) -> list[int]:
        """Training events of each segment, the prior a network learns."""
        truth = self.source.truth
        assert truth is not None
        first, last = self.bounds("train")
        codes = truth["segment"][first:last]
        return np.bincount(codes, minlength=len(CLASS_NAMES)).tolist()

    @property
    def fingerprint(self) -> str:
        """What tells these events from others."""
        return str(self.source.about["fingerprint"])

    def _loader(self, split: str) -> DataLoader[dict[str, torch.Tensor]]:
        trainer = self.trainer
        shuffle = self.seed if split == "train" else None
        order = Rows(
            *self.bounds(split),
            self.batch_size,
            shuffle,
            trainer.global_rank if trainer else 0,
            trainer.world_size if trainer else 1,
        )
        return DataLoader(
            VertexBatches(self.source, self.x_columns, self.times),
            batch_size=None,
            sampler=order,
            num_workers=self.workers,
            persistent_workers=self.workers > 0,
            multiprocessing_context="spawn" if self.workers else None,
        )

    def train_dataloader(self) -> Any:
        """Shuffled batches, the order a function of seed and epoch."""
        return self._loader("train")

    def val_dataloader(self) -> Any:
        """Validation batches in file order."""
        return self._loader("val")

    def test_dataloader(self) -> Any:
        """Test batches in file order."""
        return self._loader("test")

    def predict_dataloader(self) -> Any:
        """Every event of the file in order."""
        return self._loader("predict")


def _batches(source: EventSource) -> Iterator[Events]:
    for first in range(0, len(source), READ):
        yield source.read(np.arange(first, min(first + READ, len(source))))
