"""Find the muon: lines of the three views matched in space, then followed upstream.

A point of a track seen in the three views satisfies x = u + v, with strips 60° apart.
Lengths in mm, energies in MeV.
"""

import math

import numpy as np

from workbench.tasks.neutrino.baselines.lines import (
    MIDDLE,
    PITCH,
    REFERENCE,
    pair_at,
)
from workbench.tasks.neutrino.compiled import allocating_kernel
from workbench.tasks.neutrino.geometry import PLANES, STRIPS, VIEW, Z_MID, table

_ANGLE = np.radians([table()["view_angle_deg"][name] for name in "XUV"])
COS, SIN = np.cos(_ANGLE)[VIEW], np.sin(_ANGLE)[VIEW]  # (188,)

HIT = 0.6  # MeV on two strips: a fifth of what a muon leaves
GAP = 2  # planes of a track that a plane without a hit cancels
TRACKS = 4  # lines in space kept
SHORTEST = 24  # planes of a muon candidate
SHARE = 0.4  # of the longest candidate's planes that another must have
FRONT_PLANES = 1  # the last plane where a rock muon may begin
NEAR = 0.5  # strips: how far from a track its hits may lie
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


@allocating_kernel
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


@allocating_kernel
def match(
    grid: np.ndarray, lines: np.ndarray, counts: np.ndarray, tracks: np.ndarray
) -> None:
    """Combine the views' lines into the best few in space.

    Two views fix a line, the third is predicted by x = u + v. Rows of ``tracks``
    become (x, y, slope x, slope y, first plane, last plane, planes), longest first,
    all different lines; unused rows have no planes.
    """
    tracks[:] = 0.0
    root = math.sqrt(3.0)
    new = np.zeros(7)
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
                new[0], new[1], new[2], new[3] = w[0, 0], y[0], w[0, 1], y[1]
                new[4], new[5], new[6] = first, last, hit
                _insert(tracks, new)


@allocating_kernel
def _insert(tracks: np.ndarray, new: np.ndarray) -> None:
    """Keep a line if it is among the longest; of two alike only the longer stays."""
    at = len(tracks) - 1
    for t in range(len(tracks)):
        alike = (
            abs(tracks[t, 0] - new[0]) + abs(tracks[t, 1] - new[1]) < 80.0
            and abs(tracks[t, 2] - new[2]) + abs(tracks[t, 3] - new[3]) < 0.06
        )
        if tracks[t, 6] > 0 and alike:
            at = t
            break
    if new[6] <= tracks[at, 6]:
        return
    while at > 0 and tracks[at - 1, 6] < new[6]:
        tracks[at] = tracks[at - 1]
        at -= 1
    tracks[at] = new


@allocating_kernel
def choose(
    grid: np.ndarray, tracks: np.ndarray, each: np.ndarray, found: np.ndarray
) -> int:
    """Follow every line and keep the track that begins first; its first plane, or -1.

    A track must have ``SHORTEST`` planes and ``SHARE`` of the longest's. One that
    enters through the front comes from the rock; it is kept if there is no other.
    ``found`` is filled as by ``follow``; ``each`` is scratch of the same shape.
    """
    best, worth = -1, math.inf
    longest = 0.0
    for t in range(len(tracks)):
        longest = max(longest, tracks[t, 6])
    for t in range(len(tracks)):
        if tracks[t, 6] == 0 or (t > 0 and tracks[t, 6] < SHORTEST):
            break
        if t > 0 and tracks[t, 6] < SHARE * longest:
            break
        start = follow(grid, tracks[t], each)
        if start < 0:
            continue
        rank = start if start > FRONT_PLANES else start + PLANES
        if rank < worth:
            best, worth = start, rank
            found[:] = each
    return best


@allocating_kernel
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
        wide = min(NEAR + 3 * math.sqrt(variance), 3.0)
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


@allocating_kernel
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


@allocating_kernel
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
