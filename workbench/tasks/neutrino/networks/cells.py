"""The places along z a vertex can be in, and which segment each belongs to."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from workbench.tasks.neutrino.geometry import Z_HI, Z_LO
from workbench.tasks.neutrino.segments import (
    BOUNDS,
    SLOT_START,
    plane_code_of,
    segment_of,
)


@dataclass(frozen=True)
class Cells:
    """Intervals of z between neighbouring edges of planes, targets and segments.

    A segment bound lies some millimetres beside a plane's edge, so planes at a bound
    are two cells: every cell has exactly one segment and one plane code.
    """

    edges: np.ndarray  # (cells - 1,) mm, rising; first and last cell are open
    segment: np.ndarray  # (cells,) int64, MINERvA's codes
    plane_code: np.ndarray  # (cells,) int64
    plane: np.ndarray  # (cells,) int64: the plane the cell lies in or beside
    place: np.ndarray  # (cells,) int64: where in or beside that plane, see below


IN_PLANE, REST_OF_PLANE, BESIDE_PLANE = range(3)
PLACES = 3


@cache
def cells(x_columns: int) -> Cells:
    """The cells of a detector read up to the last of ``x_columns`` X planes."""
    planes = 2 * x_columns  # X planes and others alternate
    last = float(Z_HI[planes - 1])
    edges = np.unique(np.concatenate([SLOT_START, BOUNDS]))
    edges = np.append(edges[edges < last - 0.1], last)
    middle = (edges[:-1] + edges[1:]) / 2
    inside = np.concatenate([[edges[0] - 1], middle, [last + 1]])
    plane = np.searchsorted(Z_HI[:planes], inside).clip(max=planes - 1)
    width = np.diff(edges, prepend=-np.inf, append=np.inf)
    whole = width > (Z_HI - Z_LO)[plane] / 2
    within = (inside > Z_LO[plane]) & (inside < Z_HI[plane])
    place = np.where(within, np.where(whole, IN_PLANE, REST_OF_PLANE), BESIDE_PLANE)
    return Cells(
        edges,
        segment_of(inside).astype(np.int64),
        plane_code_of(inside).astype(np.int64),
        plane.astype(np.int64),
        place.astype(np.int64),
    )


def segment_of_codes(codes: int) -> np.ndarray:
    """Segment in which most of each plane code lies, (codes,) int64.

    A segment bound cuts up to 1.4 mm off a plane; only target 5's cuts one in the
    middle (13 of its 23 mm belong to the target).
    """
    first = SLOT_START[: codes - 1]
    middle = (first + SLOT_START[1:codes]) / 2
    return segment_of(np.append(first[0] - 1, middle)).astype(np.int64)
