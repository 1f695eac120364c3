"""Data that come in batches: what every task's data module does alike."""

from abc import abstractmethod
from typing import Any, Generic, TypeVar

import torch
from pytorch_lightning import LightningDataModule
from torch.utils.data import DataLoader, Dataset

from workbench.lock import waiting
from workbench.order import Rows, TrainLoader

Source = TypeVar("Source")


class BatchedData(LightningDataModule, Generic[Source]):
    """Splits of a sample as loaders, each process with its own share of the rows.

    ``Source`` is what an opened sample is; ``setup`` keeps it as ``opened``.

    Attributes:
        seed: Of the order of training batches.
        batch_size: Samples in a step of one process.
        workers: Processes that load batches; 0 loads in the training process.
    """

    seed: int
    batch_size: int
    workers: int
    opened: Source | None = None

    @property
    def source(self) -> Source:
        """The opened sample."""
        if self.opened is None:
            self.prepare_data()
            self.setup("predict")
        assert self.opened is not None
        return self.opened

    @abstractmethod
    def make(self) -> None:
        """Simulate or convert into the cache what is not there yet."""

    def prepare_data(self) -> None:
        """Have everything in the cache; what another process makes is waited for."""
        waiting(self.make)

    @abstractmethod
    def bounds(self, split: str) -> tuple[int, int]:
        """First and past-the-last row of a split: train, val, test or predict."""

    @property
    @abstractmethod
    def batches(self) -> Dataset[dict[str, torch.Tensor]]:
        """Batches, asked for by the numbers of their rows."""

    def order(self, split: str) -> Rows:
        """This process's rows of a split, shuffled while training."""
        trainer = self.trainer
        return Rows(
            *self.bounds(split),
            self.batch_size,
            self.seed if split == "train" else None,
            trainer.global_rank if trainer else 0,
            trainer.world_size if trainer else 1,
        )

    def _loader(self, split: str) -> DataLoader[dict[str, torch.Tensor]]:
        return (TrainLoader if split == "train" else DataLoader)(
            self.batches,
            batch_size=None,
            sampler=self.order(split),
            num_workers=self.workers,
            persistent_workers=self.workers > 0,
            multiprocessing_context="spawn" if self.workers else None,
        )

    def train_dataloader(self) -> Any:
        """Shuffled batches, the order a function of seed and epoch; resumable."""
        return self._loader("train")

    def val_dataloader(self) -> Any:
        """Validation batches in the order of the rows."""
        return self._loader("val")

    def test_dataloader(self) -> Any:
        """Test batches in the order of the rows."""
        return self._loader("test")

    def predict_dataloader(self) -> Any:
        """Everything there is, in the order of the rows."""
        return self._loader("predict")
