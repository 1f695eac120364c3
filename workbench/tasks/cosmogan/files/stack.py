"""Maps in a file that are read piece by piece, by any process."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, final

import numpy as np

from workbench.damage import whole
from workbench.errors import BadInput


class Stack(Protocol):
    """Maps (N, rows, columns) of which any rectangle can be read."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Maps, rows, columns."""
        ...

    def window(self, maps: slice, rows: slice, columns: slice) -> np.ndarray:
        """A rectangle of neighbouring maps, float32; slices have both ends."""
        ...

    def close(self) -> None:
        """Let go of the file until it is read again."""
        ...


def plain_shape(shape: Sequence[int]) -> tuple[int, int, int] | None:
    """Maps, rows, columns of an array that is a stack; ``None`` if it is none."""
    match tuple(map(int, shape)):
        case (rows, columns):
            return 1, rows, columns
        case (maps, rows, columns) | (maps, 1, rows, columns):
            return maps, rows, columns
        case (maps, rows, columns, 1):
            return maps, rows, columns
        case _:
            return None


@final
class FileStack:
    """The array of one file; each process that reads it opens it for itself.

    Args:
        path: The file, for errors.
        opener: Gives something that slices like an array of κ, of shape (S, S),
            (N, S, S), (N, 1, S, S) or (N, S, S, 1); it can be sent to other processes.

    Raises:
        BadInput: the array is no stack of maps, or the file is damaged.
    """

    def __init__(self, path: Path, opener: Callable[[], Any]) -> None:
        self.path, self._opener = path, opener
        self._array: Any = None
        with whole(path):
            array = opener()
            shape, dtype = tuple(map(int, array.shape)), np.dtype(array.dtype)
        plain = plain_shape(shape)
        if plain is None or 0 in shape:
            raise BadInput(
                f"{path}: its shape is {shape}, wanted (maps, S, S), or (S, S) for one "
                "map: give one number a pixel"
            )
        if dtype.kind != "f":
            raise BadInput(
                f"{path}: holds {dtype.name}, wanted floating-point numbers, κ itself: "
                "convert it, such as with numpy's .astype('float32')"
            )
        self.shape: tuple[int, int, int] = plain
        self._stored = shape

    def window(self, maps: slice, rows: slice, columns: slice) -> np.ndarray:
        """A rectangle of neighbouring maps, float32; slices have both ends."""
        index: list[Any] = [maps, rows, columns]
        if len(self._stored) == 2:
            del index[0]
        elif len(self._stored) == 4:
            index.insert(1 if self._stored[1] == 1 else 3, 0)
        size = [part.stop - part.start for part in (maps, rows, columns)]
        with whole(self.path), np.errstate(over="ignore"):  # infinities are refused
            if self._array is None:
                self._array = self._opener()
            part = np.asarray(self._array[tuple(index)]).reshape(size)
            return part.astype(np.float32, copy=False)

    def close(self) -> None:
        """Let go of the file until it is read again."""
        self._array = None

    def __getstate__(self) -> dict[str, Any]:
        """Without the open array, which belongs to this process."""
        return self.__dict__ | {"_array": None}
