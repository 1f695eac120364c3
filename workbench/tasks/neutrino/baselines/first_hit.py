"""The simplest method: the vertex is where the first hits are."""

import numpy as np

from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.geometry import PLANES, Z_LO, table
from workbench.tasks.neutrino.segments import NO_SEGMENT, segment_of

SMALLEST = 1.0  # MeV in a plane, above cross-talk and below a grazing muon


def first_planes(events: Events) -> np.ndarray:
    """First plane with energy whose next plane has energy too, (N,) int64.

    A plane counts from ``SMALLEST`` MeV; the second plane guards against noise. An
    event without such a pair gets its first hit plane, one without hits ``PLANES``.
    """
    n = len(events)
    owner = np.repeat(np.arange(n), np.diff(events.hit_start))
    cell = owner * (PLANES + 1) + events.hits["plane"]
    energy = np.bincount(cell, events.hits["energy"], n * (PLANES + 1))
    energy = energy.reshape(n, PLANES + 1)
    hit = energy > SMALLEST
    pair = hit[:, :-1] & hit[:, 1:]
    pair[:, -1] |= hit[:, PLANES - 1]
    first = np.where(pair.any(1), pair.argmax(1), (energy > 0).argmax(1))
    return np.where((energy > 0).any(1), first, PLANES)


def predict_segments(events: Events) -> np.ndarray:
    """Segment where a track that first hits that plane most probably began.

    Interactions are as frequent as there is mass, so the choice is between the plane
    itself and what stands right before it: a passive target outweighs a plane.

    Returns:
        (N,) uint8 segment codes; ``NO_SEGMENT`` without hits.
    """
    first = first_planes(events)
    segment = np.append(segment_before(), NO_SEGMENT)
    return segment[first].astype(np.uint8)


def segment_before() -> np.ndarray:
    """(188,) most probable segment for each first plane."""
    place = Z_LO + table()["plane_pitch_mm"] / 2
    plane_mass = table()["scintillator_areal_density_g_cm2"]
    for target in table()["targets"].values():
        mass = max(
            part["thickness_mm"] / 10 * part["density_g_cm3"]
            for part in target["parts"]
        )
        after = int(np.searchsorted(Z_LO, target["slot_mm"][1] - 1.0))
        if mass > plane_mass:
            place[after] = np.mean(target["slot_mm"])
    return segment_of(place)
