"""Square maps of one size, cut from larger ones where those are larger."""

from pathlib import Path
from typing import final

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.cosmogan.files.limits import refuse_unfit
from workbench.tasks.cosmogan.files.stack import Stack


@final
class Squares:
    """Disjoint squares of a stack of maps, read when they are asked for.

    They are numbered map by map and in each row by row; what is left over at the right
    and lower edges of a map that no whole number of squares fills is not read.

    Args:
        stack: The maps as their file has them.
        path: The file, for errors.
        pixels: Along a side.

    Attributes:
        across: Squares beside one another in a map.
        each: Squares in a map.

    Raises:
        BadInput: no such square fits into a map.
    """

    def __init__(self, stack: Stack, path: Path, pixels: int) -> None:
        maps, rows, columns = stack.shape
        if not 0 < pixels <= min(rows, columns):
            raise BadInput(
                f"{path}: no map of {pixels}² fits into its maps of {rows} × "
                f"{columns}: give from 1 to {min(rows, columns)} pixels"
            )
        self.stack, self.path, self.pixels = stack, path, pixels
        self.across = columns // pixels
        self.each = rows // pixels * self.across
        self.shape = (maps * self.each, pixels, pixels)
        self.dtype = np.dtype(np.float32)

    def __len__(self) -> int:
        """Number of squares."""
        return self.shape[0]

    def __getitem__(self, index: np.ndarray | slice) -> np.ndarray:
        """The squares of those rows, in that order, (n, S, S) float32.

        Raises:
            BadInput: one is not finite or the same everywhere, or the file is damaged.
        """
        rows = np.arange(len(self))[index]
        values = self.read(rows)
        refuse_unfit(values, rows, self.path)
        return values

    def read(self, rows: np.ndarray) -> np.ndarray:
        """The squares (n, S, S) of those rows as they are, float32."""
        if self.each > 1:
            parts = [self._cut(int(row)) for row in rows]
        else:
            # neighbours are read at once
            runs = np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1)
            side = slice(0, self.pixels)
            parts = [
                self.stack.window(slice(int(run[0]), int(run[-1]) + 1), side, side)
                for run in runs
                if len(run)
            ]
        return np.concatenate(parts) if parts else np.empty((0, *self.shape[1:]), "f4")

    def _cut(self, row: int) -> np.ndarray:
        """One square of a larger map, (1, S, S)."""
        of_map, place = divmod(row, self.each)
        first, second = (self.pixels * k for k in divmod(place, self.across))
        return self.stack.window(
            slice(of_map, of_map + 1),
            slice(first, first + self.pixels),
            slice(second, second + self.pixels),
        )
