"""Where energy is left: the strips of a plane that a step crosses, and their light.

Triangular strips overlap their neighbours by half, so that a crossing point shares its
energy linearly between the two nearest strips.
"""

import math
from typing import NamedTuple

import numpy as np

from workbench.tasks.neutrino.compiled import kernel
from workbench.tasks.neutrino.geometry import PLANES, STRIPS, VIEW, Z_HI, table

CELLS = PLANES * STRIPS
PITCH = table()["strip"]["pitch_mm"]  # mm
_ANGLE = np.radians([table()["view_angle_deg"][name] for name in "XUV"])
COS, SIN = np.cos(_ANGLE)[VIEW], np.sin(_ANGLE)[VIEW]  # (188,)
HALF_LENGTH = 1100.0  # mm of strip and fibre from the strip's middle to the near end
FIBRE_SPEED = 170.0  # mm/ns
BIRKS = 0.0905  # mm/MeV, MINERvA's test beam, arXiv:1501.06431
MINIMUM_IONISING = 0.2  # MeV/mm: where light is calibrated to energy

SCINTILLATING = 16.4 / table()["plane_pitch_mm"]  # share of a way through a plane
BINS = 64  # of half a strip's length

ENERGY, LIGHT, TIME = range(3)  # columns of ``Event.cells``
TOUCHED, STACKED, BACKWARD, SECONDARY = range(4)  # places in ``Event.counts``
SPARE = 2  # last rows of ``Event.stack``, kept for work


class Event(NamedTuple):
    """One event in the making, reused from event to event."""

    cells: np.ndarray  # (CELLS, 3) ENERGY deposited, LIGHT seen, TIME
    touched: np.ndarray  # (CELLS,) the cells with energy, in order of arrival
    stack: np.ndarray  # (rows, 9) particles to be tracked; see ``SPARE``
    counts: np.ndarray  # (4,) see TOUCHED … SECONDARY
    seen: np.ndarray  # (2 · BINS,) see ``fibre``


def fibre(attenuation: float) -> np.ndarray:
    """Light that reaches the near end, by where along the strip; 1 in its middle.

    Attenuation length in mm; the far end is mirrored.
    """
    along = (np.arange(2 * BINS) + 0.5 - BINS) * HALF_LENGTH / BINS
    near, far = HALF_LENGTH - along, 3 * HALF_LENGTH + along
    light = np.exp(-near / attenuation) + np.exp(-far / attenuation)
    middle = np.exp(-HALF_LENGTH / attenuation) + np.exp(-3 * HALF_LENGTH / attenuation)
    return light / middle


def empty_event(attenuation: float) -> Event:
    """Scratch memory for one thread."""
    return Event(
        np.zeros((CELLS, 3), np.float32),
        np.zeros(CELLS, np.int32),
        np.zeros((4096, 9)),
        np.zeros(4, np.int64),
        fibre(attenuation),
    )


@kernel
def clear(event: Event) -> None:
    """Forget the hits of the last event."""
    for i in range(event.counts[TOUCHED]):
        cell = event.touched[i]
        event.cells[cell, ENERGY] = 0.0
        event.cells[cell, LIGHT] = 0.0
        event.cells[cell, TIME] = 0.0
    for i in range(4):
        event.counts[i] = 0


@kernel
def deposit(
    event: Event,
    plane: int,
    x: float,
    y: float,
    ux: float,
    uy: float,
    path: float,
    energy: float,
    time: float,
) -> None:
    """Leave ``energy`` MeV along ``path`` mm centred on (x, y) in one plane.

    ``(ux, uy)`` is the direction across the beam. Light is quenched by Birks' law and
    attenuated along the fibre; its time (ns) is weighted with the light.
    """
    c, s = COS[plane], SIN[plane]
    across = x * c + y * s
    along = y * c - x * s
    way = (ux * c + uy * s) * path
    loss = energy / max(SCINTILLATING * path, 0.1)
    quench = (1 + BIRKS * MINIMUM_IONISING) / (1 + BIRKS * loss)
    place = int((along / HALF_LENGTH + 1) * BINS)
    quench *= event.seen[min(max(place, 0), 2 * BINS - 1)]
    when = time - along / FIBRE_SPEED
    points = 1 + int(abs(way) * (2 / PITCH))
    share = energy / points
    cells, touched, counts = event.cells, event.touched, event.counts
    for i in range(points):
        at = (across + way * ((i + 0.5) / points - 0.5)) / PITCH + STRIPS // 2
        strip = math.floor(at)
        right = at - strip
        part = share * (1 - right)
        for _ in range(2):
            if 0 <= strip < STRIPS and part > 0:
                cell = plane * STRIPS + strip
                if cells[cell, ENERGY] == 0.0:
                    touched[counts[TOUCHED]] = cell
                    counts[TOUCHED] += 1
                light = part * quench
                cells[cell, ENERGY] += part
                cells[cell, LIGHT] += light
                cells[cell, TIME] += light * when
            strip += 1
            part = share * right


@kernel
def note_crossing(event: Event, plane: int, share: float, vertex: float) -> None:
    """Mark the event if a plane wholly upstream of the vertex (mm) was crossed."""
    if share > 0.95 and Z_HI[plane] < vertex:
        event.counts[BACKWARD] = 1
