"""The labels: eleven vertex segments and the finer plane codes.

Segments carry MINERvA's codes everywhere: 0 upstream, 1–5 the passive targets, 6–9
the scintillator between them, 10 downstream. Along z they read 0 1 6 2 7 3 8 4 9 5 10.
Each target's segment reaches from one plane upstream of it to two planes downstream.
Plane codes count planes and targets along z from 1, with 0 for everything upstream of
the first plane (gnperdue/ANNMINERvA ``plane_codes.py``).
"""

import numpy as np

from workbench.tasks.neutrino.geometry import Z_LO, table

_SEGMENTS = table()["segments"]
Z_ORDER: tuple[int, ...] = tuple(_SEGMENTS["z_order"])
BOUNDS = np.array(_SEGMENTS["z_bound_mm"])  # (10,) mm, rising
RANK = np.argsort(Z_ORDER)  # code -> place along z; also the 2016 slides' numbering
CLASS_NAMES: tuple[str, ...] = tuple(
    ["upstream"]
    + [f"target {n}" for n in range(1, 6)]
    + ["between 1 and 2", "between 2 and 3", "between 3 and 4", "between 4 and 5"]
    + ["downstream"]
)
NO_SEGMENT = 0xFF  # what data without truth carry
NO_PLANE_CODE = 0xFFFF


def segment_of(z: np.ndarray) -> np.ndarray:
    """Segment code of a vertex at ``z`` mm; shape as ``z``, uint8."""
    return np.array(Z_ORDER, np.uint8)[np.searchsorted(BOUNDS, z, side="right")]


def _slots() -> tuple[np.ndarray, list[str]]:
    targets = table()["targets"]
    starts = [(z, f"plane {i}") for i, z in enumerate(Z_LO)]
    starts += [(t["slot_mm"][0], name) for name, t in targets.items()]
    starts.sort()
    return np.array([z for z, _ in starts]), ["upstream"] + [name for _, name in starts]


SLOT_START, SLOT_NAMES = _slots()  # (194,) mm; (195,) names: planes and six targets
PLANE_CODES = {"near": 67, "full": 174}


def plane_code_of(z: np.ndarray, codes: int = 174) -> np.ndarray:
    """Plane code of a vertex at ``z`` mm; the last code takes all that is beyond."""
    code = np.searchsorted(SLOT_START, z, side="right")
    return np.minimum(code, codes - 1).astype(np.uint8)
