"""Convergence maps in batches: simulated on the spot, or from files."""

from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import numpy as np

from workbench.batched import BatchedData
from workbench.cuts import cuts
from workbench.errors import BadInput
from workbench.order import Rows
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.maps import Maps
from workbench.tasks.cosmogan.files.opening import open_maps
from workbench.tasks.cosmogan.files.wanted import Wanted
from workbench.tasks.cosmogan.samples import MapBatches
from workbench.tasks.cosmogan.simulated import Simulated
from workbench.tasks.cosmogan.symmetries import turned, ways

_BLOCK = 1024  # maps read at once
_SAMPLED = 64  # maps that tell one sample from another


class ConvergenceData(BatchedData[Maps]):
    """Convergence maps for training, validation and test.

    Without ``path`` the maps are simulated once and kept in the cache. The last maps
    are the test sample and those before them the validation sample. Neither a box of
    particles nor a large map that is cut into squares is ever divided; where all
    squares are of one map, a row of them between two samples is used by none.

    Args:
        path: A store, a file or a folder in a layout that is read.
        maps: Training maps: 8,192 are simulated, all of ``path`` are used, if not
            given.
        val_maps: Validation maps; at least as many where boxes or large maps stay
            whole.
        test_maps: Test maps; likewise.
        pixels: Along a side: 64 are simulated, those of ``path`` are kept, if not
            given; larger maps of ``path`` are cut into squares.
        field: Patch of sky by name: wide is simulated, what ``path`` says is believed,
            if not given.
        degrees: Along a side, where it is not the named field's; of ``path`` before
            any cut.
        kind: How maps are simulated: as lognormal fields, or from boxes of particles.
        boxes: Of particles, which training, validation and test share out.
        particles: Along a side of a box.
        galaxies: Per square arcminute, whose shapes add noise to simulated maps.
        smoothing: Of simulated maps, standard deviation of a Gaussian in arcminutes.
        cosmologies: Pairs of Ω_m and σ8 that simulated maps go through in turn.
        symmetries: Whether training maps are turned and mirrored at random.
        seed: Of the simulation, of the order of batches and of how maps lie.
        batch_size: Maps in a step of one process.
        workers: Processes that load batches; 0 loads in the training process.

    Raises:
        BadInput: a number out of range, or with ``path`` what only simulated maps have.
    """

    def __init__(
        self,
        path: str | None = None,
        maps: int | None = None,
        val_maps: int = 1024,
        test_maps: int = 4096,
        pixels: int | None = None,
        field: Literal["wide", "cosmogan"] | None = None,
        degrees: float | None = None,
        kind: Literal["lognormal", "particles"] = "lognormal",
        boxes: int = 4,
        particles: int = 128,
        galaxies: float | None = None,
        smoothing: float = 0.0,
        cosmologies: list[list[float]] | None = None,
        symmetries: bool = True,
        seed: int = 0,
        batch_size: int = 64,
        workers: int = 0,
    ) -> None:
        super().__init__()
        for name, number, least in (
            ("maps", 1 if maps is None else maps, 1),
            ("val_maps", val_maps, 0),
            ("test_maps", test_maps, 0),
            ("pixels", 1 if pixels is None else pixels, 1),
            ("seed", seed, 0),
            ("batch_size", batch_size, 1),
            ("workers", workers, 0),
        ):
            if number < least:
                raise BadInput(f"{name} {number}: type --data.{name}={least} or more")
        self.save_hyperparameters()
        self.path = Path(path) if path else None
        self.maps = 8192 if maps is None and path is None else maps
        self.val_maps, self.test_maps = val_maps, test_maps
        self.symmetries = symmetries
        self.seed, self.batch_size, self.workers = seed, batch_size, workers
        observed: dict[str, Any] = {
            "galaxies": galaxies,
            "smoothing": smoothing,
            "cosmologies": _pairs(cosmologies),
        }
        self._simulated: Simulated | None = None
        if self.path is None:
            sky = Field.named(field or "wide", pixels or 64)
            sky = replace(sky, degrees=degrees or sky.degrees)
            sizes = self.maps or 0, val_maps, test_maps
            made = {"kind": kind, "boxes": boxes, "particles": particles}
            self._simulated = Simulated(sky, *sizes, seed, **made, **observed)
        elif given := [name for name, value in observed.items() if value]:
            raise BadInput(
                f"{given[0]}: is of simulated maps alone: leave out --data.{given[0]} "
                "or --data.path"
            )
        named = Wanted.named(field, pixels) if field else Wanted(pixels)
        self._known = replace(named, degrees=degrees or named.degrees)
        self._cuts: tuple[int, int] = (0, 0)

    @property
    def store(self) -> Path:
        """Where the maps are read from while training."""
        if self._simulated:
            return self._simulated.path
        assert self.path is not None
        return self.path

    def make(self) -> None:
        """Simulate the maps unless the cache has them."""
        if self._simulated and not self.store.exists():
            self._simulated.make()

    def setup(self, stage: str | None = None) -> None:
        """Open the maps and divide them.

        Raises:
            BadInput: the file is missing or damaged, says nowhere how wide its maps
                are, or has too few.
        """
        maps = open_maps(self.store, None if self._simulated else self._known)
        self.opened = maps
        group = np.arange(len(maps)) if maps.group is None else maps.group
        held = self.val_maps + (maps.gap if self.val_maps and self.test_maps else 0)
        self._cuts = cuts(group, self.test_maps, held)
        if stage == "fit":
            self._refuse_no_batch()
        split = {"validate": "val", "test": "test"}.get(stage or "")
        if split and not np.diff(self.bounds(split))[0]:
            raise BadInput(
                f"{self.store}: no maps to {stage}: type --data.{split}_maps=1024 or "
                "another number above 0"
            )

    def _refuse_no_batch(self) -> None:
        """Refuse training maps that make no batch."""
        order = self.order("train")
        if len(order):
            return
        first, last = self.bounds("train")
        raise BadInput(
            f"{self.store}: {last - first} of {len(self.source):,} maps are left to "
            f"train on, too few for a batch of {self.batch_size * order.world_size}: "
            "lower --data.test_maps, --data.val_maps or --data.batch_size"
        )

    @property
    def field(self) -> Field:
        """The patch of sky of every map."""
        return self.source.field

    @property
    def conditional(self) -> bool:
        """Whether the maps are of several cosmologies, which batches then say."""
        known = self.source.parameters
        return known is not None and bool((known != known[0]).any())

    def bounds(self, split: str) -> tuple[int, int]:
        """First and past-the-last row of a split: train, val, test or predict."""
        total, gap = len(self.source), self.source.gap
        val, test = self._cuts
        end_val = max(val, test - gap) if test < total else test
        end_train = max(0, val - gap) if val < total else val
        if self.maps is not None:
            end_train = min(self.maps, end_train)
        return {
            "train": (0, end_train),
            "val": (val, end_val),
            "test": (test, total),
            "predict": (0, total),
        }[split]

    def sample(self, row: int) -> dict[str, Any]:
        """One map as ``plot`` takes it: ``image`` (1, S, S), ``index``, ``field``."""
        batch = self.batches[np.array([row])]
        sample: dict[str, Any] = {name: value[0] for name, value in batch.items()}
        return sample | {"field": self.field}

    def training_maps(self, most: int = 1024) -> np.ndarray:
        """Training maps (n, S, S) float32, all or evenly chosen, to fit things to."""
        first, last = self.bounds("train")
        count = min(most, last - first)
        return self.source.read(np.linspace(first, last - 1, count).astype(np.int64))

    @cached_property
    def moments(self) -> tuple[float, float]:
        """Mean and standard deviation of all pixels of the training maps."""
        first, last = self.bounds("train")
        sums = np.zeros(3)
        for start in range(first, last, _BLOCK):
            rows = slice(start, min(start + _BLOCK, last))
            values = self.source.read(rows).astype(np.float64)
            sums += [values.size, values.sum(), (values**2).sum()]
        mean, square = sums[1:] / sums[0]
        return float(mean), float(np.sqrt(square - mean**2))

    @property
    def mean(self) -> float:
        """Mean κ of the training maps."""
        return self.moments[0]

    @property
    def std(self) -> float:
        """Standard deviation of κ in the training maps."""
        return self.moments[1]

    @cached_property
    def fingerprint(self) -> str:
        """What tells these maps from others, wherever the file is."""
        maps = self.source
        if "fingerprint" in maps.about:
            return str(maps.about["fingerprint"])
        rows = np.linspace(0, len(maps) - 1, _SAMPLED).astype(np.int64)
        content = sha256(f"{len(maps)} {maps.field}".encode())
        content.update(maps.read(np.unique(rows)).tobytes())
        return content.hexdigest()[:16]

    @property
    def batches(self) -> MapBatches:
        """Batches of maps, asked for by the numbers of their rows."""
        return MapBatches(self.source, self.conditional)

    def on_after_batch_transfer(self, batch: Any, dataloader_idx: int) -> Any:
        """Turn and mirror training maps, by seed, epoch and row."""
        trainer = self.trainer
        if trainer is None or not trainer.training or not self.symmetries:
            return batch
        loader: Any = trainer.train_dataloader
        order: Rows = loader.sampler
        known = ways(self.seed, order.epoch - order.ahead, len(self.source))
        how = known[batch["index"].cpu().numpy()]
        return {**batch, "image": turned(batch["image"], how)}


def _pairs(cosmologies: list[list[float]] | None) -> tuple[tuple[float, float], ...]:
    """Ω_m and σ8 of each cosmology.

    Raises:
        BadInput: one is no pair.
    """
    for pair in cosmologies or ():
        if len(pair) != 2:
            raise BadInput(
                f"cosmologies {pair}: give pairs of Ω_m and σ8: type "
                "--data.cosmologies=[[0.26,0.798],[0.3,0.8]]"
            )
    return tuple((one, two) for one, two in cosmologies or ())
