"""Batches of maps for a network."""

import numpy as np
import torch
from torch.utils.data import Dataset

from workbench.tasks.climate.files.limits import NOBODY
from workbench.tasks.climate.store import Block, Store
from workbench.tasks.climate.variables import CLASSES

LEFT_OUT = -100  # a grid point that losses and counts leave out


class MapBatches(Dataset[dict[str, torch.Tensor]]):
    """Batches of maps; an item is asked for by its row numbers.

    Args:
        store: The maps.
        channels: Places in the store of the channels wanted.
        people: Whether the mask is what most annotators say; else the generator's
            truth.
    """

    def __init__(self, store: Store, channels: list[int], people: bool) -> None:
        self.store, self.channels, self.people = store, channels, people

    def __getitem__(self, index: np.ndarray) -> dict[str, torch.Tensor]:
        """The batch of those rows.

        Returns:
            ``image`` (B, C, H, W) float32 in the variables' units, ``index`` (B,)
            int64, ``mask`` (B, H, W) int64 where the class is known, and ``labels``
            (B, A, H, W) int64 where annotators drew; ``LEFT_OUT`` marks points to
            leave out.
        """
        every = self.channels == list(range(len(self.store.channels)))
        block = self.store.read(index, None if every else self.channels)
        batch = {
            "image": torch.from_numpy(block.image),
            "index": torch.from_numpy(index.astype(np.int64)),
        }
        mask = self._mask(block)
        if mask is not None:
            batch["mask"] = torch.from_numpy(mask)
        if block.labels is not None:
            labels = block.labels.astype(np.int64)
            labels[block.labels == NOBODY] = LEFT_OUT
            batch["labels"] = torch.from_numpy(labels)
        return batch

    def _mask(self, block: Block) -> np.ndarray | None:
        if self.people:
            return None if block.labels is None else consensus(block.labels)
        if block.truth is None or block.ignore is None:
            return None
        mask = block.truth.astype(np.int64)
        mask[block.ignore > 0] = LEFT_OUT
        return mask


def consensus(labels: np.ndarray) -> np.ndarray:
    """What most annotators say, (B, H, W) int64; of equals, what the first says.

    Args:
        labels: (B, A, H, W) uint8, ``NOBODY`` where an annotator drew nothing.
    """
    votes = np.stack([(labels == code).sum(1) for code in range(len(CLASSES))])
    first = np.stack([labels[:, 0] == code for code in range(len(CLASSES))])
    mask = (2 * votes + first).argmax(0)  # (B, H, W)
    mask[votes.sum(0) == 0] = LEFT_OUT
    return mask.astype(np.int64)
