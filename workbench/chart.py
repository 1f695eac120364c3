"""Fields on the globe as people look at them: what a task hands to whoever draws."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workbench.errors import BadInput

UNEVEN = 0.5  # grid spacings that a row or column may be off its even place


@dataclass(frozen=True)
class Field:
    """One quantity at every point of the grid, and the colours it is shown in.

    Attributes:
        name: Short, as the file has it.
        values: (rows, columns) in ``unit``; not a number where nothing is known.
        unit: As people write it.
        meaning: What it is, in words.
        colours: Name of a matplotlib colour map.
        low: Value of the first colour; lower values have it too.
        high: Value of the last.
        log: Whether colours go with the logarithm.
    """

    name: str
    values: np.ndarray
    unit: str
    meaning: str
    colours: str
    low: float
    high: float
    log: bool = False

    @property
    def label(self) -> str:
        """Name and unit."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class Areas:
    """Which class each point of the grid is in, as somebody says.

    Attributes:
        name: Who: the truth, a network, a person.
        codes: (rows, columns); codes of none of the chart's kinds have no outline.
        dash: Lengths of strokes and gaps of the outline, in widths of the line; solid
            if empty.
        shown: Whether the outlines are there before somebody asks for them.
    """

    name: str
    codes: np.ndarray
    dash: tuple[float, ...] = ()
    shown: bool = True


@dataclass(frozen=True)
class Kind:
    """A class whose areas are outlined."""

    code: int
    name: str
    colour: str


@dataclass(frozen=True)
class Chart:
    """A map of the globe: fields to choose from, outlines and lines laid over them.

    Attributes:
        title: What and when.
        lat: Degrees north, (rows,), south first, evenly spaced.
        lon: Degrees east, (columns,), evenly all the way round.
        fields: At least one.
        areas: Whose outlines can be shown.
        kinds: Classes that are outlined.
        lines: Lines to find one's way by, each (points, 2), degrees east and north.

    Raises:
        BadInput: the grid is another, or something does not fit it.
    """

    title: str
    lat: np.ndarray
    lon: np.ndarray
    fields: tuple[Field, ...]
    areas: tuple[Areas, ...] = ()
    kinds: tuple[Kind, ...] = ()
    lines: tuple[np.ndarray, ...] = ()

    def __post_init__(self) -> None:
        if not self.fields:
            raise BadInput("no fields to show: give a sample with at least one channel")
        lat, lon = np.asarray(self.lat, float), np.asarray(self.lon, float)
        shape = len(lat), len(lon)
        for name, values in [
            *((field.name, field.values) for field in self.fields),
            *((areas.name, areas.codes) for areas in self.areas),
        ]:
            if values.shape != shape:
                raise BadInput(
                    f"{name} has the shape {values.shape}, the grid {shape}: give one "
                    "map on the grid of its `lat` and `lon`"
                )
        if min(shape) < 2 or not _even(lat, lat[-1] - lat[0], len(lat) - 1):
            raise BadInput("lat: not evenly spaced from south to north: regrid the map")
        if not _even(lon, 360, len(lon)):
            raise BadInput("lon: not evenly spaced round the globe: regrid the map")

    def field(self, name: str) -> Field:
        """The field of that name.

        Raises:
            BadInput: there is none.
        """
        for field in self.fields:
            if field.name == name:
                return field
        known = ", ".join(field.name for field in self.fields)
        raise BadInput(f"no channel {name!r} on this map: choose one of {known}")

    @cached_property
    def edges(self) -> tuple[float, float, float, float]:
        """West, east, south and north edge of the outermost points, degrees."""
        high = float(self.lat[-1] - self.lat[0]) / (len(self.lat) - 1) / 2
        west = float(self.lon[0]) - 180 / len(self.lon)
        return west, west + 360, float(self.lat[0]) - high, float(self.lat[-1]) + high

    def outlines(self, areas: Areas, kind: Kind) -> list[np.ndarray]:
        """Where the areas of one class end, lines of (points, 2) degrees east, north.

        They are closed over the date line and at the poles.
        """
        from contourpy import LineType, contour_generator

        inside = np.asarray(areas.codes) == kind.code
        if not inside.any():
            return []
        inside = np.pad(inside, ((1, 1), (0, 0)))
        inside = np.concatenate([inside, inside[:, :1]], 1).astype(np.float32)
        step = float(self.lat[-1] - self.lat[0]) / (len(self.lat) - 1)
        lat = float(self.lat[0]) + step * np.arange(-1, len(self.lat) + 1)
        lon = float(self.lon[0]) + 360 / len(self.lon) * np.arange(len(self.lon) + 1)
        found = contour_generator(
            lon, lat.clip(-90, 90), inside, line_type=LineType.Separate
        )
        return [_with_corners_only(np.asarray(line)) for line in found.lines(0.5)]


def _with_corners_only(line: np.ndarray) -> np.ndarray:
    """The same line without points that lie on its straight parts."""
    step = np.diff(line, axis=0)
    turn = step[:-1, 0] * step[1:, 1] - step[:-1, 1] * step[1:, 0]
    bends = np.abs(turn) > 1e-3 * np.abs(step).max() ** 2
    return line[np.concatenate([[True], bends, [True]])]


def _even(places: np.ndarray, span: float, number: int) -> bool:
    """Whether places are about where so many equal steps along the span put them."""
    step = span / number
    wanted = places[0] + step * np.arange(len(places))
    return step > 0 and bool((np.abs(places - wanted) < UNEVEN * step).all())
