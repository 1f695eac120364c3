"""Batches of events for a network, in an order that a resumed training takes up."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Sampler

from workbench.tasks.neutrino.dense import images
from workbench.tasks.neutrino.files import EventSource
from workbench.tasks.neutrino.segments import NO_PLANE_CODE, NO_SEGMENT
from workbench.tasks.neutrino.store import rows

UNKNOWN_CODE = -100  # a plane code that is not recorded; torch's losses leave it out


class VertexBatches(Dataset[dict[str, torch.Tensor]]):
    """Batches of events as dense images; an item is asked for by its row numbers."""

    def __init__(self, source: EventSource, x_columns: int, times: bool) -> None:
        self.source = source
        self.x_columns = x_columns
        self.times = times

    def __getitem__(self, index: np.ndarray) -> dict[str, torch.Tensor]:
        """The batch of those rows.

        Returns:
            ``x``, ``u`` and ``v`` as :func:`dense.images` makes them and, each (B,)
            int64, ``segment``, ``plane_code`` (``UNKNOWN_CODE`` where the truth lacks
            it), ``index``, the row, and ``event``, the event number, or the row where
            none is known.
        """
        events = self.source.read(index)
        batch = images(events, self.x_columns, self.times)
        segment = np.full(len(index), NO_SEGMENT, np.int64)
        plane_code = np.full(len(index), NO_PLANE_CODE, np.int64)
        if events.truth is not None:
            segment[:] = events.truth["segment"]
            plane_code[:] = events.truth["plane_code"]
        plane_code[plane_code == NO_PLANE_CODE] = UNKNOWN_CODE
        batch["segment"] = torch.from_numpy(segment)
        batch["plane_code"] = torch.from_numpy(plane_code)
        ids = self.source.ids if events.truth is None else events.truth["event"]
        if events.truth is None and ids is not None:
            ids = ids[index]
        number = index if ids is None else ids
        batch["event"] = torch.from_numpy(number.astype(np.int64))
        batch["index"] = torch.from_numpy(index.astype(np.int64))
        return batch


class Rows(Sampler[np.ndarray]):
    """Row numbers of each batch: a pure function of seed, epoch, rank and step.

    Attributes:
        epoch: Lightning's number of the epoch.
        ahead: By how much that is more than the epochs gone through.
        skip: Batches at the beginning of the epoch that are left out.
    """

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
        self.epoch, self.ahead, self.skip = 0, 0, 0

    def set_epoch(self, epoch: int) -> None:
        """Called by Lightning before each epoch."""
        self.epoch = epoch

    def _index(self) -> np.ndarray:
        count = self.last - self.first
        if self.seed is None:
            return np.arange(self.first + self.rank, self.last, self.world_size)
        epoch = self.epoch - self.ahead
        mine = rows(count, self.seed, epoch, self.rank, self.world_size)
        return self.first + mine

    def __iter__(self) -> Iterator[np.ndarray]:
        """Batches of this rank, the short one at the end dropped while training."""
        index = self._index()
        for step in range(self.skip, len(self)):
            yield index[step * self.batch_size : (step + 1) * self.batch_size]

    def __len__(self) -> int:
        """Number of batches of this rank in a whole epoch."""
        count = self.last - self.first
        if self.seed is not None:
            return count // self.world_size // self.batch_size
        mine = -(-(count - self.rank) // self.world_size)
        return -(-mine // self.batch_size)


class TrainLoader(DataLoader[dict[str, torch.Tensor]]):
    """Training batches that go on inside an epoch where a checkpoint left it.

    Lightning keeps ``state_dict`` in checkpoints. Its sampler is :class:`Rows`.
    """

    _done = 0  # batches of the epoch handed out; workers may have loaded more
    _resumed: dict[str, int] | None = None

    def __iter__(self) -> Any:
        """Batches of the epoch that are left.

        Nothing is loaded before the first is asked for: Lightning makes the iterator
        of a resumed run before it tells the epoch.
        """
        order: Any = self.sampler
        order.skip = 0
        if self._resumed is not None:
            state, self._resumed = self._resumed, None
            within = order.epoch == state["epoch"]
            order.skip = state["done"] if within else 0
            # with max_steps, resuming at an epoch's end makes Lightning count one more
            order.ahead = order.epoch - state["order"] - (0 if within else 1)
        self._done = order.skip
        for batch in super().__iter__():
            self._done += 1
            yield batch

    def state_dict(self) -> dict[str, int]:
        """Lightning's epoch, whose order it has, and the batches done in it."""
        order: Any = self.sampler
        epoch = order.epoch
        return {"epoch": epoch, "order": epoch - order.ahead, "done": self._done}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Go on after those batches when the loader is gone through next."""
        self._resumed, self._done = state, state["done"]
