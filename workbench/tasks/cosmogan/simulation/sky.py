"""What is simulated: which sky, by which method, seen how well."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.simulation.cosmology import FIDUCIAL, Cosmology
from workbench.tasks.cosmogan.simulation.matter import SOURCES

KINDS = ("lognormal", "particles")
BOX = 160.0  # Mpc/h, along a side of a box of particles
_REACH = 4  # standard deviations that a smoothing looks beyond the edge


@dataclass(frozen=True)
class Sky:
    """A kind of simulated maps.

    Attributes:
        field: The patch of sky; its source redshift is known.
        kind: ``lognormal``, or ``particles`` for boxes of matter with filaments.
        cosmologies: Maps go through them in turn, boxes of particles likewise.
        noise: Galaxies per square arcminute and rms ellipticity |ε| (both components),
            whose random shapes add noise; ``None`` for none.
        smoothing: Standard deviation of a Gaussian in arcminutes; 0 for none.
        boxes: Of particles; maps of one box share its structures.
        particles: Along a side of a box.

    Raises:
        BadInput: what cannot be simulated.
    """

    field: Field
    kind: str = "lognormal"
    cosmologies: tuple[Cosmology, ...] = (FIDUCIAL,)
    noise: tuple[float, float] | None = None
    smoothing: float = 0.0
    boxes: int = 4
    particles: int = 128

    def __post_init__(self) -> None:
        pixels, degrees, source = self.field.pixels, self.field.degrees, self.source
        if self.kind not in KINDS:
            raise BadInput(f"kind {self.kind!r}: choose from {', '.join(KINDS)}")
        if pixels < 8 or pixels % 2:
            raise BadInput(f"pixels {pixels}: give an even number of 8 or more")
        if not 0 < degrees <= 10:
            raise BadInput(f"degrees {degrees:g}: give more than 0, at most 10")
        if not SOURCES[0] <= source <= SOURCES[1]:
            raise BadInput(f"source {source:g}: give a redshift of 0.5 to 2.5")
        if not self.cosmologies:
            raise BadInput("no cosmology: give at least one pair of omega_m and sigma8")
        if self.noise and min(self.noise) <= 0:
            raise BadInput(f"noise {self.noise}: give galaxies and ellipticity above 0")
        if not 0 <= self.margin <= pixels // 2:
            most = (pixels // 2 - 1) / _REACH * self.field.arcmin
            raise BadInput(f"smoothing {self.smoothing:g}: give 0 to {most:.1f} arcmin")
        if self.kind == "particles":
            self._fits()

    def _fits(self) -> None:
        if self.boxes < 1:
            raise BadInput(f"boxes {self.boxes}: give at least 1")
        if self.particles < 16 or self.particles % 2:
            raise BadInput(
                f"particles {self.particles}: give an even number of 16 or more"
            )
        wide = np.radians(self.field.degrees)
        for one in self.cosmologies:
            if wide * one.distance(self.source) > BOX:
                most = np.degrees(BOX / one.distance(self.source))
                raise BadInput(
                    f"degrees {self.field.degrees:g}: a box of particles is "
                    f"{most:.2f} wide at its far end: give less, or kind lognormal"
                )

    @property
    def source(self) -> float:
        """Redshift of the sources.

        Raises:
            BadInput: the field has none.
        """
        if self.field.source is None:
            raise BadInput("the field has no source redshift: give one")
        return self.field.source

    @property
    def margin(self) -> int:
        """Pixels that are simulated beyond each edge, for the smoothing to see."""
        if not self.smoothing:
            return 0
        return int(np.ceil(_REACH * self.smoothing / self.field.arcmin))

    def box(self, maps: int, number: np.ndarray) -> np.ndarray:
        """What no split divides: the box of a map, which shares its structures.

        Boxes follow one another, in equal shares of all maps; a lognormal map is a
        realisation of its own.
        """
        if self.kind == "lognormal":
            return number
        return number * self.boxes // maps

    def cosmology(self, maps: int, number: int) -> Cosmology:
        """The cosmology of a map, the same throughout its box."""
        box = int(self.box(maps, np.array(number)))
        return self.cosmologies[box % len(self.cosmologies)]

    def parameters(self, maps: int) -> np.ndarray:
        """Ωm, σ8 and box of every map, (maps, 3)."""
        box = self.box(maps, np.arange(maps))
        turn = [(one.omega_m, one.sigma8) for one in self.cosmologies]
        return np.column_stack([np.array(turn)[box % len(turn)], box])

    def about(self) -> dict[str, Any]:
        """The same as plain types, without what does not bear on this kind."""
        said = asdict(self)
        if self.kind == "lognormal":
            del said["boxes"], said["particles"]
        return said
