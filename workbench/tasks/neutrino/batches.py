"""Batches of events for a network."""

import numpy as np
import torch
from torch.utils.data import Dataset

from workbench.tasks.neutrino.dense import images
from workbench.tasks.neutrino.files import EventSource
from workbench.tasks.neutrino.segments import NO_PLANE_CODE, NO_SEGMENT

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
