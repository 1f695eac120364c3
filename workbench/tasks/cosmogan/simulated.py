"""A sample of simulated maps that is made once and kept in the cache."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, final

from workbench.errors import BadInput
from workbench.paths import kept
from workbench.tasks.cosmogan.field import Field


@final
@dataclass(frozen=True)
class Simulated:
    """What is simulated for training, validation and test.

    Attributes:
        field: The patch of sky.
        maps: For training.
        val_maps: For validation.
        test_maps: For test.
        seed: Of the simulation.
        kind: ``lognormal`` or ``particles``.
        boxes: Of particles.
        particles: Along a side of a box.
        galaxies: Per square arcminute, whose shapes add noise; ``None`` for none.
        smoothing: Standard deviation of a Gaussian, arcminutes.
        cosmologies: Ω_m and σ8 that maps, or boxes, go through in turn.

    Raises:
        BadInput: there are too few boxes to hold some out.
    """

    field: Field
    maps: int
    val_maps: int
    test_maps: int
    seed: int
    kind: str
    boxes: int
    particles: int
    galaxies: float | None
    smoothing: float
    cosmologies: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if self.kind == "particles" and self.boxes < 3 * self._turns:
            raise BadInput(
                f"boxes {self.boxes}: training, validation and test want boxes of "
                f"their own: type --data.boxes={3 * self._turns} or more"
            )

    @property
    def _turns(self) -> int:
        """Boxes that a sample has at least, so that it has every cosmology."""
        return max(1, len(self.cosmologies))

    @property
    def total(self) -> int:
        """Maps in all; equally many of each box, of which no sample shares one."""
        wanted = self.maps, self.val_maps, self.test_maps
        if self.kind == "lognormal":
            return sum(wanted)
        each = 1
        while sum(max(self._turns, -(-maps // each)) for maps in wanted) > self.boxes:
            each += 1
        return self.boxes * each

    @property
    def path(self) -> Path:
        """Where they are in the cache, by settings and by the simulator's code."""
        from workbench.tasks.cosmogan.simulation import recipe

        said = json.dumps([asdict(self), recipe()]).encode()
        stamp = sha256(said).hexdigest()[:8]
        size = f"{self.field.pixels}-{self.total}"
        return kept("cosmogan", f"{self.kind}-{size}-seed{self.seed}-{stamp}")

    def make(self) -> None:
        """Simulate them, going on where an interrupted simulation stopped.

        Raises:
            BadInput: what cannot be simulated.
        """
        from workbench.tasks.cosmogan.make import SHAPES, make_store
        from workbench.tasks.cosmogan.simulation.cosmology import Cosmology

        settings: dict[str, Any] = {"smoothing": self.smoothing}
        if self.galaxies is not None:
            settings["noise"] = (self.galaxies, SHAPES)
        if self.cosmologies:
            settings["cosmologies"] = tuple(Cosmology(*c) for c in self.cosmologies)
        if self.kind == "particles":
            settings |= {"boxes": self.boxes, "particles": self.particles}
        make_store(self.path, self.total, self.seed, self.field, self.kind, **settings)
