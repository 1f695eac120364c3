"""A square patch of sky: how many pixels, how wide, how far the lensed galaxies are."""

from dataclasses import dataclass

from workbench.errors import BadInput

# Width in degrees and redshift of the sources, by name. The second is that of the
# CosmoGAN paper (arXiv:1706.02390): its width is that of the paper's pictures, its
# redshift is inferred from the height of its power spectrum, not stated.
FIELDS = {"wide": (3.5, 1.0), "cosmogan": (0.866, 2.0)}


@dataclass(frozen=True)
class Field:
    """A square patch of sky on a grid.

    Attributes:
        pixels: Along a side.
        degrees: Along a side.
        source: Redshift of the galaxies whose light is bent; ``None`` if unknown.
    """

    pixels: int
    degrees: float
    source: float | None = None

    @classmethod
    def named(cls, name: str, pixels: int) -> "Field":
        """A field by its name in ``FIELDS``.

        Raises:
            BadInput: no such name.
        """
        if name not in FIELDS:
            known = ", ".join(FIELDS)
            raise BadInput(f"field {name!r}: no such field: choose from {known}")
        return cls(pixels, *FIELDS[name])

    def like(self, other: "Field") -> bool:
        """Whether maps can be compared: same size, width and, where known, sources."""
        sources = {self.source, other.source} - {None}
        same = self.pixels == other.pixels and len(sources) < 2
        return same and abs(self.degrees - other.degrees) < 1e-3 * self.degrees

    @property
    def arcmin(self) -> float:
        """Width of a pixel in minutes of arc."""
        return 60 * self.degrees / self.pixels

    @property
    def fundamental(self) -> float:
        """Multipole l of one wave across the field."""
        return 360 / self.degrees

    @property
    def nyquist(self) -> float:
        """Multipole l of one wave in two pixels."""
        return self.fundamental * self.pixels / 2
