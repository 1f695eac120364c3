"""Sparse events as the dense images that networks read."""

import numpy as np
import torch

from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.geometry import COLUMN, STRIPS, VIEW, columns


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
    hits = events.hits
    event = np.repeat(np.arange(len(events)), np.diff(events.hit_start))
    plane = hits["plane"]
    view, column, strip = VIEW[plane], COLUMN[plane], hits["strip"].astype(np.int64)
    result: dict[str, torch.Tensor] = {}
    for number, name in enumerate("xuv"):
        width = columns(number, x_columns)
        mine = (view == number) & (column < width)
        cell = (event[mine] * STRIPS + strip[mine]) * width + column[mine]
        size = len(events) * STRIPS * width
        energy = np.bincount(cell, hits["energy"][mine], size)
        layers = [energy.astype(np.float32).reshape(-1, STRIPS, width)]
        if times:
            time = np.zeros(size, np.float32)
            time[cell] = hits["time"][mine]
            layers.append(time.reshape(-1, STRIPS, width))
        result[name] = torch.from_numpy(np.stack(layers, 1))  # (B, C, 127, width)
    return result
