"""Batches of maps for a network."""

from typing import final

import numpy as np
import torch
from torch.utils.data import Dataset

from workbench.tasks.cosmogan.files.maps import Maps


@final
class MapBatches(Dataset[dict[str, torch.Tensor]]):
    """Batches of maps; an item is asked for by its row numbers.

    Args:
        maps: Where they are read from.
        conditional: Whether a batch says the cosmology of each map.
    """

    def __init__(self, maps: Maps, conditional: bool) -> None:
        self.maps = maps
        self.parameters = maps.parameters if conditional else None

    def __getitem__(self, index: np.ndarray) -> dict[str, torch.Tensor]:
        """The batch of those rows.

        Returns:
            ``image`` (B, 1, S, S) float32, κ; ``index`` (B,) int64; and, where maps
            are of several cosmologies, ``parameters`` (B, 2) float32, Ω_m and σ8.
        """
        batch = {
            "image": torch.from_numpy(self.maps.read(index)[:, None]),
            "index": torch.from_numpy(index.astype(np.int64)),
        }
        if self.parameters is not None:
            known = self.parameters[index].astype(np.float32)
            batch["parameters"] = torch.from_numpy(known)
        return batch
