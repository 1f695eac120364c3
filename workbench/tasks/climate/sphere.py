"""The sphere and the four grids that maps come on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workbench.errors import BadInput

RADIUS = 6.371e6  # m
DEGREE = np.pi / 180 * RADIUS  # m along a great circle
SIZES = ("96x144", "192x288", "384x576", "768x1152")  # latitudes × longitudes


@dataclass(frozen=True)
class Grid:
    """A regular grid from pole to pole, south first, and from 0° eastward."""

    rows: int
    columns: int

    @classmethod
    def named(cls, name: str) -> "Grid":
        """The grid called ``ROWSxCOLUMNS``.

        Raises:
            BadInput: not one of ``SIZES``.
        """
        if name not in SIZES:
            raise BadInput(f"no grid {name!r}: choose one of {', '.join(SIZES)}")
        rows, columns = name.split("x")
        return cls(int(rows), int(columns))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    @cached_property
    def lat(self) -> np.ndarray:
        """Degrees north, (rows,)."""
        return np.linspace(-90, 90, self.rows)

    @cached_property
    def lon(self) -> np.ndarray:
        """Degrees east, (columns,)."""
        return np.arange(self.columns) * (360 / self.columns)

    @cached_property
    def phi(self) -> np.ndarray:
        """Latitudes in radians as a column, (rows, 1), float32."""
        return np.radians(self.lat)[:, None].astype(np.float32)

    @cached_property
    def area(self) -> np.ndarray:
        """Each row's share of the sphere times its columns, (rows,), summing to 1."""
        return row_areas(self.lat)

    @property
    def step(self) -> float:
        """Degrees between rows."""
        return 180 / (self.rows - 1)


def row_areas(lat: np.ndarray) -> np.ndarray:
    """Share of the sphere that lies nearest to each of rising latitudes, (rows,)."""
    edge = np.concatenate([[-90], (lat[1:] + lat[:-1]) / 2, [90]])
    return np.diff(np.sin(np.radians(edge))) / 2


def eastward(field: np.ndarray, grid: Grid) -> np.ndarray:
    """The derivative along a parallel, per metre; rows at the poles copy the next."""
    width = 2 * np.radians(360 / grid.columns) * RADIUS * np.cos(grid.phi)
    slope = np.empty_like(field)
    slope[:, 1:-1] = field[:, 2:] - field[:, :-2]
    slope[:, 0] = field[:, 1] - field[:, -1]
    slope[:, -1] = field[:, 0] - field[:, -2]
    slope[1:-1] /= width[1:-1]
    slope[0], slope[-1] = slope[1], slope[-2]
    return slope


def northward(field: np.ndarray, grid: Grid) -> np.ndarray:
    """The derivative along a meridian, per metre."""
    slope = np.empty_like(field)
    height = grid.step * DEGREE
    slope[1:-1] = (field[2:] - field[:-2]) * np.float32(0.5 / height)
    slope[0], slope[-1] = slope[1], slope[-2]
    return slope
