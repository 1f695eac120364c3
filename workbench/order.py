"""The order in which samples are trained on, which a resumed training takes up."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Sampler


def rows(
    n: int, seed: int, epoch: int, rank: int = 0, world_size: int = 1
) -> np.ndarray:
    """One rank's share of a shuffled epoch, the same for the same arguments.

    Shares are disjoint and equally long; up to ``world_size - 1`` rows wait for
    another epoch. Shape (n // world_size,) int64.
    """
    order = np.random.default_rng([seed, epoch]).permutation(n)
    return order[rank : n - n % world_size : world_size]


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
