"""How far off the predicted place is, counted in scintillator planes along z."""

import numpy as np

from workbench.tasks.neutrino.geometry import Z_HI, Z_LO, table
from workbench.tasks.neutrino.segments import BOUNDS, RANK

_EDGES = np.concatenate([[Z_LO[0]], BOUNDS, [table()["z_cap_mm"]]])
_CENTRES = (_EDGES[1:] + _EDGES[:-1]) / 2
_PLANE_MIDDLES = (Z_LO + Z_HI) / 2


def planes_before(z: np.ndarray) -> np.ndarray:
    """Number of planes whose middle lies upstream of ``z`` mm; shape as ``z``."""
    return np.searchsorted(_PLANE_MIDDLES, z)


def from_plane_codes(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Predicted minus true plane code, (N,) int64; a passive target counts as one."""
    return predicted.astype(np.int64) - true.astype(np.int64)


def from_segments(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Planes between the centres of the predicted and the true segment, (N,) int64.

    The last segment ends at module 31 here, as in the published 11-segment samples.
    """
    place = planes_before(_CENTRES)[RANK]
    return place[predicted] - place[true]
