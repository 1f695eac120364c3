"""Maps in FITS files: single ones, large ones and cubes, memory-mapped.

Degrees and redshift are read from the words that LensTools writes (``ANGLE``, ``Z``),
degrees else from celestial coordinates. Cubes written here have all of them.
"""

import json
import warnings
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from workbench.damage import damaged, whole
from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.attributes import UNIT
from workbench.tasks.cosmogan.files.found import Found
from workbench.tasks.cosmogan.files.kinds import refuse_unlike
from workbench.tasks.cosmogan.files.stack import FileStack
from workbench.writing import written

ENDINGS = (".fits", ".fit", ".fts")
MAGIC = b"SIMPLE  ="
_BLOCK = 2880  # bytes; a FITS file is a whole number of them
_ABOUT = "WBABOUT"
_UNEVEN = 1e-3  # of a pixel's width, by which its height may differ


def find_fits(path: Path) -> Found:
    """The maps in the first image of a FITS file.

    Raises:
        BadInput: there is no image, it is packed, or the file is truncated.
    """
    from astropy.utils.exceptions import AstropyWarning

    refuse_unlike(path, MAGIC, "FITS")
    with warnings.catch_warnings(), whole(path):
        # what they say of a short file and of odd headers is judged here
        warnings.simplefilter("ignore", AstropyWarning)
        header, place = _image(path)
        scale = _scale(header)
        about = json.loads(header.get(_ABOUT, "{}"))
    shape = tuple(header[f"NAXIS{k}"] for k in range(header["NAXIS"], 0, -1))
    bits = header["BITPIX"]
    kind = np.dtype(f">{'f' if bits < 0 else 'i'}{abs(bits) // 8}")
    missing = place + kind.itemsize * int(np.prod(shape)) - path.stat().st_size
    if missing > 0:
        raise damaged(path, f"{missing:,} bytes are missing")
    opener = partial(np.memmap, path, kind, "r", place, shape)
    source = header.get("Z")
    source = float(source) if isinstance(source, int | float) else None
    return Found(path, "fits", FileStack(path, opener), scale, source, about)


def _image(path: Path) -> tuple[Any, int]:
    """Header of the first image, and at which byte its numbers begin."""
    from astropy.io import fits

    with fits.open(path, disable_image_compression=True) as units:
        unit: Any
        for unit in units:
            image = isinstance(unit, fits.PrimaryHDU | fits.ImageHDU)
            if not image or not unit.header["NAXIS"]:
                continue
            if (unit.header.get("BSCALE", 1), unit.header.get("BZERO", 0)) != (1, 0):
                raise BadInput(
                    f"{path}: its numbers are scaled (BSCALE, BZERO): write κ itself "
                    "as floating-point numbers"
                )
            return unit.header.copy(), int(unit.fileinfo()["datLoc"])
        kinds = ", ".join(type(unit).__name__ for unit in units)
    raise BadInput(
        f"{path}: holds no image but {kinds}: give the file with the map; type "
        "`funpack FILE` where it is packed"
    )


def _scale(header: Any) -> float | None:
    """Degrees a pixel is wide, where the header says."""
    if "ANGLE" in header:
        return float(header["ANGLE"]) / header["NAXIS1"]
    if "CTYPE1" not in header:
        return None
    from astropy.wcs import WCS
    from astropy.wcs.utils import proj_plane_pixel_scales

    coordinates = WCS(header)
    if not coordinates.has_celestial:
        return None
    wide, high = map(float, proj_plane_pixel_scales(coordinates.celestial))
    return wide if abs(high / wide - 1) < _UNEVEN else None


def write_fits(
    path: Path,
    chunks: Iterable[np.ndarray],
    maps: int,
    field: Field,
    about: dict[str, Any],
) -> None:
    """Write maps as they come into one cube, whose third axis numbers them."""
    shape = (maps, field.pixels, field.pixels)
    size = 4 * int(np.prod(shape))
    with written(path) as file:
        file.write(_header(shape, field, about).tostring().encode())
        for chunk in chunks:
            file.write(chunk.astype(">f4").tobytes())
            if file.error:
                break
        file.write(bytes(-size % _BLOCK))


def _header(shape: tuple[int, int, int], field: Field, about: dict[str, Any]) -> Any:
    """Cards of a cube: the field about the origin of the sky, and what is known."""
    from astropy.io import fits

    maps, rows, columns = shape
    width = field.degrees / field.pixels
    cards: list[tuple[str, Any, str]] = [
        ("SIMPLE", True, "conforms to FITS standard"),
        ("BITPIX", -32, "array data type"),
        ("NAXIS", 3, "number of array dimensions"),
        ("NAXIS1", columns, ""),
        ("NAXIS2", rows, ""),
        ("NAXIS3", maps, "maps"),
        ("BTYPE", "convergence", "of gravitational lensing"),
        ("BUNIT", UNIT, "dimensionless"),
        ("ANGLE", field.degrees, "side angle in degrees"),
    ]
    if field.source is not None:
        cards.append(("Z", field.source, "redshift of the background sources"))
    for axis, name, step in (("1", "RA---TAN", -width), ("2", "DEC--TAN", width)):
        cards += [
            (f"CTYPE{axis}", name, "maps have no place: any would do"),
            (f"CRVAL{axis}", 0.0, "degrees"),
            (f"CRPIX{axis}", (field.pixels + 1) / 2, "the middle"),
            (f"CDELT{axis}", step, "degrees a pixel"),
            (f"CUNIT{axis}", "deg", ""),
        ]
    cards.append(("CTYPE3", "MAP", "their numbers"))
    if "seed" in about:
        cards.append(("SEED", about["seed"], "of the random numbers"))
    if "run" in about:
        run = str(about["run"]).encode("ascii", "backslashreplace").decode()
        cards.append(("RUN", run, "that drew the maps"))
    cards.append((_ABOUT, json.dumps(about), "how they were made, JSON"))
    return fits.Header(cards)
