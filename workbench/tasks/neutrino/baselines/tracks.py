"""The previous method: follow the muon upstream to where it began.

The muon is the track that begins first among the long straight ones. Its first plane
says which planes or target the vertex may be in, and what its beginning looks like how
likely each is. As in any such analysis that dependence is calibrated on simulated
events with known vertices, by counting.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from workbench.allotted import usable_cores
from workbench.errors import BadInput
from workbench.tasks.neutrino.baselines.calibration import (
    LOOKS,
    NO_TRACK,
    Calibration,
    calibrate,
    look_of,
)
from workbench.tasks.neutrino.baselines.first_hit import first_planes, segment_before
from workbench.tasks.neutrino.baselines.lines import (
    OFFSETS,
    PEAKS,
    SLOPES,
    fill,
    find_lines,
    find_points,
)
from workbench.tasks.neutrino.baselines.tracking import TRACKS, choose, match
from workbench.tasks.neutrino.compiled import allocating_kernel
from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.geometry import PLANES, STRIPS
from workbench.tasks.neutrino.segments import NO_SEGMENT

EARLY, LATE = -14.0, 28.0  # ns around the muon's time
POINTS = 600  # of one view that are looked at
RESIDUAL = np.array([0.2, 0.4, 0.7, 1.1])  # strips, first hit from the track
BLOCK = 500  # events handed to a thread


def fit(events: Events) -> Calibration:
    """Calibrate on events with known vertices.

    Raises:
        BadInput: events without truth.
    """
    if events.truth is None:
        raise BadInput("events without truth: calibrate the tracks on simulated ones")
    return calibrate(events.truth, *find_tracks(events), LOOKS)


def predict_probabilities(events: Events, calibration: Calibration) -> np.ndarray:
    """Probability of each segment, (N, 11) by code."""
    first, look = find_tracks(events)
    return calibration.segments[first, look]


def predict_segments(
    events: Events, calibration: Calibration | None = None
) -> np.ndarray:
    """Most probable segment, (N,) uint8; without a calibration that of most mass."""
    if calibration is None:
        first, _ = find_tracks(events)
        return np.append(segment_before(), NO_SEGMENT)[first].astype(np.uint8)
    return predict_probabilities(events, calibration).argmax(1).astype(np.uint8)


def find_tracks(events: Events) -> tuple[np.ndarray, np.ndarray]:
    """First plane of each event's muon and how its beginning looks.

    Returns:
        First planes (N,), that of the first hits where there is no track and 188
        without hits; looks (N,), ``NO_TRACK`` where there is none.
    """
    hits, start = events.hits, events.hit_start
    columns = (
        np.ascontiguousarray(hits["plane"]),
        np.ascontiguousarray(hits["strip"]),
        hits["energy"].astype(np.float32),
        np.nan_to_num(hits["time"].astype(np.float32)),
    )
    n = len(events)
    first, look = np.zeros(n, np.int64), np.zeros(n, np.int64)

    def block(i: int) -> None:
        part = slice(i, min(i + BLOCK, n))
        _find(*columns, start[i : part.stop + 1], first[part], look[part])

    with ThreadPoolExecutor(usable_cores()) as pool:
        list(pool.map(block, range(0, n, BLOCK)))
    lost = first < 0
    if lost.any():
        first = np.where(lost, first_planes(events), first)
    return first, look


@allocating_kernel
def _find(
    plane: np.ndarray,
    strip: np.ndarray,
    energy: np.ndarray,
    time: np.ndarray,
    start: np.ndarray,
    first: np.ndarray,
    look: np.ndarray,
) -> None:
    """Fill the first plane (-1 without a track) and look of one block of events."""
    grid = np.zeros((PLANES, STRIPS), np.float32)
    points = np.zeros((3, POINTS, 3))
    votes = np.zeros((SLOPES, OFFSETS), np.int16)
    lines = np.zeros((3, PEAKS, 2))
    counts = np.zeros(3, np.int64)
    tracks = np.zeros((TRACKS, 7))
    found, each = np.zeros((PLANES, 4)), np.zeros((PLANES, 4))
    for i in range(len(first)):
        a, b = start[i], start[i + 1]
        grid[:] = 0.0
        fill(grid, plane[a:b], strip[a:b], energy[a:b], time[a:b], EARLY, LATE)
        many = find_points(grid, points)
        for view in range(3):
            counts[view] = find_lines(points[view, : many[view]], votes, lines[view])
        match(grid, lines, counts, tracks)
        first[i] = choose(grid, tracks, each, found)
        look[i] = NO_TRACK if first[i] < 0 else look_of(grid, found, first[i], RESIDUAL)
