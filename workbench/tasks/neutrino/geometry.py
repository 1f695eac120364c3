"""MINERvA from end to end: planes, views, passive targets.

Numbers come from ``datasets/neutrino/geometry.json``, which names their sources.
All lengths are in mm, in the detector's own frame (z along the beam).
"""

import json
from functools import cache
from typing import Any

import numpy as np

from workbench.paths import folder

VIEWS = ("X", "U", "V")
STRIPS = 127
WIDTHS = (50, 94)  # X columns of the public layouts; U and V have half


@cache
def table() -> dict[str, Any]:
    """The geometry file as it stands."""
    return json.loads((folder("datasets") / "neutrino" / "geometry.json").read_text())


def _planes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    planes = table()["planes"]
    view = np.array([VIEWS.index(name) for name in planes["view"]], np.uint8)
    return view, np.array(planes["z_lo_mm"]), np.array(planes["z_hi_mm"])


VIEW, Z_LO, Z_HI = _planes()  # (188,) each: 0 X, 1 U, 2 V; plane edges along z
PLANES = len(VIEW)
Z_MID = (Z_LO + Z_HI) / 2

COLUMN = np.zeros(PLANES, np.uint8)  # place of a plane among the planes of its view
for _view in range(3):
    _mine = np.flatnonzero(VIEW == _view)
    COLUMN[_mine] = np.arange(len(_mine))

PLANE_OF_COLUMN = tuple(np.flatnonzero(VIEW == view) for view in range(3))


def columns(view: int, x_columns: int) -> int:
    """Columns of a view in the layout with ``x_columns`` X columns (50/25/25)."""
    return x_columns if view == 0 else x_columns // 2
