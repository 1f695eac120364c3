"""A numpy file that grows row by row and is whole again after an interruption."""

import os
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np

from workbench.writing import write_all

_BLOCK = 1 << 24  # bytes read at a time while checking


class GrowingArray:
    """Rows of one dtype appended to an .npy file; the header follows at the end.

    Attributes:
        rows: Rows that count; bytes after them are cut off by :meth:`cut`.
        crc: CRC-32 of those rows.
    """

    def __init__(self, path: Path, dtype: np.dtype) -> None:
        self.path, self.dtype = path, dtype
        self.rows, self.crc = 0, 0
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        self._first = len(self._header())
        if os.fstat(self._file).st_size < self._first:
            os.ftruncate(self._file, 0)
            write_all(self._file, self._header())
        os.lseek(self._file, self._first, os.SEEK_SET)

    def _header(self) -> bytes:
        """The .npy header; numpy pads it so that its length does not change."""
        text = BytesIO()
        descr = np.lib.format.dtype_to_descr(self.dtype)
        np.lib.format.write_array_header_1_0(
            text, {"descr": descr, "fortran_order": False, "shape": (self.rows,)}
        )
        return text.getvalue()

    def append(self, values: np.ndarray) -> None:
        """Add rows at the end."""
        data = np.ascontiguousarray(values, self.dtype).tobytes()
        write_all(self._file, data)
        self.rows += len(values)
        self.crc = zlib.crc32(data, self.crc)

    def accept(self, rows: int, crc: int) -> bool:
        """Whether the file goes on to ``rows`` rows with that checksum.

        Called with rising ``rows`` after an interruption; what is accepted counts.
        """
        left = (rows - self.rows) * self.dtype.itemsize
        seen = self.crc
        while left > 0 and (data := os.read(self._file, min(left, _BLOCK))):
            seen = zlib.crc32(data, seen)
            left -= len(data)
        if left != 0 or seen != crc:
            return False
        self.rows, self.crc = rows, crc
        return True

    def cut(self, rows: int, crc: int) -> None:
        """Go back to ``rows`` rows."""
        self.rows, self.crc = rows, crc
        os.ftruncate(self._file, self.bytes)
        os.lseek(self._file, self.bytes, os.SEEK_SET)

    def finish(self) -> None:
        """Write the true header and bring everything to the disk."""
        os.lseek(self._file, 0, os.SEEK_SET)
        write_all(self._file, self._header())
        os.fsync(self._file)

    @property
    def bytes(self) -> int:
        """Size of the file."""
        return self._first + self.rows * self.dtype.itemsize

    def close(self) -> None:
        """Release the file."""
        os.close(self._file)
