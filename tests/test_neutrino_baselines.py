"""The methods without a network, on muons drawn by hand and on simulated events."""

from collections.abc import Iterator

import numpy as np
import pytest

from workbench.errors import BadInput
from workbench.tasks.neutrino.baselines import first_hit, oracle, tracks
from workbench.tasks.neutrino.events import HIT, Events, concatenate, starts
from workbench.tasks.neutrino.geometry import PLANES, VIEW, Z_HI, Z_MID
from workbench.tasks.neutrino.segments import NO_SEGMENT, RANK, segment_of
from workbench.tasks.neutrino.simulator import simulate

PITCH = 16.7386
ANGLES = np.radians([0, 60, -60])


def muon(first: int, x: float, y: float, slopes: tuple[float, float]) -> np.ndarray:
    """Hits of a straight track through (x, y) mm at its first plane."""
    rows = []
    for plane in range(first, PLANES):
        reach, angle = Z_MID[plane] - Z_MID[first], ANGLES[VIEW[plane]]
        a, b = x + slopes[0] * reach, y + slopes[1] * reach
        at = (a * np.cos(angle) + b * np.sin(angle)) / PITCH + 63
        strip = int(np.floor(at))
        for side, share in ((0, 1 - (at - strip)), (1, at - strip)):
            if 0 <= strip + side < 127:
                rows.append((plane, strip + side, 3.3 * share, 0.0))
    return np.array(rows, HIT)


def events_of(*hits: np.ndarray) -> Events:
    return Events(np.concatenate(hits), starts(np.array([len(h) for h in hits])))


def without(hits: np.ndarray, *planes: int) -> np.ndarray:
    return hits[~np.isin(hits["plane"], planes)]


def noise(plane: int, strip: int, energy: float = 2.0) -> np.ndarray:
    return np.array([(plane, strip, energy, 0.0)], HIT)


@pytest.fixture(scope="module")
def simulated() -> Iterator[tuple[Events, Events]]:
    """Events to calibrate on and others to judge on."""
    yield (
        concatenate(list(simulate(2000, 21))),
        concatenate(list(simulate(1000, 22))),
    )


@pytest.mark.parametrize("first", [0, 7, 8, 24, 44, 60])
@pytest.mark.parametrize("slopes", [(0.0, 0.0), (0.2, -0.1), (-0.15, 0.25)])
def test_a_straight_muon_begins_in_its_first_plane(
    first: int, slopes: tuple[float, float]
) -> None:
    found, look = tracks.find_tracks(events_of(muon(first, 120, -200, slopes)))
    assert found.tolist() == [first]
    assert look[0] < tracks.NO_TRACK


def test_a_missed_plane_does_not_end_a_track() -> None:
    hits = muon(30, 50, 80, (0.1, 0.05))
    gaps = without(hits, 33, 34, 60)
    assert tracks.find_tracks(events_of(gaps))[0].tolist() == [30]


def test_noise_upstream_is_no_track() -> None:
    hits = muon(30, 50, 80, (0.1, 0.05))
    stray = [noise(p, 20 + p) for p in (3, 4, 12, 27)]
    events = events_of(np.concatenate([hits, *stray]))
    assert tracks.find_tracks(events)[0].tolist() == [30]
    assert first_hit.first_planes(events).tolist() == [3]


def test_a_muon_from_the_rock_is_passed_over() -> None:
    hits = np.concatenate(
        [muon(0, -500, 300, (0.0, 0.0)), muon(40, 300, -100, (0.1, 0.1))]
    )
    assert tracks.find_tracks(events_of(hits))[0].tolist() == [40]


def test_a_track_out_of_time_is_passed_over() -> None:
    late = muon(10, -500, 300, (0.0, 0.0))
    late["time"] = 50
    hits = np.concatenate([late, muon(40, 300, -100, (0.1, 0.1))])
    assert tracks.find_tracks(events_of(hits))[0].tolist() == [40]


def test_events_without_a_track_fall_back_on_their_hits() -> None:
    events = events_of(noise(50, 60), np.zeros(0, HIT))
    found, look = tracks.find_tracks(events)
    assert found.tolist() == [50, PLANES]
    assert (look == tracks.NO_TRACK).all()
    assert tracks.predict_segments(events).tolist()[1] == NO_SEGMENT
    assert first_hit.predict_segments(events)[1] == NO_SEGMENT


def test_the_first_hit_plane_guards_against_noise() -> None:
    hits = muon(20, 0, 0, (0.0, 0.0))
    stray = np.concatenate([noise(5, 30), noise(11, 30, 0.4), hits])
    assert first_hit.first_planes(events_of(hits, stray)).tolist() == [20, 20]


def test_a_target_outweighs_the_plane_behind_it() -> None:
    for plane, code in ((8, 1), (9, 1), (10, 6), (7, 1), (6, 0), (42, 9), (43, 5)):
        events = events_of(muon(plane, 0, 0, (0.0, 0.0)))
        assert first_hit.predict_segments(events).tolist() == [code], plane
        assert tracks.predict_segments(events).tolist() == [code], plane


def test_tracks_beat_the_first_hit_and_less_than_the_truth(
    simulated: tuple[Events, Events],
) -> None:
    known, judged = simulated
    assert judged.truth is not None
    segment = judged.truth["segment"]
    first = np.mean(first_hit.predict_segments(judged) == segment)
    track = np.mean(tracks.predict_segments(judged, tracks.fit(known)) == segment)
    plane = np.mean(oracle.known_plane_segments(judged.truth) == segment)
    assert 0.5 < first < track - 0.03 < plane
    assert 0.97 < plane < 1


def test_probabilities_are_a_distribution(simulated: tuple[Events, Events]) -> None:
    known, judged = simulated
    chances = tracks.predict_probabilities(judged, tracks.fit(known))
    np.testing.assert_allclose(chances.sum(1), 1)
    assert chances.min() >= 0 and judged.truth is not None
    best = tracks.predict_segments(judged, tracks.fit(known))
    np.testing.assert_array_equal(chances.argmax(1), best)


def test_tracks_do_not_depend_on_their_neighbours(
    simulated: tuple[Events, Events],
) -> None:
    _, judged = simulated
    whole, _ = tracks.find_tracks(judged)
    start = judged.hit_start[700:801]
    part = Events(judged.hits[start[0] : start[-1]], start - start[0])
    np.testing.assert_array_equal(tracks.find_tracks(part)[0], whole[700:800])


def test_the_known_muon_begins_where_the_neutrino_interacted() -> None:
    ideal = concatenate(list(simulate(1500, 23, ideal=True)))
    assert ideal.truth is not None
    first, _ = oracle.find_starts(ideal)
    vertex = np.searchsorted(Z_HI, ideal.truth["z"])
    assert np.mean(first == vertex) > 0.8
    assert np.mean(np.abs(first - vertex) <= 2) > 0.95
    right = oracle.predict_segments(ideal, oracle.fit(ideal)) == ideal.truth["segment"]
    assert right.mean() > 0.94


def test_the_known_plane_is_wrong_only_at_the_edge_of_a_plane() -> None:
    truth = np.zeros(4, [("z", "f8")])
    truth["z"] = [4437.0, 4439.0, 4480.0, 6000.0]
    assert oracle.known_plane_segments(truth).tolist() == [1, 1, 1, 10]
    assert RANK[segment_of(truth["z"])].tolist() == [0, 1, 1, 10]


def test_what_lacks_truth_is_refused() -> None:
    events = events_of(muon(20, 0, 0, (0.0, 0.0)))
    with pytest.raises(BadInput, match="without truth: calibrate the tracks on sim"):
        tracks.fit(events)
    with pytest.raises(BadInput, match="without truth and particles"):
        oracle.fit(events)
