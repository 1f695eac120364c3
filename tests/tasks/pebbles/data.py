from collections.abc import Iterator

import torch
from pytorch_lightning import LightningDataModule
from torch.utils.data import DataLoader, Subset

ROWS = 45  # odd, so that two processes have different shares


class Resumable(DataLoader):
    """Goes on behind the batches that a checkpoint has seen."""

    skip = done = 0

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        skip, self.skip = self.skip, 0
        for self.done, batch in enumerate(super().__iter__(), 1):
            if self.done > skip:
                yield batch

    def state_dict(self) -> dict[str, int]:
        return {"done": self.done % len(self)}

    def load_state_dict(self, state: dict[str, int]) -> None:
        self.skip = state["done"]


class PebbleData(LightningDataModule):
    def __init__(self, beach: str = "north", path: str | None = None) -> None:
        super().__init__()
        self.beach, self.path = beach, path

    @property
    def fingerprint(self) -> str:
        return f"pebbles of the {self.beach}"

    def _loader(self) -> DataLoader:
        made = torch.Generator().manual_seed(1)
        x = torch.randn(ROWS, 4, generator=made)
        rows = [
            {"x": x[i], "y": (x[i, 0] > 0).long(), "index": torch.tensor(i)}
            for i in range(ROWS)
        ]
        rank = self.trainer.global_rank if self.trainer else 0
        world = self.trainer.world_size if self.trainer else 1
        mine = Subset(rows, range(rank, ROWS, world))
        return Resumable(mine, batch_size=5)

    train_dataloader = val_dataloader = test_dataloader = predict_dataloader = _loader
