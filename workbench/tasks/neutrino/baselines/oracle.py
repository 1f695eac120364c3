"""What could be known: two bounds from the truth, for judging networks and tracks.

The *known plane* is told in which plane or target the neutrino interacted. Segments
begin a little inside a plane (1.3 mm of 22.6), and only what happens in that sliver is
lost. No method that places the vertex to a plane can do better.

The *known muon* sees the true deposits of the neutrino's own particles, with no light,
cross-talk, threshold or other event. It is told the straight line on which the muon
left, though not where on it, and whether a charged hadron left the nucleus backward.
The muon begins where its line's deposits begin; the segment is chosen by the same
counting as the tracks', from how those deposits look. What it gets wrong is what stays
hidden without detector effects, mostly backward particles close to the line. It is one
good rule, not the best of all: an estimate of the ceiling, which a network could pass
by reading the other particles too, and not a proof of one.
"""

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.neutrino.baselines.calibration import (
    LOOKS,
    NO_TRACK,
    Calibration,
    calibrate,
    look_of,
)
from workbench.tasks.neutrino.baselines.first_hit import first_planes, segment_before
from workbench.tasks.neutrino.baselines.lines import MIDDLE, PITCH, pair_at
from workbench.tasks.neutrino.baselines.tracking import COS, SIN
from workbench.tasks.neutrino.compiled import allocating_kernel
from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.geometry import PLANES, STRIPS, Z_MID
from workbench.tasks.neutrino.segments import (
    NO_SEGMENT,
    SLOT_START,
    segment_of,
)

MUON = 13  # PDG code
NEAR = 0.6  # strips from the line
SMALLEST = 0.05  # MeV
LONG = 10  # planes in a row that only a muon gives
RESIDUAL = np.array([0.02, 0.06, 0.15, 0.3])  # strips, without detector effects
HADRONS = (2212, 211, -211, 321, -321)  # PDG codes


def known_plane_segments(truth: np.ndarray) -> np.ndarray:
    """Segment that holds most of the plane or target of the vertex, (N,) uint8."""
    slot = np.searchsorted(SLOT_START, truth["z"], side="right")
    edges = np.concatenate([[SLOT_START[0] - 10], SLOT_START, [2 * Z_MID[-1]]])
    return segment_of((edges[slot] + edges[slot + 1]) / 2)


def fit(ideal: Events) -> Calibration:
    """Calibrate the known muon on ideal events with truth and particles."""
    truth, _ = _known(ideal)
    return calibrate(truth, *find_starts(ideal), 2 * LOOKS)


def predict_segments(
    ideal: Events, calibration: Calibration | None = None
) -> np.ndarray:
    """Segments by the known muon, (N,) uint8; uncalibrated that of most mass."""
    first, look = find_starts(ideal)
    if calibration is None:
        return np.append(segment_before(), NO_SEGMENT)[first].astype(np.uint8)
    return calibration.segments[first, look].argmax(1).astype(np.uint8)


def find_starts(ideal: Events) -> tuple[np.ndarray, np.ndarray]:
    """First plane with a deposit on the muon's true line, and how it looks.

    Returns:
        First planes (N,), 188 without hits, and looks (N,) as ``calibrate`` takes.
    """
    truth, muons = _known(ideal)
    first, look = np.zeros(len(ideal), np.int64), np.zeros(len(ideal), np.int64)
    lines = np.stack(
        [
            truth["x"].astype(np.float64),
            truth["y"].astype(np.float64),
            truth["z"].astype(np.float64),
            muons["px"].astype(np.float64) / muons["pz"],
            muons["py"].astype(np.float64) / muons["pz"],
        ],
        1,
    )
    hits = ideal.hits
    _find(
        np.ascontiguousarray(hits["plane"]),
        np.ascontiguousarray(hits["strip"]),
        hits["energy"].astype(np.float32),
        ideal.hit_start,
        lines,
        first,
        look,
    )
    look = np.where(_backward(ideal), look + LOOKS, look)
    return np.where(first < 0, first_planes(ideal), first), look


def _backward(ideal: Events) -> np.ndarray:
    """Whether a charged hadron left the nucleus backward, (N,) bool."""
    assert ideal.particles is not None and ideal.particle_start is not None
    kinds = np.isin(ideal.particles["pdg"], HADRONS)
    counts = np.cumsum(np.append(0, kinds & (ideal.particles["pz"] < 0)))
    return np.diff(counts[ideal.particle_start]) > 0


def _known(ideal: Events) -> tuple[np.ndarray, np.ndarray]:
    """Truth (N,) and each event's muon (N,) PARTICLE.

    Raises:
        BadInput: events without truth, or without one muon each.
    """
    if ideal.truth is None or ideal.particles is None or ideal.particle_start is None:
        raise BadInput("events without truth and particles: the oracle needs both")
    owner = np.repeat(np.arange(len(ideal)), np.diff(ideal.particle_start))
    muon = np.flatnonzero(ideal.particles["pdg"] == MUON)
    if not np.array_equal(owner[muon], np.arange(len(ideal))):
        raise BadInput("events without exactly one muon each: the oracle follows it")
    return ideal.truth, ideal.particles[muon]


@allocating_kernel
def _find(
    plane: np.ndarray,
    strip: np.ndarray,
    energy: np.ndarray,
    start: np.ndarray,
    lines: np.ndarray,
    first: np.ndarray,
    look: np.ndarray,
) -> None:
    """Fill the first plane (-1 without any on the line) and look of every event.

    Of the stretches of planes with a deposit on the line, the first long one counts.
    """
    grid = np.zeros((PLANES, STRIPS), np.float32)
    found = np.zeros((PLANES, 4))
    for i in range(len(first)):
        grid[:] = 0.0
        for h in range(start[i], start[i + 1]):
            grid[plane[h], strip[h]] += energy[h]
        best, run, begin = 0, 0, -1
        first[i] = -1
        for p in range(PLANES):
            reach = Z_MID[p] - lines[i, 2]
            x = lines[i, 0] + lines[i, 3] * reach
            y = lines[i, 1] + lines[i, 4] * reach
            at = (x * COS[p] + y * SIN[p]) / PITCH + MIDDLE
            total, place = pair_at(grid[p], at, NEAR)
            found[p, 0], found[p, 2], found[p, 3] = at, total, place - at
            if total <= SMALLEST:
                run = 0
                continue
            if run == 0:
                begin = p
            run += 1
            if run > best:
                best, first[i] = run, begin
            if run >= LONG:
                break
        look[i] = NO_TRACK if first[i] < 0 else look_of(grid, found, first[i], RESIDUAL)
