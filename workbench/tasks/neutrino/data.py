"""Events in batches: simulated on the spot, or from a file in a public layout."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np

from workbench.batched import BatchedData
from workbench.errors import BadInput
from workbench.paths import kept
from workbench.progress import with_progress
from workbench.tasks.neutrino.batches import VertexBatches
from workbench.tasks.neutrino.dense import images
from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.files import EventSource, open_events
from workbench.tasks.neutrino.layouts import WIDTHS
from workbench.tasks.neutrino.make import make_store
from workbench.tasks.neutrino.segments import CLASS_NAMES, PLANE_CODES
from workbench.tasks.neutrino.simulator import recipe
from workbench.tasks.neutrino.store import Store, write_store

READ = 2000  # events at a time when a file is turned into a store


class VertexData(BatchedData[EventSource]):
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

    Raises:
        BadInput: a number out of range.
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
        x_columns: Literal[50, 94] = 50,
        times: bool = False,
        workers: int = 0,
    ) -> None:
        super().__init__()
        if x_columns not in WIDTHS:
            raise BadInput(f"x_columns {x_columns}: type --data.x_columns=50 or 94")
        for name, number, least in (
            ("events", events, 0),
            ("val_events", val_events, 0),
            ("test_events", test_events, 0),
            ("batch_size", batch_size, 1),
            ("workers", workers, 0),
        ):
            if number < least:
                raise BadInput(f"{name} {number}: type --data.{name}={least} or more")
        self.save_hyperparameters()
        self.path = Path(path) if path else None
        self.events, self.val_events, self.test_events = events, val_events, test_events
        self.seed, self.condition, self.strength = seed, condition, strength
        self.batch_size, self.times = batch_size, times
        self.x_columns: Literal[50, 94] = x_columns
        self.workers = workers

    def make(self) -> None:
        """Simulate, or turn the file into a store, unless the cache has it."""
        if self.path is None:
            total = self.events + self.val_events + self.test_events
            make_store(self.store, total, self.seed, self.condition, self.strength)
        elif self.store != self.path and not self.store.exists():
            source = open_events(self.path)
            batches = with_progress(
                _batches(source), len, len(source), "events", what="convert"
            )
            write_store(self.store, batches, dict(source.about), source.ids)

    @property
    def store(self) -> Path:
        """Where the events are read from while training."""
        if self.path is None:
            total = self.events + self.val_events + self.test_events
            shift = f"{self.condition}-{self.strength:g}"
            name = f"{shift}-seed{self.seed}-{total}-{recipe()}.store"
            return kept("neutrino", name)
        if self.path.is_dir():
            return self.path
        stamp = self.path.stat()
        name = f"{self.path.stem}-{stamp.st_size}-{stamp.st_mtime_ns}.store"
        return kept("neutrino", name)

    def setup(self, stage: str | None = None) -> None:
        """Open the store and see that it has what is asked for.

        Raises:
            BadInput: too few planes, no times, no truth, or too few events.
        """
        source, path = Store(self.store), self.path or self.store
        if self.x_columns > source.columns:
            raise BadInput(
                f"{path}: has {source.columns} X columns, not {self.x_columns}: type "
                f"--data.x_columns={source.columns} --model.x_columns={source.columns}"
            )
        if self.times and not source.times:
            raise BadInput(
                f"{path}: has no hit times: type --data.times=false --model.times=false"
            )
        if stage != "predict" and source.truth is None:
            raise BadInput(f"{path}: no truth, so it serves only `predict`")
        self.opened = source
        if stage == "fit":
            self._refuse_no_batch(path)
        split = {"validate": "val", "test": "test"}.get(stage or "")
        if split and not np.diff(self.bounds(split))[0]:
            raise BadInput(
                f"{path}: no events to {stage}: type --data.{split}_events=1000 or "
                "another number above 0"
            )

    def _refuse_no_batch(self, path: Path) -> None:
        """Refuse training events that make no batch."""
        order = self.order("train")
        if len(order):
            return
        events, wanted = order.last, self.batch_size * order.world_size
        more = "raise --data.events"
        if events < self.events:
            more = (
                f"it has {len(self.source)}, of which --data.val_events and "
                "--data.test_events hold out the last: lower them"
            )
        raise BadInput(
            f"{path}: {events} training events make no batch of {wanted}: {more}, or "
            "lower --data.batch_size"
        )

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
    def batches(self) -> VertexBatches:
        """Batches of events, asked for by the numbers of their rows."""
        return VertexBatches(self.source, self.x_columns, self.times)

    @property
    def class_counts(self) -> list[int]:
        """Training events of each segment, the prior a network learns."""
        truth = self.source.truth
        assert truth is not None
        first, last = self.bounds("train")
        codes = truth["segment"][first:last]
        return np.bincount(codes, minlength=len(CLASS_NAMES)).tolist()

    @property
    def plane_codes(self) -> int:
        """How many plane codes the events tell apart, 67 or 174.

        With 67 the last, 66, says that the vertex lies there or anywhere beyond.
        """
        return int(self.source.about.get("plane_codes", PLANE_CODES["full"]))

    @property
    def fingerprint(self) -> str:
        """What tells these events from others."""
        return str(self.source.about["fingerprint"])


def _batches(source: EventSource) -> Iterator[Events]:
    for first in range(0, len(source), READ):
        yield source.read(np.arange(first, min(first + READ, len(source))))
