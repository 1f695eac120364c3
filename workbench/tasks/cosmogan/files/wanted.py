"""What a person says of a field that its file may not."""

from dataclasses import dataclass

from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import FIELDS, Field
from workbench.tasks.cosmogan.files.found import Found

_SAME = 5e-3  # by which what a person and a file say may differ


@dataclass(frozen=True)
class Wanted:
    """What is known of maps before their file is opened, and how large they are to be.

    Attributes:
        pixels: Along a side; larger maps are cut into squares. As they are if ``None``.
        degrees: Along the shorter side of a map as the file has it, before any cut.
        source: Redshift of the lensed galaxies.
    """

    pixels: int | None = None
    degrees: float | None = None
    source: float | None = None

    @classmethod
    def named(cls, name: str, pixels: int | None = None) -> "Wanted":
        """Maps whose file shows the field of that name.

        Raises:
            BadInput: no such name.
        """
        known = Field.named(name, pixels or 1)
        return cls(pixels, known.degrees, known.source)


def settled(found: Found, wanted: Wanted | Field | None) -> Field:
    """The field of the maps, from what their file and a person say.

    Args:
        found: The maps.
        wanted: What a person says: of the maps of the file, or the very field to get.

    Raises:
        BadInput: nobody says how wide the maps are, they are no squares, or file and
            person disagree.
    """
    wanted = wanted or Wanted()
    if wanted.degrees is not None and not wanted.degrees > 0:
        raise BadInput(f"degrees {wanted.degrees:g}: give more than 0")
    _, rows, columns = found.stack.shape
    pixels = wanted.pixels
    if pixels is None:
        if rows != columns:
            raise BadInput(
                f"{found.path}: its maps are {rows} × {columns}, wanted squares: crop "
                f"them, or have squares cut: type --pixels {min(rows, columns)}"
            )
        pixels = rows
    scale = wanted.degrees
    if scale is not None:
        by_person = wanted.pixels if isinstance(wanted, Field) else min(rows, columns)
        scale /= by_person or 1
    if scale is None and found.scale is None:
        raise BadInput(
            f"{found.path}: says nowhere how wide its maps are: type --field "
            f"{' or '.join(FIELDS)}, or --degrees 3.5"
        )
    for what, said, known in (
        ("degrees a pixel", scale, found.scale),
        ("as redshift of the sources", wanted.source, found.source),
    ):
        if said and known and abs(said / known - 1) > _SAME:
            raise BadInput(
                f"{found.path}: says {known:.4g} {what}, not {said:.4g}: leave out "
                "--field and --degrees, or give the other file"
            )
    degrees = pixels * (found.scale or scale or 0.0)
    return Field(pixels, degrees, found.source or wanted.source)
