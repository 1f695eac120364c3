"""Weather maps in batches: simulated on the spot, or from files in a public layout."""

from pathlib import Path
from typing import Any, Literal

import numpy as np

from workbench.batched import BatchedData
from workbench.cuts import cuts
from workbench.errors import BadInput
from workbench.paths import kept
from workbench.tasks.climate.conventions import LATITUDE, LONGITUDE
from workbench.tasks.climate.files.convert import convert, stamp
from workbench.tasks.climate.generator import recipe
from workbench.tasks.climate.make import make_store
from workbench.tasks.climate.samples import MapBatches
from workbench.tasks.climate.sphere import row_areas
from workbench.tasks.climate.splits import groups
from workbench.tasks.climate.store import Store, is_own
from workbench.tasks.climate.suited import refuse_channels, refuse_grid, refuse_truth
from workbench.tasks.climate.variables import NAMES

Size = Literal["96x144", "192x288", "384x576", "768x1152"]


class ClimateData(BatchedData[Store]):
    """Weather maps for training, validation and test.

    Without ``path`` the maps are simulated once and kept in the cache. Files in another
    layout than the store are turned into a store in the cache first. The last maps are
    the test sample and those before them the validation sample; a simulated sequence,
    or a year of files with dates, is never divided.

    Args:
        path: A store, or a file or folder in a layout that is read.
        maps: Training maps: 200 are simulated, all of ``path`` are used, if not given.
        val_maps: Validation maps; of ``path`` at least as many.
        test_maps: Test maps; of ``path`` at least as many.
        grid: Rows × columns: 96x144 is simulated, that of ``path`` is kept, if not
            given.
        steps: Maps in a simulated sequence.
        hours: Between two of them.
        annotators: Who draw on simulated maps.
        seed: Of the simulation and of the order of batches.
        batch_size: Maps in a step of one process.
        channels: Variables by name; all sixteen if not given.
        truth: Whether the mask is the generator's, or what most annotators say.
        workers: Processes that load batches; 0 loads in the training process.

    Raises:
        BadInput: a number out of range, an unknown channel, or a sample that divides a
            sequence.
    """

    def __init__(
        self,
        path: str | None = None,
        maps: int | None = None,
        val_maps: int = 24,
        test_maps: int = 61,
        grid: Size | None = None,
        steps: int = 1,
        hours: float = 3.0,
        annotators: int = 2,
        seed: int = 0,
        batch_size: int = 4,
        channels: list[str] | None = None,
        truth: Literal["construction", "annotators"] = "construction",
        workers: int = 0,
    ) -> None:
        super().__init__()
        for name, number, least in (
            ("maps", maps or 0, 0),
            ("val_maps", val_maps, 0),
            ("test_maps", test_maps, 0),
            ("steps", steps, 1),
            ("annotators", annotators, 0),
            ("batch_size", batch_size, 1),
            ("workers", workers, 0),
        ):
            if number < least:
                raise BadInput(f"{name} {number}: type --data.{name}={least} or more")
        self.save_hyperparameters()
        self.simulated = path is None
        self.path = Path(path) if path else None
        self.maps = 200 if maps is None and self.simulated else maps
        self.val_maps, self.test_maps = val_maps, test_maps
        self._grid: Size | None = grid
        self.steps, self.hours, self.annotators = steps, hours, annotators
        self.seed, self.batch_size, self.workers = seed, batch_size, workers
        self.names = list(channels or NAMES)
        self.truth = truth
        self._cuts: tuple[int, int] = (0, 0)
        self._refuse()

    def _refuse(self) -> None:
        """Refuse what no file is needed to see."""
        for name in self.names:
            if name not in NAMES or self.names.count(name) > 1:
                raise BadInput(
                    f"channel {name!r}: choose once each of {', '.join(NAMES)}: type "
                    "--data.channels=[TMQ,U850,V850,PSL] or others"
                )
        if not self.simulated:
            return
        for name in ("maps", "val_maps"):
            number = getattr(self, name)
            if number % self.steps:
                raise BadInput(
                    f"{name} {number}: divides a sequence of {self.steps}: type "
                    f"--data.{name}={number // self.steps * self.steps + self.steps}"
                )
        if self.truth == "annotators" and not self.annotators:
            raise BadInput("truth annotators: nobody draws: type --data.annotators=2")

    @property
    def _total(self) -> int:
        return (self.maps or 0) + self.val_maps + self.test_maps

    def make(self) -> None:
        """Simulate, or turn the files into a store, unless the cache has it."""
        if self.store.exists():
            return
        if self.path is None:
            make_store(
                self.store,
                self._total,
                self.seed,
                self._grid or "96x144",
                self.steps,
                self.hours,
                self.annotators,
            )
        else:
            convert(self.path, self.store, self._grid)

    @property
    def store(self) -> Path:
        """Where the maps are read from while training."""
        if self.path is None:
            grid = self._grid or "96x144"
            sample = f"{self._total}x{self.steps}x{self.hours:g}h-{self.annotators}"
            name = f"seed{self.seed}-{grid}-{sample}-{recipe()}.zarr"
            return kept("climate", name)
        if not self.path.exists():
            raise BadInput(f"{self.path}: no such file or folder")
        if is_own(self.path):
            return self.path
        grid = f"-{self._grid}" if self._grid else ""
        return kept("climate", f"{self.path.stem}-{stamp(self.path)}{grid}.zarr")

    def setup(self, stage: str | None = None) -> None:
        """Open the store and see that it has what is asked for.

        Raises:
            BadInput: a channel is missing, the grid is another, nobody says the
                classes, or there are too few maps.
        """
        store, path = Store(self.store), self.path or self.store
        refuse_channels(store, path, self.names)
        refuse_grid(store, path, self._grid)
        if stage != "predict":
            refuse_truth(store, path, self.truth)
        self.opened = store
        self._cuts = cuts(groups(store), self.test_maps, self.val_maps)
        if stage == "fit":
            self._refuse_no_batch(path)
        split = {"validate": "val", "test": "test"}.get(stage or "")
        if split and not np.diff(self.bounds(split))[0]:
            raise BadInput(
                f"{path}: no maps to {stage}: type --data.{split}_maps=24 or another "
                "number above 0"
            )

    def _refuse_no_batch(self, path: Path) -> None:
        """Refuse training maps that make no batch."""
        order = self.order("train")
        if len(order):
            return
        first, last = self.bounds("train")
        whole = "sequences" if self.source.simulated else "years"
        raise BadInput(
            f"{path}: {last - first} of {len(self.source)} maps are left to train on, "
            f"too few for a batch of {self.batch_size * order.world_size}; whole "
            f"{whole} are held out: lower --data.test_maps, --data.val_maps or "
            "--data.batch_size"
        )

    def bounds(self, split: str) -> tuple[int, int]:
        """First and past-the-last row of a split: train, val, test or predict."""
        total = len(self.source)
        val, test = self._cuts
        train = val if self.maps is None else min(self.maps, val)
        return {
            "train": (0, train),
            "val": (val, test),
            "test": (test, total),
            "predict": (0, total),
        }[split]

    def sample(self, row: int) -> dict[str, Any]:
        """One map as ``plot`` takes it: ``image``, ``lat``, ``lon``, ``time``, codes.

        Its ``image`` has the channels of ``names``.
        """
        batch = self.batches[np.array([row])]
        sample: dict[str, Any] = {name: value[0] for name, value in batch.items()}
        store = self.source
        sample |= {"lat": store.lat, "lon": store.lon, "time": store.time[row]}
        return sample | {"names": list(self.names)}

    def coordinates(self, rows: np.ndarray) -> dict[str, Any]:
        """When and where maps are, as xarray takes it: ``time``, ``lat``, ``lon``."""
        store = self.source
        return {
            "time": store.time[rows],
            "lat": ("lat", store.lat, LATITUDE),
            "lon": ("lon", store.lon, LONGITUDE),
        }

    @property
    def grid(self) -> str:
        """``ROWSxCOLUMNS`` of the maps."""
        return self.source.grid

    @property
    def area(self) -> np.ndarray:
        """Each row's share of the sphere, (H,), summing to 1."""
        return row_areas(self.source.lat)

    @property
    def class_counts(self) -> list[int]:
        """Points of each class in the training maps, those left out not counted.

        Where annotators say the truth, each of them counts.
        """
        first, last = self.bounds("train")
        counts = self.source.counts[first:last]  # (N, 1 + A, 3)
        who = slice(0, 1) if self.truth == "construction" else slice(1, None)
        return counts[:, who].sum((0, 1)).tolist()

    @property
    def fingerprint(self) -> str:
        """What tells these maps from others."""
        return str(self.source.about["fingerprint"])

    @property
    def batches(self) -> MapBatches:
        """Batches of maps, asked for by the numbers of their rows."""
        places = [self.source.channels.index(name) for name in self.names]
        return MapBatches(self.source, places, self.truth == "annotators")
