"""Why the network was wrong: each wrong event sorted by its cause, from the truth.

The first cause that applies counts, in this order:

1. boundary: predicted the neighbouring segment, with the vertex within half a plane
   of the boundary between the two;
2. multiple interactions: a hadron interacted again, or another event overlaps;
3. backward tracks: a charged particle crosses planes upstream of the vertex;
4. other.
"""

import numpy as np

from workbench.rates import Rate, rate
from workbench.tasks.neutrino.geometry import table
from workbench.tasks.neutrino.segments import BOUNDS, RANK

CAUSES = ("boundary", "multiple interactions", "backward tracks", "other")
RIGHT = 255
NEAR = table()["plane_pitch_mm"] / 2  # mm, half a plane


def sort_causes(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Index into CAUSES of each event's error, RIGHT for the right ones.

    Args:
        truth: (N,) TRUTH.
        predicted: (N,) segment codes.

    Returns:
        (N,) uint8.
    """
    here = RANK[truth["segment"]]
    there = RANK[predicted]
    between = BOUNDS[np.minimum(np.minimum(here, there), len(BOUNDS) - 1)]
    near = (np.abs(here - there) == 1) & (np.abs(truth["z"] - between) <= NEAR)
    cause = _first_feature(truth, near)
    return np.where(here == there, RIGHT, cause).astype(np.uint8)


def shares(truth: np.ndarray, predicted: np.ndarray) -> list[tuple[Rate, Rate]]:
    """Each cause's share among wrong events and its base rate among right ones.

    A right event is sorted by the same rules, "boundary" meaning any boundary between
    segments, so the base rates say how common each feature is where it does no harm.
    """
    wrong = predicted != truth["segment"]
    near = np.abs(truth["z"][:, None] - BOUNDS).min(1, initial=np.inf) <= NEAR
    cause = np.where(wrong, sort_causes(truth, predicted), _first_feature(truth, near))
    return [
        (rate(cause[wrong] == i), rate(cause[~wrong] == i)) for i in range(len(CAUSES))
    ]


def _first_feature(truth: np.ndarray, near: np.ndarray) -> np.ndarray:
    several = (truth["secondary"] > 0) | (truth["overlay"] > 0)
    features = [near, several, truth["backward"] > 0]
    return np.select(features, range(3), default=3)
