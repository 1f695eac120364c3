"""Where energy is left: the strips of a plane that a step crosses, and their light.

Triangular strips overlap their neighbours by half, so that a crossing point shares its
energy linearly between the two nearest strips.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from workbench.tasks.neutrino.geometry import PLANES, STRIPS, VIEW, Z_HI, table

CELLS = PLANES * STRIPS
PITCH = table()["strip"]["pitch_mm"]  # mm
_ANGLE = np.radians([table()["view_angle_deg"][name] for name in "XUV"])
COS, SIN = np.cos(_ANGLE)[VIEW], np.sin(_ANGLE)[VIEW]  # (188,)
HALF_LENGTH = 1100.0  # mm of strip and fibre from the strip's middle to the near end
FIBRE_SPEED = 170.0  # mm/ns
BIRKS = 0.133  # mm/MeV
MINIMUM_IONISING = 0.2  # MeV/mm: where light is calibrated to energy

TOUCHED, STACKED, BACKWARD, SECONDARY = range(4)  # places in ``Event.counts``


class Event(NamedTuple):
    """One event in the making, reused from event to event."""

    energy: np.ndarray  # (CELLS,) MeV deposited
    light: np.ndarray  # (CELLS,) MeV seen after quenching and attenuation
    time: np.ndarray  # (CELLS,) ns, summed with the light as weight
    touched: np.ndarray  # (CELLS,) the cells with energy, in order of arrival
    stack: np.ndarray  # (rows, 9) particles still to be tracked
    counts: np.ndarray  # (4,) see TOUCHED … SECONDARY


def empty_event() -> Event:
    """Scratch memory for one thread."""
    return Event(
        np.zeros(CELLS, np.float32),
        np.zeros(CELLS, np.float32),
        np.zeros(CELLS, np.float32),
        np.zeros(CELLS, np.int32),
        np.zeros((4096, 9)),
        np.zeros(4, np.int64),
    )


@njit(nogil=True, cache=True)
def clear(event: Event) -> None:
    """Forget the hits of the last event."""
    for i in range(event.counts[TOUCHED]):
        cell = event.touched[i]
        event.energy[cell] = 0.0
        event.light[cell] = 0.0
        event.time[cell] = 0.0
    event.counts[:] = 0


@njit(nogil=True, cache=True)
def touch(event: Event, cell: int) -> None:
    """Note a cell's first energy."""
    if event.energy[cell] == 0.0:
        event.touched[event.counts[TOUCHED]] = cell
        event.counts[TOUCHED] += 1


@njit(nogil=True, cache=True)
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
    attenuation: float,
) -> None:
    """Leave ``energy`` MeV along ``path`` mm centred on (x, y) in one plane.

    ``(ux, uy)`` is the direction across the beam. Light is quenched by Birks' law and
    attenuated along the fibre, whose far end is mirrored.
    """
    c, s = COS[plane], SIN[plane]
    across = x * c + y * s
    along = y * c - x * s
    slope = ux * c + uy * s
    quench = (1 + BIRKS * MINIMUM_IONISING) / (
        1 + BIRKS * energy / max(0.8 * path, 0.1)
    )
    near, far = HALF_LENGTH - along, 3 * HALF_LENGTH + along
    whole = math.exp(-HALF_LENGTH / attenuation) + math.exp(
        -3 * HALF_LENGTH / attenuation
    )
    seen = (math.exp(-near / attenuation) + math.exp(-far / attenuation)) / whole
    when = time - along / FIBRE_SPEED
    points = 1 + int(abs(slope) * path / (0.5 * PITCH))
    share = energy / points
    for i in range(points):
        at = (across + slope * path * ((i + 0.5) / points - 0.5)) / PITCH + STRIPS // 2
        strip = int(math.floor(at))
        right = at - strip
        for side in range(2):
            part = share * (right if side else 1 - right)
            if 0 <= strip + side < STRIPS and part > 0:
                cell = plane * STRIPS + strip + side
                touch(event, cell)
                light = part * quench * seen
                event.energy[cell] += part
                event.light[cell] += light
                event.time[cell] += light * when


@njit(nogil=True, cache=True)
def note_crossing(event: Event, plane: int, share: float, vertex: float) -> None:
    """Mark the event if a plane wholly upstream of the vertex (mm) was crossed."""
    if share > 0.95 and Z_HI[plane] < vertex:
        event.counts[BACKWARD] = 1
