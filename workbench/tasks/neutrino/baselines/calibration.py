"""How likely each segment is, given the first plane of a track and how it begins.

Counted on simulated events with known vertices, for interactions in a plane and in a
target: how far off the first plane is and how the beginning looks; and how many
interactions each plane and target has. No weights are trained.
"""

from dataclasses import dataclass

import numpy as np

from workbench.tasks.neutrino.compiled import allocating_kernel
from workbench.tasks.neutrino.geometry import PLANES, STRIPS, Z_HI
from workbench.tasks.neutrino.segments import (
    SLOT_NAMES,
    SLOT_START,
    Z_ORDER,
    segment_of,
)

# How a track's beginning looks: the bins of four features, counted together.
GROWTH = np.array([0.5, 1.0, 1.7, 3.0])  # energy on the track, second to first plane
FIRST_ENERGY = np.array([2.0, 4.5, 10.0])  # MeV on the track in its first plane
UPSTREAM = np.array([0.6, 2.0])  # MeV near the track in the plane before
NEIGHBOURHOOD = 10  # strips either side that are near
NO_TRACK = 5 * 5 * 4 * 3  # the one look of events without a track
LOOKS = NO_TRACK + 1

FARTHEST = 8  # planes: offsets beyond are counted together
FAR_PLANES = 25  # over how many planes these spread
SMALLEST = 1e-3  # counts that an empty cell of the calibration gets


@dataclass(frozen=True)
class Calibration:
    """Probability of each segment given a track's first plane and its look.

    ``segments`` is (189, looks, 11) by first plane (188: no hits), look, code.
    """

    segments: np.ndarray


def calibrate(
    truth: np.ndarray, first: np.ndarray, look: np.ndarray, looks: int
) -> Calibration:
    """Count how tracks begin.

    Args:
        truth: (N,) TRUTH.
        first: (N,) first planes, 188 without hits.
        look: (N,) below ``looks``, such as ``look_of`` gives.
        looks: How many there are.
    """
    slot = np.searchsorted(SLOT_START, truth["z"], side="right")
    is_target, plane_after, segment = _slots()
    offset = _offsets(first, np.searchsorted(Z_HI, truth["z"]))
    counts = np.zeros((2, 2 * FARTHEST + 1, looks))
    np.add.at(counts, (is_target[slot], offset, look), 1)
    counts += SMALLEST + 0.5 * counts.sum(0) / max(counts.sum(), 1)
    counts /= counts.sum((1, 2), keepdims=True)
    counts[:, [0, -1]] /= FAR_PLANES
    interactions = np.bincount(slot, minlength=len(SLOT_NAMES))
    table = np.zeros((PLANES + 1, looks, len(Z_ORDER)))
    for s in np.flatnonzero(interactions):
        at = _offsets(np.arange(PLANES + 1), plane_after[s])
        table[:, :, segment[s]] += interactions[s] * counts[is_target[s], at]
    return Calibration(table / table.sum(2, keepdims=True))


@allocating_kernel
def look_of(
    grid: np.ndarray, found: np.ndarray, first: int, residual: np.ndarray
) -> int:
    """Which bin of residual, growth, first energy and upstream energy a track is in.

    Args:
        grid: (188, 127) MeV.
        found: (188, 4) strip where the track is, its error, energy and residual there.
        first: The track's first plane.
        residual: Four bounds between residuals, in strips.
    """
    here = found[first, 2]
    after = found[first + 1, 2] if first < PLANES - 1 else 0.0
    before = 0.0
    if first > 0:
        at = int(found[first - 1, 0] + 0.5)
        for s in range(max(at - NEIGHBOURHOOD, 0), min(at + NEIGHBOURHOOD + 1, STRIPS)):
            before += grid[first - 1, s]
    look = np.searchsorted(residual, abs(found[first, 3]), side="right")
    look = look * 5 + np.searchsorted(GROWTH, after / max(here, 0.5), side="right")
    look = look * 4 + np.searchsorted(FIRST_ENERGY, here, side="right")
    return look * 3 + np.searchsorted(UPSTREAM, before, side="right")


def _offsets(first: np.ndarray, true: np.ndarray | int) -> np.ndarray:
    """First plane minus the vertex's, as a row of the counts."""
    return np.clip(first - true, -FARTHEST, FARTHEST) + FARTHEST


def _slots() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Planes and targets along z, each (195,): target or not, plane after, segment.

    The rock in front counts as a target; a plane is its own plane after.
    """
    is_target = np.array([not n.startswith("plane") for n in SLOT_NAMES], np.int64)
    edges = np.concatenate([[SLOT_START[0] - 10], SLOT_START, [float(Z_HI[-1])]])
    middle = (edges[1:] + edges[:-1]) / 2
    return is_target, np.searchsorted(Z_HI, middle), segment_of(middle)
