"""What a folder or file of maps consists of, each piece read when it is wanted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from workbench.errors import BadInput


@dataclass(frozen=True)
class Part:
    """Maps that are read at once.

    Attributes:
        path: The file, for errors.
        time: Of its first map; NaT where nobody says.
        maps: How many.
        read: Gives them in the one form.
        sequence: Of its first map, where the file says.
    """

    path: Path
    time: np.datetime64
    maps: int
    read: Callable[[], xr.Dataset]
    sequence: int = 0


@dataclass(frozen=True)
class Parts:
    """All maps of a folder or file, in the order of their dates.

    Attributes:
        path: The folder or file.
        layout: Its name.
        each: The pieces.
        annotators: The most people who drew on a map.
        simulated: Whether a generator made them and knows the truth.
    """

    path: Path
    layout: str
    each: tuple[Part, ...]
    annotators: int
    simulated: bool = False

    @property
    def maps(self) -> int:
        """How many maps there are."""
        return sum(part.maps for part in self.each)


def damaged(path: Path, error: BadInput) -> Part:
    """A file that does not open, counted as one map: whoever reads it learns why.

    Having no date it comes first, so that nothing is read in vain before.
    """

    def read() -> xr.Dataset:
        raise error

    return Part(path, np.datetime64("NaT"), 1, read)


def in_order(parts: Iterable[Part]) -> tuple[Part, ...]:
    """By sequence, then date; those without a date first, by name."""

    def place(part: Part) -> tuple[int, int, str]:
        known = not np.isnat(part.time)
        date = int(part.time.astype("datetime64[s]").astype(np.int64)) if known else 0
        return part.sequence, date, str(part.path)

    return tuple(sorted(parts, key=place))
