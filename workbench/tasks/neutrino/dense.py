"""Sparse events as the dense images that networks read."""

import numpy as np
import torch
from numba import njit

from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.geometry import COLUMN, STRIPS, VIEW, columns

_VALUE = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)


@njit(nogil=True, cache=True)
def _fill(
    hits: np.ndarray,  # (H, 3) uint16: plane and strip, energy and time as float16 bits
    start: np.ndarray,
    value: np.ndarray,
    first: np.ndarray,  # (188,) where the image of a plane's view begins in `cells`
    width: np.ndarray,  # (188,) columns of that view
    column: np.ndarray,
    layers: int,
    cells: np.ndarray,  # the images of the three views, end to end
) -> None:
    for event in range(len(start) - 1):
        for hit in range(start[event], start[event + 1]):
            plane, strip = hits[hit, 0] & 0xFF, hits[hit, 0] >> 8
            wide = width[plane]
            if column[plane] < wide:
                row = event * layers * STRIPS + strip
                cell = first[plane] + row * wide + column[plane]
                cells[cell] += value[hits[hit, 1]]
                if layers > 1:
                    cells[cell + STRIPS * wide] = value[hits[hit, 2]]


def images(
    events: Events, x_columns: int = 50, times: bool = False
) -> dict[str, torch.Tensor]:
    """Strip × plane images of the three views, empty cells zero.

    Planes beyond the last column are left out. Hits of one cell add their energies;
    the cell keeps one of their times.

    Returns:
        ``x`` (B, C, 127, x_columns), ``u`` and ``v`` (B, C, 127, x_columns // 2),
        float32: channel 0 energy in MeV, channel 1 time in ns (with ``times``).
    """
    shape = (len(events), 2 if times else 1, STRIPS)
    widths = [columns(view, x_columns) for view in range(3)]
    sizes = [int(np.prod(shape)) * width for width in widths]
    first = np.cumsum([0, *sizes[:2]])[VIEW]
    cells = np.zeros(sum(sizes), np.float32)
    words = np.ascontiguousarray(events.hits).view(np.uint16).reshape(-1, 3)
    width = np.array(widths)[VIEW]
    _fill(words, events.hit_start, _VALUE, first, width, COLUMN, shape[1], cells)
    parts = torch.from_numpy(cells).split(sizes)
    return {
        name: part.view(*shape, width)
        for name, part, width in zip("xuv", parts, widths, strict=True)
    }
