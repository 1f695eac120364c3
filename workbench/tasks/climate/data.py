"""Weather maps in batches, simulated on the spot."""

from typing import Any, Literal

import torch
from pytorch_lightning import LightningDataModule
from torch.utils.data import DataLoader, Sampler, Subset

from workbench.errors import BadInput
from workbench.tasks.climate.generator import recipe
from workbench.tasks.climate.samples import Maps

Size = Literal["96x144", "192x288", "384x576", "768x1152"]


class ClimateData(LightningDataModule):
    """Simulated weather maps for training, validation and test.

    Sequences are never divided: the last maps are the test sample and those before
    them the validation sample.

    Args:
        maps: Training maps.
        val_maps: Validation maps.
        test_maps: Test maps.
        grid: Rows × columns.
        steps: Maps in a sequence, three hours apart.
        seed: Of the simulation and of the order of batches.
        batch_size: Maps in a step of one process.

    Raises:
        BadInput: a number out of range, or a sample that divides a sequence.
    """

    def __init__(
        self,
        maps: int = 200,
        val_maps: int = 24,
        test_maps: int = 61,
        grid: Size = "96x144",
        steps: int = 1,
        seed: int = 0,
        batch_size: int = 4,
    ) -> None:
        super().__init__()
        counts = {"maps": maps, "val_maps": val_maps, "test_maps": test_maps}
        least = {"steps": steps, "batch_size": batch_size} | counts
        for name, number in least.items():
            if number < 1:
                raise BadInput(f"{name} {number}: type --data.{name}=1 or more")
        for name in ("maps", "val_maps"):
            if counts[name] % steps:
                raise BadInput(
                    f"{name} {counts[name]}: divides a sequence of {steps}: type "
                    f"--data.{name}={counts[name] // steps * steps + steps}"
                )
        self.save_hyperparameters()
        self.maps, self.val_maps, self.test_maps = maps, val_maps, test_maps
        self.grid, self.steps, self.seed = grid, steps, seed
        self.batch_size = batch_size
        self._all: Maps | None = None

    def setup(self, stage: str | None = None) -> None:
        """Simulate the maps, once a process."""
        if self._all is None:
            total = self.maps + self.val_maps + self.test_maps
            self._all = Maps(total, self.seed, self.grid, self.steps)

    @property
    def samples(self) -> Maps:
        """All maps."""
        self.setup()
        assert self._all is not None
        return self._all

    def sample(self, row: int) -> dict[str, Any]:
        """One map as ``plot`` takes it."""
        return self.samples[row]

    def bounds(self, split: str) -> tuple[int, int]:
        """First and past-the-last map of a split: train, val or test."""
        train, val = self.maps, self.maps + self.val_maps
        return {
            "train": (0, train),
            "val": (train, val),
            "test": (val, val + self.test_maps),
        }[split]

    @property
    def fingerprint(self) -> str:
        """What tells these maps from others."""
        total = self.maps + self.val_maps + self.test_maps
        return f"{recipe()}-seed{self.seed}-{self.grid}-{total}x{self.steps}"

    def _loader(self, split: str) -> DataLoader[dict[str, torch.Tensor]]:
        trainer = self.trainer
        order = Order(
            self.bounds(split)[1] - self.bounds(split)[0],
            self.seed if split == "train" else None,
            trainer.global_rank if trainer else 0,
            trainer.world_size if trainer else 1,
        )
        maps = Subset(self.samples, range(*self.bounds(split)))
        return DataLoader(
            maps, self.batch_size, sampler=order, drop_last=split == "train"
        )

    def train_dataloader(self) -> Any:
        """Shuffled batches, the order a function of seed and epoch."""
        return self._loader("train")

    def val_dataloader(self) -> Any:
        """Validation batches in order."""
        return self._loader("val")

    def test_dataloader(self) -> Any:
        """Test batches in order."""
        return self._loader("test")


class Order(Sampler[int]):
    """This process's rows of a split: a pure function of seed, epoch and rank."""

    def __init__(self, count: int, seed: int | None, rank: int, world: int) -> None:
        self.count, self.seed, self.rank, self.world = count, seed, rank, world
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Called by Lightning before each epoch."""
        self.epoch = epoch

    def __iter__(self) -> Any:
        """Row numbers."""
        rows = torch.arange(self.count)
        if self.seed is not None:
            made = torch.Generator().manual_seed(self.seed * 100_003 + self.epoch)
            rows = torch.randperm(self.count, generator=made)[: len(self) * self.world]
        return iter(rows[self.rank :: self.world].tolist())

    def __len__(self) -> int:
        """How many they are."""
        if self.seed is not None:
            return self.count // self.world
        return -(-(self.count - self.rank) // self.world)
