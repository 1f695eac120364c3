"""Fields on the sphere from their spherical harmonics.

The coefficients of a field are real numbers in the order (0, 0), (1, 0), (1, 1 cos),
(1, 1 sin), (2, 0), …, so that those of a coarser grid are the first of a finer one's:
one seed gives one weather on every grid.
"""

from functools import cache

import numpy as np

from workbench.tasks.climate.sphere import Grid

FINEST = 192  # largest degree


def degree(grid: Grid) -> int:
    """The largest degree that a grid carries without aliasing."""
    return min(FINEST, grid.columns // 3)


@cache
def _order(largest: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Degree, order and whether a sine, of each coefficient up to a degree."""
    degrees = np.repeat(np.arange(largest + 1), 2 * np.arange(largest + 1) + 1)
    place = np.arange(len(degrees)) - degrees**2
    return degrees, (place + 1) // 2, (place > 0) & (place % 2 == 0)


def degrees_of(largest: int) -> np.ndarray:
    """The degree of each coefficient, (N,)."""
    return _order(largest)[0]


@cache
def _places(largest: int) -> tuple[np.ndarray, np.ndarray]:
    """Where each real coefficient stands among real and imaginary parts, its sign."""
    degrees, orders, sine = _order(largest)
    place = (orders * (largest + 1) + degrees) * 2 + sine
    return place, np.where(sine, -1, 1).astype(np.float32)


def packed(real: np.ndarray, largest: int) -> np.ndarray:
    """Complex coefficients (…, order, degree) of real ones (…, N)."""
    place, sign = _places(largest)
    parts = np.zeros((*real.shape[:-1], 2 * (largest + 1) ** 2), np.float32)
    parts[..., place] = real * sign
    table = parts.view(np.complex64)
    return table.reshape(*real.shape[:-1], largest + 1, largest + 1)


@cache
def _legendre(grid: Grid, largest: int) -> tuple[np.ndarray, ...]:
    """Normalised functions by order, each (degrees, rows), variance 1 on the sphere."""
    x, y = np.sin(np.radians(grid.lat)), np.cos(np.radians(grid.lat))
    tables: list[np.ndarray] = []
    start = np.ones_like(x)
    for m in range(largest + 1):
        if m:
            start = start * y * np.sqrt((2 * m + 1) / (2 * m))
        rows = [start, np.sqrt(2 * m + 3) * x * start]
        for n in range(m + 2, largest + 1):
            a = np.sqrt((4 * n * n - 1) / (n * n - m * m))
            b = np.sqrt(((n - 1) ** 2 - m * m) / (4 * (n - 1) ** 2 - 1))
            rows.append(a * (x * rows[-1] - b * rows[-2]))
        scale = 1.0 if m == 0 else np.sqrt(2)
        kept = np.array(rows[: largest + 1 - m]) * scale
        tables.append(kept.astype(np.float32))
    return tuple(tables)


def synthesis(table: np.ndarray, grid: Grid) -> np.ndarray:
    """Fields (…, rows, columns) from complex coefficients (…, order, degree).

    Coefficients of unit variance at one degree give 2 × degree + 1 of variance.
    """
    largest = table.shape[-1] - 1
    waves = np.zeros(
        (*table.shape[:-2], grid.rows, grid.columns // 2 + 1), np.complex64
    )
    for m, functions in enumerate(_legendre(grid, largest)):
        mine = table[..., m, m:]
        sums = np.real(mine) @ functions + 1j * (np.imag(mine) @ functions)
        waves[..., m] = sums if m == 0 else sums / 2
    return np.fft.irfft(waves, grid.columns, norm="forward").astype(np.float32)


def analysis(field: np.ndarray, grid: Grid, largest: int) -> np.ndarray:
    """Real coefficients (N,) that come nearest to a field, weighted by area."""
    waves = np.fft.rfft(field, norm="forward")
    real = np.zeros((largest + 1) ** 2)
    weight = np.sqrt(grid.area)[:, None]
    degrees, orders, sine = _order(largest)
    for m, functions in enumerate(_legendre(grid, largest)):
        scale = 1 if m == 0 else 2
        found = np.linalg.lstsq(
            functions.T * weight, scale * waves[:, m, None] * weight, rcond=None
        )[0][:, 0]
        mine = (orders == m) & ~sine
        real[mine] = found[degrees[mine] - m].real
        mine = (orders == m) & sine
        real[mine] = -found[degrees[mine] - m].imag
    return real
