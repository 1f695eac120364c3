"""Find the muon: straight lines in each view, matched in space, then followed upstream.

A point of a track seen in the three views satisfies x = u + v, with strips 60° apart.
Lengths in mm, energies in MeV, times in ns.
"""

import math

import numpy as np
from numba import njit

from workbench.tasks.neutrino.geometry import PLANES, STRIPS, VIEW, Z_MID, table

PITCH = table()["strip"]["pitch_mm"]
MIDDLE = STRIPS // 2
_ANGLE = np.radians([table()["view_angle_deg"][name] for name in "XUV"])
COS, SIN = np.cos(_ANGLE)[VIEW], np.sin(_ANGLE)[VIEW]  # (188,)

REFERENCE = 6300.0  # mm, where a line's offset is counted
SLOPES, SLOPE_STEP = 61, 0.02
OFFSETS, OFFSET_STEP = 176, 25.0
PEAKS = 3  # lines kept in each view
HIT = 0.6  # MeV on two strips: a fifth of what a muon leaves
GAP = 2  # planes of a track that a plane without a hit cancels
LOST = 4  # planes in a row without a hit that end a track
MUON_MOMENTUM = 3000.0  # MeV/c, for multiple scattering


def _scattering() -> np.ndarray:
    """Variance (rad²) of a muon's direction from each plane to the next upstream."""
    lengths = np.full(PLANES, 0.045)  # radiation lengths of a scintillator plane
    lengths[np.array(table()["planes"]["module"]) >= 85] = 0.40  # lead of the ECAL
    for target in table()["targets"].values():
        after = int(np.argmax(target["slot_mm"][1] - 1.0 < Z_MID))
        lengths[after] += 2.5 if target["parts"][0]["material"] != "H2O" else 0.5
    return (13.6 / MUON_MOMENTUM) ** 2 * lengths


SCATTERING = _scattering()


@njit(nogil=True, cache=True)
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


@njit(nogil=True, cache=True)
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


@njit(nogil=True, cache=True)
def _vote(votes: np.ndarray, plane: float, position: float, weight: int) -> None:
    reach = Z_MID[int(plane)] - REFERENCE
    for i in range(SLOPES):
        slope = (i - SLOPES // 2) * SLOPE_STEP
        b = int((position - slope * reach) / OFFSET_STEP + OFFSETS / 2)
        if 0 <= b < OFFSETS:
            votes[i, b] += weight


@njit(nogil=True, cache=True)
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


@njit(nogil=True, cache=True)
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


@njit(nogil=True, cache=True)
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


@njit(nogil=True, cache=True)
def score(
    grid: np.ndarray, x0: float, y0: float, tx: float, ty: float
) -> tuple[int, int, int]:
    """Length of the best stretch of a line in space; its first and last plane.

    A plane with energy counts 1, one without ``-GAP``: a muon misses hardly any.
    """
    best, first, last = 0, PLANES, -1
    run, begin = 0, 0
    for plane in range(PLANES):
        reach = Z_MID[plane] - REFERENCE
        across = (x0 + tx * reach) * COS[plane] + (y0 + ty * reach) * SIN[plane]
        at = across / PITCH + MIDDLE
        inside = 0.0 <= at <= STRIPS - 1
        if inside and pair_at(grid[plane], at, 1.6)[0] > HIT:
            if run <= 0:
                run, begin = 0, plane
            run += 1
            if run > best:
                best, first, last = run, begin, plane
        else:
            run -= GAP
    return best, first, last


@njit(nogil=True, cache=True)
def match(
    grid: np.ndarray, lines: np.ndarray, counts: np.ndarray, track: np.ndarray
) -> int:
    """Combine the views' lines into one in space; how many planes it has.

    ``track`` becomes (x, y, slope x, slope y, first plane, last plane). Two views fix
    a line, the third is predicted by x = u + v; the line with most planes hit wins. A
    line that comes in through the front is likely a muon from the rock: it must have
    more than twice the planes of a line that begins inside.
    """
    best = 0.0
    planes = 0
    root = math.sqrt(3.0)
    for missing in range(3):
        one, two = (missing + 1) % 3, (missing + 2) % 3
        for i in range(counts[one]):
            for j in range(counts[two]):
                w = np.zeros((3, 2))
                w[one], w[two] = lines[one, i], lines[two, j]
                if missing == 0:
                    w[0] = w[1] + w[2]
                else:
                    w[missing] = w[0] - w[3 - missing]
                y = (w[1] - w[2]) / root
                if abs(w[0, 1]) > 0.8 or abs(y[1]) > 0.8:
                    continue
                hit, first, last = score(grid, w[0, 0], y[0], w[0, 1], y[1])
                worth = hit * (0.5 if first <= 1 else 1.0)
                if worth > best:
                    best, planes = worth, hit
                    track[0], track[1], track[2], track[3] = (
                        w[0, 0],
                        y[0],
                        w[0, 1],
                        y[1],
                    )
                    track[4], track[5] = first, last
    return planes


@njit(nogil=True, cache=True)
def follow(grid: np.ndarray, track: np.ndarray, found: np.ndarray) -> int:
    """Follow a line upstream with a Kalman filter; the track's first plane, or -1.

    The state (x, y, slopes) starts from ``track`` at its last plane and is corrected
    by each plane's strips, until ``LOST`` planes in a row have none; a hit beyond a
    plane without one counts only if at least as many others follow. Rows
    of ``found`` (188, 4) become the predicted strip and its error (strips), the
    energy of the hit (0 without) and its distance from the prediction (strips).
    """
    found[:] = 0.0
    last = int(track[5])
    reach = Z_MID[last] - REFERENCE
    state = np.array(
        [track[0] + track[2] * reach, track[1] + track[3] * reach, track[2], track[3]]
    )
    cov = np.zeros((4, 4))
    cov[0, 0] = cov[1, 1] = 30.0**2
    cov[2, 2] = cov[3, 3] = 0.03**2
    start, lost, run, best = -1, 0, 0, 0
    for plane in range(last, -1, -1):
        c, s = COS[plane], SIN[plane]
        variance = (
            c * c * cov[0, 0] + 2 * c * s * cov[0, 1] + s * s * cov[1, 1]
        ) / PITCH**2
        at = (state[0] * c + state[1] * s) / PITCH + MIDDLE
        wide = min(0.9 + 3 * math.sqrt(variance), 3.0)
        energy, place = 0.0, at
        if 0.0 <= at <= STRIPS - 1:
            energy, place = pair_at(grid[plane], at, wide)
        found[plane, 0], found[plane, 1] = at, math.sqrt(variance)
        if energy > HIT:
            found[plane, 2], found[plane, 3] = energy, place - at
            _correct(state, cov, c, s, (place - at) * PITCH, 4.0 + 0.1 * energy)
            lost = 0
            run += 1
            if run > best:
                best, start = run, plane
        else:
            lost += 1
            run -= 1
            if lost > LOST and start >= 0:
                break
        if plane:
            _carry(state, cov, Z_MID[plane - 1] - Z_MID[plane], SCATTERING[plane])
    return start


@njit(nogil=True, cache=True)
def _carry(state: np.ndarray, cov: np.ndarray, dz: float, scattering: float) -> None:
    """Move state and covariance by ``dz`` mm; scattering happens half-way."""
    for a in range(2):
        state[a] += state[a + 2] * dz
    for a in range(2):
        for b in range(4):
            cov[a, b] += dz * cov[a + 2, b]
    for b in range(2):
        for a in range(4):
            cov[a, b] += dz * cov[a, b + 2]
    for a in range(2):
        cov[a + 2, a + 2] += scattering
        cov[a, a + 2] += scattering * dz / 2
        cov[a + 2, a] += scattering * dz / 2
        cov[a, a] += scattering * dz * dz / 3


@njit(nogil=True, cache=True)
def _correct(
    state: np.ndarray, cov: np.ndarray, c: float, s: float, off: float, error: float
) -> None:
    """Take in a measurement ``off`` mm away along a view's direction (c, s)."""
    gain = c * cov[:, 0] + s * cov[:, 1]
    total = c * gain[0] + s * gain[1] + error * error
    for a in range(4):
        state[a] += gain[a] / total * off
    for a in range(4):
        for b in range(4):
            cov[a, b] -= gain[a] * gain[b] / total
