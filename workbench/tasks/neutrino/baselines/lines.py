"""Straight lines in one view: hits to points, points to lines by a Hough transform.

Lengths in mm, energies in MeV, times in ns.
"""

import math

import numpy as np

from workbench.tasks.neutrino.compiled import allocating_kernel
from workbench.tasks.neutrino.geometry import PLANES, STRIPS, VIEW, Z_MID, table

PITCH = table()["strip"]["pitch_mm"]
MIDDLE = STRIPS // 2

REFERENCE = 6300.0  # mm, where a line's offset is counted
SLOPES, SLOPE_STEP = 61, 0.02
OFFSETS, OFFSET_STEP = 176, 25.0
PEAKS = 3  # lines kept in each view


@allocating_kernel
def fill(
    grid: np.ndarray,
    plane: np.ndarray,
    strip: np.ndarray,
    energy: np.ndarray,
    time: np.ndarray,
    early: float,
    late: float,
) -> None:
    """Put the hits between ``early`` and ``late`` ns into an empty (188, 127) grid."""
    for i in range(len(plane)):
        if early <= time[i] <= late:
            grid[plane[i], strip[i]] += energy[i]


@allocating_kernel
def find_points(grid: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Local maxima of each plane as rows (plane, position, energy); per view counts.

    ``points`` is (3, most, 3). A crossing shares its light between strips in
    proportion to the distance, so the mean over three strips is where it was.
    """
    count = np.zeros(3, np.int64)
    for plane in range(PLANES):
        view = VIEW[plane]
        row = grid[plane]
        for s in range(STRIPS):
            middle = row[s]
            if middle <= 0.5:
                continue
            left = row[s - 1] if s > 0 else 0.0
            right = row[s + 1] if s < STRIPS - 1 else 0.0
            if middle < left or middle <= right or count[view] == points.shape[1]:
                continue
            total = left + middle + right
            points[view, count[view], 0] = plane
            points[view, count[view], 1] = (s - MIDDLE + (right - left) / total) * PITCH
            points[view, count[view], 2] = total
            count[view] += 1
    return count


@allocating_kernel
def _vote(votes: np.ndarray, plane: float, position: float, weight: int) -> None:
    reach = Z_MID[int(plane)] - REFERENCE
    for i in range(SLOPES):
        slope = (i - SLOPES // 2) * SLOPE_STEP
        b = int((position - slope * reach) / OFFSET_STEP + OFFSETS / 2)
        if 0 <= b < OFFSETS:
            votes[i, b] += weight


@allocating_kernel
def find_lines(points: np.ndarray, votes: np.ndarray, lines: np.ndarray) -> int:
    """The strongest straight lines of one view as rows (offset, slope); their number.

    A Hough transform (US patent 3,069,654): each point votes for all lines through it;
    the points of a line found give their votes back before the next is sought.
    """
    votes[:] = 0
    used = np.zeros(len(points), np.bool_)
    for p in range(len(points)):
        _vote(votes, points[p, 0], points[p, 1], 1)
    for found in range(PEAKS):
        best, at, slot = 0, 0, 0
        for i in range(SLOPES):
            for b in range(OFFSETS - 1):
                pair = votes[i, b] + votes[i, b + 1]
                if pair > best:
                    best, at, slot = pair, i, b
        if best < 5:
            return found
        slope = (at - SLOPES // 2) * SLOPE_STEP
        offset = (slot + 1 - OFFSETS / 2) * OFFSET_STEP
        offset, slope = _straighten(points, used, offset, slope)
        lines[found, 0], lines[found, 1] = offset, slope
        for p in range(len(points)):
            reach = Z_MID[int(points[p, 0])] - REFERENCE
            away = abs(points[p, 1] - offset - slope * reach)
            if not used[p] and away < 1.5 * OFFSET_STEP:
                used[p] = True
                _vote(votes, points[p, 0], points[p, 1], -1)
    return PEAKS


@allocating_kernel
def _straighten(
    points: np.ndarray, used: np.ndarray, offset: float, slope: float
) -> tuple[float, float]:
    """Least-squares line through the points near a line."""
    n, sz, sw, szz, szw = 0, 0.0, 0.0, 0.0, 0.0
    for p in range(len(points)):
        reach = Z_MID[int(points[p, 0])] - REFERENCE
        if used[p] or abs(points[p, 1] - offset - slope * reach) > OFFSET_STEP:
            continue
        n += 1
        sz += reach
        sw += points[p, 1]
        szz += reach * reach
        szw += reach * points[p, 1]
    spread = n * szz - sz * sz
    if n < 4 or spread < 1.0:
        return offset, slope
    fitted = (n * szw - sz * sw) / spread
    return (sw - fitted * sz) / n, fitted


@allocating_kernel
def pair_at(row: np.ndarray, at: float, reach: float) -> tuple[float, float]:
    """Energy and place of the strongest two neighbouring strips near strip ``at``."""
    best, place = 0.0, at
    low = max(0, math.ceil(at - reach - 1))
    high = min(STRIPS - 2, math.floor(at + reach))
    for s in range(low, high + 1):
        total = row[s] + row[s + 1]
        if total > best:
            middle = s + row[s + 1] / total
            if abs(middle - at) <= reach:
                best, place = total, middle
    return best, place
