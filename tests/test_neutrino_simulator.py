import math

import numpy as np
import pytest

from workbench.errors import BadInput
from workbench.tasks.neutrino.conditions import CONDITIONS, Detector, detector
from workbench.tasks.neutrino.events import Events, concatenate
from workbench.tasks.neutrino.geometry import STRIPS, VIEW, Z_HI, Z_LO
from workbench.tasks.neutrino.segments import SLOT_NAMES, plane_code_of, segment_of
from workbench.tasks.neutrino.simulator import CHUNK, simulate
from workbench.tasks.neutrino.simulator.deposits import ENERGY, empty_event
from workbench.tasks.neutrino.simulator.layers import (
    in_hexagon,
    part_at,
)
from workbench.tasks.neutrino.simulator.materials import MUON
from workbench.tasks.neutrino.simulator.stream import (
    beta,
    exponential,
    normal,
    poisson,
    stream,
    uniform,
)
from workbench.tasks.neutrino.simulator.transport import track
from workbench.tasks.neutrino.simulator.vertex import rates

EVENTS = 600


def sample(**options) -> Events:
    return concatenate(list(simulate(EVENTS, 7, **options)))


@pytest.fixture(scope="module")
def nominal() -> Events:
    return sample()


def cells(events: Events) -> np.ndarray:
    owner = np.repeat(np.arange(len(events)), np.diff(events.hit_start))
    return (owner * 188 + events.hits["plane"]) * STRIPS + events.hits["strip"]


def same(one: Events, other: Events) -> bool:
    names = ("hits", "hit_start", "truth", "particles", "particle_start")
    return all(np.array_equal(getattr(one, n), getattr(other, n)) for n in names)


def test_the_same_events_whatever_the_workers_and_where_one_starts():
    total = CHUNK + 200
    one = list(simulate(total, 3, workers=1))
    two = list(simulate(total, 3, workers=3))
    assert [len(batch) for batch in one] == [CHUNK, 200]
    assert all(same(a, b) for a, b in zip(one, two, strict=True))
    (rest,) = simulate(total, 3, first_chunk=1)
    assert same(rest, one[1])
    assert not same(next(simulate(200, 4)), rest)
    names = concatenate(one).truth["event"]
    assert len(np.unique(names)) == total


def test_hits_are_physical_and_each_cell_is_hit_once(nominal):
    hits = nominal.hits
    assert (hits["energy"] > 0).all() and np.isfinite(hits["energy"]).all()
    assert np.isfinite(hits["time"]).all()
    assert hits["plane"].max() < 188 and hits["strip"].max() < STRIPS
    assert len(np.unique(cells(nominal))) == len(hits)
    assert (np.diff(nominal.hit_start) > 0).mean() > 0.99


def test_truth_agrees_with_itself(nominal):
    truth = nominal.truth
    assert np.array_equal(truth["segment"], segment_of(truth["z"]))
    assert np.array_equal(truth["plane_code"], plane_code_of(truth["z"]))
    assert truth["z"].max() <= np.float32(6172.29)
    assert all(in_hexagon(x, y, 850.01) for x, y in truth[["x", "y"]].tolist())
    transfer = truth["energy"] * truth["inelasticity"]
    q2 = 2 * 0.9389 * transfer * truth["bjorken_x"]
    assert q2 == pytest.approx(truth["q2"], rel=1e-3, abs=1e-5)
    assert ((truth["nucleus"] == 26) == (truth["material"] == 1)).all()
    first = nominal.particles[nominal.particle_start[:-1]]
    assert (first["pdg"] == 13).all()
    muon = np.sqrt(first["px"] ** 2 + first["py"] ** 2 + first["pz"] ** 2)
    assert (muon > 1.5).all()
    energy = np.sqrt(muon**2 + 0.10566**2)
    assert energy == pytest.approx(truth["energy"] - transfer, rel=1e-4)


def test_multiplicities_count_the_particles_listed(nominal):
    owner = np.repeat(np.arange(EVENTS), np.diff(nominal.particle_start))
    p = nominal.particles
    proton = p["pdg"] == 2212
    size2 = p["px"] ** 2 + p["py"] ** 2 + p["pz"] ** 2
    fast = np.sqrt(size2 + 0.9389**2) - 0.9389 > 0.05
    counted = np.bincount(owner[proton & fast], minlength=EVENTS)
    assert np.array_equal(counted, nominal.truth["protons"])


def test_ideal_shows_the_same_interactions_without_the_detector(nominal):
    ideal = sample(ideal=True)
    for name in ("truth", "particles", "particle_start"):
        assert np.array_equal(getattr(ideal, name), getattr(nominal, name))
    alone = np.flatnonzero(nominal.truth["overlay"] == 0)
    seen = np.isin(cells(nominal), cells(ideal))
    owner = np.repeat(np.arange(EVENTS), np.diff(nominal.hit_start))
    assert seen[np.isin(owner, alone)].mean() > 0.98  # the rest is cross-talk
    assert seen[~np.isin(owner, alone)].mean() < 0.9  # overlay is not the neutrino's


def test_a_backward_event_has_energy_upstream_of_its_vertex():
    ideal = sample(ideal=True)
    for i in np.flatnonzero(ideal.truth["backward"]):
        planes = ideal.hits_of(i)["plane"]
        assert (Z_HI[planes] < ideal.truth["z"][i]).any()
    assert 0.01 < ideal.truth["backward"].mean() < 0.3


def test_a_muon_loses_what_a_minimum_ionising_particle_loses():
    event = empty_event(3500.0)
    rng = stream(1)
    per_plane = []
    for _ in range(200):
        row = np.array([5.0, 5.0, Z_LO[60], 0, 0, 1.0, 400.0, 0, MUON])
        event.cells[:] = 0
        event.counts[:] = 0
        track(event, rng, row, -math.inf, False)
        per_plane.append(event.cells[:, ENERGY].reshape(188, STRIPS)[60:70].sum(1))
    assert np.mean(per_plane) == pytest.approx(3.3, abs=0.2)
    assert np.median(per_plane) < np.mean(per_plane)  # Landau's tail


def test_times_do_not_give_the_vertex_away(nominal):
    ideal = sample(ideal=True)
    truth, near, far = ideal.truth, [], []
    plane = np.searchsorted(Z_HI, truth["z"])
    for i in range(EVENTS):
        hits = ideal.hits_of(i)
        here, time = hits["plane"].astype(int), hits["time"].astype(float)
        start = time[(here >= plane[i]) & (here < plane[i] + 4)]
        near.append(np.median(start) if len(start) else np.nan)
        end = time[(here >= 90) & (here < 100)]
        far.append(np.median(end) if len(end) else np.nan)
    near, far, z = np.array(near), np.array(far), truth["z"].astype(float)
    known = np.isfinite(near)
    slope, _ = np.polyfit(z[known], near[known], 1)
    assert abs(slope) < 0.3 / 299.79  # the true time would give 1/c or more
    known = np.isfinite(far)
    line = np.polyfit(z[known], far[known], 1)
    blur = np.std(far[known] - np.polyval(line, z[known]))
    assert blur * 299.79 > 2 * z.std()  # flight time says less than knowing nothing


def test_faults_of_the_detector_leave_the_neutrinos_alone(nominal):
    changed = {name: sample(condition=name) for name in list(CONDITIONS)[4:]}
    for events in changed.values():
        assert np.array_equal(events.truth, nominal.truth)

    dead = changed["dead-planes"]
    assert np.isin(cells(dead), cells(nominal)).all()
    assert (
        len(np.unique(nominal.hits["plane"])) - len(np.unique(dead.hits["plane"]))
        == detector("dead-planes").dead_planes
    )

    wrong = changed["miscalibrated"]
    assert np.array_equal(cells(wrong), cells(nominal))
    ratio = wrong.hits["energy"].astype(float) / nominal.hits["energy"]
    assert ratio.mean() == pytest.approx(1, abs=0.05)
    assert 0.1 < ratio.std() < 0.3

    lost = changed["near-vertex-loss"]
    gone = nominal.hits[~np.isin(cells(nominal), cells(lost))]
    assert np.isin(cells(lost), cells(nominal)).all()
    owner = np.repeat(np.arange(EVENTS), np.diff(nominal.hit_start))
    vertex = np.searchsorted(Z_HI, nominal.truth["z"][owner])
    near = np.abs(nominal.hits["plane"] - vertex) <= 3
    assert len(gone) / near.sum() == pytest.approx(0.5, abs=0.05)
    assert np.isin(cells(nominal)[~near], cells(lost)).all()

    more = changed["cross-talk"]
    assert np.isin(cells(nominal), cells(more)).mean() > 0.97
    assert len(more.hits) > 1.02 * len(nominal.hits)


def test_shifts_of_the_beam_and_the_nucleus_go_where_they_say(nominal):
    low = sample(condition="low-energy-flux").truth
    below = [(truth["energy"] < 4).mean() for truth in (low, nominal.truth)]
    assert below[0] > 2 * below[1]  # the peak moves, the high-energy tails are alike
    heavy = sample(condition="high-w").truth
    assert heavy["w"].mean() > nominal.truth["w"].mean() + 0.2
    fsi = sample(condition="more-fsi").truth
    assert np.array_equal(fsi["z"], nominal.truth["z"])
    assert fsi["neutrons"].mean() > 1.1 * nominal.truth["neutrons"].mean()


def test_strength_scales_a_condition():
    for name, made in CONDITIONS.items():
        assert made(0.0) == Detector()
        assert name == "nominal" or made(0.5) not in (Detector(), made(1.0))
        assert made.__doc__
    assert same(sample(condition="cross-talk", strength=0.0), sample())


def test_water_and_the_whole_detector_can_be_filled():
    full = next(simulate(300, 1, condition=Detector(water=True, z_cap=8000.0)))
    truth = full.truth
    assert (truth["material"] == 4).any() and truth["z"].max() > 7000
    share, water = rates(6172.29, True), SLOT_NAMES.index("Water")
    assert share[water] / share[water - 1] == pytest.approx(17.1886 / 1.9872, rel=0.05)


def test_targets_are_split_as_published():
    rng = np.random.default_rng(2)
    points = [(x, y) for x, y in rng.uniform(-850, 850, (6000, 2))]
    points = [(x, y) for x, y in points if in_hexagon(x, y, 850.0)]
    third = np.bincount([part_at(2, x, y) for x, y in points]) / len(points)
    assert third == pytest.approx([1 / 3, 1 / 6, 1 / 2], abs=0.03)
    assert {part_at(4, x, y) for x, y in points} == {0}


def test_random_streams_follow_their_distributions():
    def moments(draw, *shape):
        state = stream(5, 6)
        values = np.array([draw(state, *shape) for _ in range(20_000)])
        return values.mean(), values.var()

    assert moments(uniform) == pytest.approx((1 / 2, 1 / 12), abs=0.01)
    assert moments(normal) == pytest.approx((0, 1), abs=0.03)
    assert moments(exponential) == pytest.approx((1, 1), abs=0.05)
    for mean in (0.3, 4.0, 25.0):
        assert moments(poisson, mean) == pytest.approx((mean, mean), rel=0.05)
    assert moments(beta, 0.75, 4.0)[0] == pytest.approx(0.75 / 4.75, abs=0.005)


def test_the_views_measure_one_position():
    ideal = sample(ideal=True)
    truth = ideal.truth
    off = []
    for i in range(EVENTS):
        hits = ideal.hits_of(i)
        close = (Z_LO[hits["plane"]] - truth["z"][i] < 70) & (
            Z_LO[hits["plane"]] > truth["z"][i]
        )
        for view, angle in enumerate((0, math.pi / 3, -math.pi / 3)):
            u = truth["x"][i] * math.cos(angle) + truth["y"][i] * math.sin(angle)
            strips = hits["strip"][close & (VIEW[hits["plane"]] == view)]
            if len(strips):
                off.append(np.median(strips) - (u / 16.7386 + 63))
    assert abs(np.median(off)) < 0.5
    assert np.percentile(np.abs(off), 75) < 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"condition": "sunny"}, "no condition 'sunny': choose one of nominal, "),
        ({"strength": -0.5}, "strength -0.5 of nominal: give 0 or more"),
        ({"strength": math.nan}, "strength nan of nominal: give 0 or more"),
        ({"workers": 0}, "workers 0: give 1 or more"),
        ({"first_chunk": -1}, "first_chunk -1: give 0 or more"),
        ({"events": -1}, "events -1: give 0 or more"),
        ({"seed": -3}, "seed -3: give 0 or more"),
    ],
)
def test_bad_arguments_are_named(options, said):
    with pytest.raises(BadInput) as error:
        simulate(**({"events": 10, "seed": 0} | options))
    assert str(error.value).startswith(said)


def test_no_events_are_no_batches():
    assert list(simulate(0, 0)) == []
