"""Maps as tensors: simulated once, held in memory."""

from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset

from workbench.progress import with_progress
from workbench.tasks.climate.generator import simulate, steps_of
from workbench.tasks.climate.variables import NAMES

LEFT_OUT = -100  # a grid point that losses and counts leave out


class Maps(Dataset[dict[str, torch.Tensor]]):
    """Maps of a sample by number: ``image`` (16, rows, columns) and ``mask``.

    ``mask`` (rows, columns) int64 is the truth, ``LEFT_OUT`` on filaments that nobody
    placed.
    """

    def __init__(self, maps: int, seed: int, grid: str, steps: int) -> None:
        made = simulate(maps, seed, grid=grid, steps=steps, annotators=0)
        images: list[np.ndarray] = []
        masks: list[np.ndarray] = []
        for data in with_progress(made, steps_of, maps, "maps"):
            images.append(np.stack([data[name].to_numpy() for name in NAMES], axis=1))
            truth = data.TRUTH.to_numpy().astype(np.int64)
            masks.append(np.where(data.IGNORE.to_numpy() > 0, LEFT_OUT, truth))
        self.images = torch.from_numpy(np.concatenate(images))
        self.masks = torch.from_numpy(np.concatenate(masks))

    def __len__(self) -> int:
        """Number of maps."""
        return len(self.images)

    def __getitem__(self, index: int) -> dict[str, Any]:
        """One map, its mask and its number."""
        return {
            "image": self.images[index],
            "mask": self.masks[index],
            "index": torch.tensor(index),
        }
