"""What the processes of a training tell each other between two steps."""

import time
from typing import Any

import torch
from pytorch_lightning import Trainer

EVERY = 0.5  # s between two exchanges


class Exchange:
    """All processes come together at the same steps, about twice a second.

    At each exchange the first process says after how many steps the next one is due,
    from its own clock; so nobody waits for one who does not come, and clocks are not
    compared. The messages go over gloo: the training's own channel stays free.
    """

    def __init__(self, trainer: Trainer) -> None:
        self._size = trainer.world_size
        self._first = trainer.is_global_zero
        self._group = None
        if self._size > 1:
            self._group = torch.distributed.new_group(backend="gloo")
        self._left = 1
        self._steps, self._since = 0, time.perf_counter()

    def due(self) -> bool:
        """Whether this step ends with an exchange; asked once a step."""
        self._steps += 1
        self._left -= 1
        return self._left <= 0

    def agree(self, mine: Any, from_first: Any) -> tuple[list[Any], Any]:
        """Exchange: what each process has to say, and what the first tells all."""
        now = time.perf_counter()
        pace = max(1, self._steps) / max(now - self._since, 1e-6)  # steps a second
        told = (mine, from_first, max(1, round(pace * EVERY))) if self._first else mine
        said: list[Any] = [told]
        if self._group is not None:
            said = [None] * self._size
            torch.distributed.all_gather_object(said, told, group=self._group)
        first, from_first, self._left = said[0]
        self._steps, self._since = 0, time.perf_counter()
        return [first, *said[1:]], from_first
