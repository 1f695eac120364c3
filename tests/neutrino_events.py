"""Events that no physics made, for tests of files."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from workbench.tasks.neutrino.events import (
    HIT,
    PARTICLE,
    TRUTH,
    Events,
    starts,
)
from workbench.tasks.neutrino.geometry import COLUMN, VIEW, columns
from workbench.tasks.neutrino.segments import plane_code_of, segment_of

FEW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
HALF = {"width": 16, "allow_nan": False, "allow_infinity": False}


def in_folder(use: Callable[[Path], None]) -> None:
    """Call with a folder of its own, for tests that run many examples."""
    with tempfile.TemporaryDirectory() as place:
        use(Path(place))


@st.composite
def batches(draw: st.DrawFn, truth: bool = True) -> list[Events]:
    """One to three batches of events with a few hits, no two in one cell."""
    hit = st.tuples(
        st.integers(0, 187),
        st.integers(0, 126),
        st.floats(2.0**-20, 65504, **HALF),
        st.floats(-65504, 65504, **HALF),
    )
    hits = st.lists(hit, max_size=12, unique_by=lambda h: h[:2])
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    random = np.random.default_rng(draw(st.integers(0, 1000)))
    return [
        batch_of([draw(hits) for _ in range(size)], random, truth) for size in sizes
    ]


def batch_of(
    hits: list[list[tuple]], random: np.random.Generator, truth: bool = True
) -> Events:
    flat = np.array([h for event in hits for h in event], HIT)
    start, n = starts(np.array([len(event) for event in hits])), len(hits)
    if not truth:
        return Events(flat, start)
    known = np.zeros(n, TRUTH)
    for name in TRUTH.names:
        known[name] = random.integers(0, 5, n)
    known["event"] = random.integers(0, 10**16, n)
    known["z"] = random.uniform(4200, 8600, n)
    known["segment"] = segment_of(known["z"])
    known["plane_code"] = plane_code_of(known["z"])
    number = random.integers(0, 4, n)
    particles = np.zeros(number.sum(), PARTICLE)
    particles["pdg"] = random.choice([13, 2212, 2112, -211, 111, 22], number.sum())
    particles["pz"] = random.uniform(0, 5, number.sum())
    return Events(flat, start, known, particles, starts(number))


def many(events: int, seed: int = 0, hits: int = 40) -> Events:
    random = np.random.default_rng(seed)
    cells = [random.choice(188 * 127, hits, replace=False) for _ in range(events)]
    listed = [
        [(c // 127, c % 127, *random.uniform(0.1, 99, 2)) for c in event]
        for event in cells
    ]
    return batch_of(listed, random)


def by_place(events: Events) -> tuple[np.ndarray, np.ndarray]:
    """Hits and the event of each, in the order of event, plane and strip."""
    event = np.repeat(np.arange(len(events)), np.diff(events.hit_start))
    hits = events.hits[events.hit_start[0] : events.hit_start[-1]]
    order = np.lexsort((hits["strip"], hits["plane"], event))
    return hits[order], event[order]


def same_hits(found: Events, wanted: Events, x_columns: int = 94) -> None:
    hits, event = by_place(wanted)
    width = np.array([columns(view, x_columns) for view in range(3)])
    kept = COLUMN[hits["plane"]] < width[VIEW[hits["plane"]]]
    np.testing.assert_array_equal(by_place(found)[0], hits[kept])
    np.testing.assert_array_equal(by_place(found)[1], event[kept])


def some(events: int, planes: int = 50, end: float = 7000.0) -> Events:
    """Twenty hits an event in the first planes, vertices upstream of ``end`` mm."""
    random = np.random.default_rng(0)
    hits = np.zeros(events * 20, HIT)
    cells = [random.choice(planes * 127, 20, replace=False) for _ in range(events)]
    hits["plane"], hits["strip"] = np.divmod(np.concatenate(cells), 127)
    hits["energy"] = random.uniform(1, 50, len(hits))
    truth = np.zeros(events, TRUTH)
    truth["event"] = 1100000004001203 + np.arange(events)
    truth["z"] = random.uniform(4300, end, events)
    truth["segment"] = segment_of(truth["z"])
    truth["plane_code"] = plane_code_of(truth["z"])
    return Events(hits, starts(np.full(events, 20)), truth)
