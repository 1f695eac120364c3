"""Where the strips of a view lie."""

from typing import Any

import numpy as np

from workbench.tasks.neutrino.geometry import PLANE_OF_COLUMN, STRIPS, Z_MID, table

ANGLES = np.radians([table()["view_angle_deg"][name] for name in "XUV"])
PITCH = table()["strip"]["pitch_mm"]


def across(view: int, x: Any, y: Any) -> Any:
    """Distance (mm) from the middle strip of a view to a point at x and y, mm."""
    return x * np.cos(ANGLES[view]) + y * np.sin(ANGLES[view])


def cell_of(view: int, x: float, y: float, z: float) -> tuple[int, int]:
    """Strip and column of a view that are nearest to a point (mm)."""
    strip = round(float(across(view, x, y)) / PITCH) + STRIPS // 2
    column = np.abs(Z_MID[PLANE_OF_COLUMN[view]] - z).argmin()
    return min(max(strip, 0), STRIPS - 1), int(column)
