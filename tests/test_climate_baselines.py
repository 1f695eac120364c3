"""The methods without a network, on systems drawn by hand and on simulated maps."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.errors import BadInput
from workbench.tasks.climate.areas import directions, distance, length, unit
from workbench.tasks.climate.baselines import (
    bard,
    boosted,
    closed_contours,
    flood_fill,
    transport,
)
from workbench.tasks.climate.baselines.features import features
from workbench.tasks.climate.baselines.fields import pick
from workbench.tasks.climate.baselines.heuristics import HEURISTICS
from workbench.tasks.climate.baselines.polar import on, rings, swirl
from workbench.tasks.climate.baselines.scores import choose, scores
from workbench.tasks.climate.baselines.smoothing import smooth
from workbench.tasks.climate.events import match, objects
from workbench.tasks.climate.generator import simulate
from workbench.tasks.climate.generator.cyclones import Cyclone, vortices
from workbench.tasks.climate.samples import LEFT_OUT
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import CYCLONE, NAMES, RIVER

GRID = Grid.named("96x144")
SHAPE = (1, *GRID.shape)
METHODS = {name: one.classes for name, one in HEURISTICS.items()}


def sample(maps: int, seed: int):
    made = list(simulate(maps, seed, grid="96x144", annotators=0))
    fields = {n: np.concatenate([d[n].to_numpy() for d in made]) for n in NAMES}
    truth = [np.where(d.IGNORE > 0, -1, d.TRUTH.astype(np.int8)) for d in made]
    return fields, np.concatenate(truth), made[0]


@pytest.fixture(scope="module")
def known():
    return sample(6, 31)


@pytest.fixture(scope="module")
def judged():
    return sample(12, 32)


def few(maps) -> tuple[dict[str, np.ndarray], np.ndarray]:
    return {name: field[:6] for name, field in maps[0].items()}, maps[1][:6]


@pytest.fixture(scope="module")
def trees(known):
    return boosted.fit([known[:2]], smoothed=True, rounds=10)


def quiet() -> dict[str, np.ndarray]:
    """A still, dry world."""
    still = {"PSL": 101_000.0, "T500": 265.0, "T200": 220.0, "TMQ": 45.0}
    still |= {"U850": 0.0, "V850": 0.0, "PRECT": 1e-9}
    return {name: np.full(SHAPE, value, np.float32) for name, value in still.items()}


def with_storm(lat: float, lon: float, warm: bool = True) -> dict[str, np.ndarray]:
    storm = Cyclone(lat, lon, 0, 0, 0, 45, 110, 1.2, 5.2, (0.5, 1.0))
    made, fields = vortices([storm], GRID, 0.0), quiet()
    fields["PSL"] += made.pressure
    fields["U850"] += made.u
    fields["V850"] += made.v
    fields["TMQ"] += 20 * made.vapour
    if warm:
        fields["T500"] += made.warm
        fields["T200"] += 1.5 * made.warm
    return fields


def with_ribbon(first: int, last: int, rows: slice, east: float = 0.0):
    """A strip of moist air that moves poleward between two columns."""
    fields = quiet()
    fields["TMQ"][:] = 8
    columns = np.arange(first, last) % GRID.columns
    row = np.arange(GRID.rows)[rows]
    at = np.ix_([0], row, columns)
    fields["TMQ"][at], fields["V850"][at], fields["U850"][at] = 35, 25, east
    return fields


@pytest.mark.parametrize(("lat", "lon"), [(16, 140), (-18, 0.5), (12, 359)])
def test_closed_contours_draw_a_disc_round_a_storm(lat: float, lon: float):
    code = closed_contours.cyclones(with_storm(lat, lon))
    (one,) = objects(code, GRID).to_dict("records")
    assert distance(unit(one["lat"], one["lon"]), unit(lat, lon)) < 60
    radius = closed_contours.CHOSEN.radius
    cap = 2 * np.pi * 6371**2 * (1 - np.cos(np.radians(radius)))
    assert one["area_km2"] == pytest.approx(cap, rel=0.15)


def test_published_contours_want_a_warm_core_and_a_rise_on_all_sides():
    published = closed_contours.PUBLISHED
    assert closed_contours.cyclones(with_storm(16, 140), published).any()
    cold = with_storm(16, 140, warm=False)
    assert not closed_contours.cyclones(cold, published).any()
    open_side = with_storm(16, 140)
    south = np.abs(GRID.lat - 5) < 10
    open_side["PSL"][:, south] = np.minimum(
        open_side["PSL"][:, south], open_side["PSL"].min() + 50
    )
    assert not closed_contours.cyclones(open_side, published).any()


def test_of_two_middles_that_are_near_the_surer_counts():
    fields, weaker = with_storm(16, 140), with_storm(16, 146)
    for name, part in (("PSL", 0.4), ("T500", 0.4), ("U850", 0.4), ("V850", 0.4)):
        fields[name] += part * (weaker[name] - quiet()[name])
    (one,) = objects(closed_contours.cyclones(fields), GRID).to_dict("records")
    assert abs(one["lon"] - 140) < 1


def test_rings_turn_clockwise_from_north_and_swirl_is_cyclonic_in_both_hemispheres():
    lat, lon = np.array([16.0, -16.0]), np.array([358.0, 100.0])
    places = rings(lat, lon, np.array([3.0]), GRID)
    north, east = places[:, 0, 0, 0], places[:, 0, 6, 0]
    assert GRID.lat[0] + north[0] * GRID.step == pytest.approx(19, abs=1e-3)
    assert east[1] * 2.5 == pytest.approx(1.12, abs=0.02)  # over the seam
    for k in range(2):
        storm = with_storm(float(lat[k]), float(lon[k]))
        at = places[:, k : k + 1]
        u, v = on(storm["U850"][0], at), on(storm["V850"][0], at)
        assert swirl(u, v, lat[k : k + 1]).min() > 5


@pytest.mark.parametrize("first", [30, 140])
def test_a_river_is_long_and_narrow_also_over_the_seam(first: int):
    rows = slice(60, 80)  # 24 to 60° N
    named = transport.rivers(with_ribbon(first, first + 4, rows))
    assert (named == RIVER).sum() == 80
    short = with_ribbon(first, first + 4, slice(60, 64))
    assert not transport.rivers(short, transport.PUBLISHED).any()
    broad = quiet()
    near = distance(directions(GRID), unit(42, first * 2.5)) < 1500
    broad["TMQ"][0], broad["V850"][0, near] = np.where(near, 35, 8), 25
    assert not transport.rivers(broad).any()
    assert transport.rivers(broad, replace(transport.CHOSEN, narrow=1)).any()
    tropical = with_ribbon(first, first + 4, slice(48, 56))
    assert not transport.rivers(tropical).any()


def test_flood_fill_damps_the_tropics_and_measures_its_areas():
    vapour = with_ribbon(30, 34, slice(60, 80))["TMQ"][0]
    published = flood_fill.PUBLISHED
    found = flood_fill.rivers(vapour, GRID, published) == RIVER
    assert found[66:80, 30:34].all() and not found[:60].any()
    near = vapour * 0 + 8
    near[48:54, 30:60] = 45
    assert not flood_fill.rivers(near, GRID, published).any()
    broad = vapour * 0 + 8
    broad[60:80, 20:60] = 35
    assert not flood_fill.rivers(broad, GRID, published).any()


def test_flood_fill_draws_the_moist_part_of_a_cyclone_s_box():
    fields = with_storm(16, 140)
    code = flood_fill.classes(fields, flood_fill.PUBLISHED)[0]
    rows, columns = np.nonzero(code == CYCLONE)
    assert len(rows) and np.abs(GRID.lat[rows] - 16).max() <= 6.6
    assert np.abs(GRID.lon[columns] - 140).max() <= 6.6


def test_posterior_has_the_published_medians_and_is_a_probability(judged):
    rows = bard.parameters()
    medians = [bard.PERCENTILE[1], bard.HALF_WIDTH[1], bard.AREA[1]]
    assert np.median(rows, axis=0) == pytest.approx(medians, rel=0.02)
    for k, (least, _, most) in enumerate((bard.PERCENTILE, bard.HALF_WIDTH, bard.AREA)):
        assert least <= rows[:, k].min() and rows[:, k].max() <= most
    one = {name: field[:2] for name, field in judged[0].items()}
    chance = bard.posterior(one)
    assert chance.min() == 0 and 0.5 < chance.max() <= 1
    assert len(np.unique(chance)) > 10
    more = bard.rivers(one, replace(bard.PUBLISHED, sure=0.2))
    less = bard.rivers(one, replace(bard.PUBLISHED, sure=0.8))
    assert (more >= less).all() and more.sum() > less.sum() > 0


def test_each_method_is_better_than_nothing_and_chosen_than_published(judged):
    fields, truth, _ = judged

    def iou(named: np.ndarray) -> np.ndarray:
        return scores(truth, named).iou

    assert iou(closed_contours.cyclones(fields))[CYCLONE] > 0.6
    assert iou(transport.rivers(fields))[RIVER] > 0.25
    assert iou(bard.rivers(fields))[RIVER] > 0.2
    assert iou(flood_fill.classes(fields))[CYCLONE] > 0.4
    for method, module, code in (
        (transport.rivers, transport, RIVER),
        (flood_fill.classes, flood_fill, RIVER),
        (closed_contours.cyclones, closed_contours, CYCLONE),
    ):
        published = iou(method(fields, module.PUBLISHED))[code]
        assert iou(method(fields, module.CHOSEN))[code] > published


def test_closed_contours_find_most_cyclones_and_place_them(judged):
    fields, truth, _ = judged
    row = match(truth, closed_contours.cyclones(fields), GRID).loc["tropical cyclone"]
    assert row["hit_rate"] > 0.8 and row["centre_error_km"] < 100
    assert row["false_alarms_a_map"] < 0.5


def test_trees_learn_and_say_what_they_live_on(trees, judged):
    fields, truth = few(judged)
    got = scores(truth, trees.classes(fields)).iou
    assert got[CYCLONE] > 0.3 and got[RIVER] > 0.25
    falls = boosted.importance(trees, fields, truth)
    names = [name for name, _ in falls]
    assert {"TMQ", "PSL", "transport", "|lat|"} <= set(names)
    assert falls[0][1][RIVER] >= falls[-1][1][RIVER]
    assert dict(falls)["transport"][RIVER] > 0.01


def test_trees_of_single_points_know_less_than_those_with_surroundings(
    trees, known, judged
):
    alone = boosted.fit([known[:2]], smoothed=False, rounds=10)
    fields, truth = few(judged)
    less = scores(truth, alone.classes(fields)).iou
    more = scores(truth, trees.classes(fields)).iou
    assert alone.names == (*NAMES, "|lat|")
    assert less[CYCLONE] < more[CYCLONE] and less[RIVER] < more[RIVER]


def test_trees_pass_by_points_that_are_left_out(known):
    fields, truth, _ = known
    rows = np.where(np.arange(GRID.shape[0])[:, None] % 3, truth.astype(int), LEFT_OUT)
    grown = boosted.fit([(fields, rows)], smoothed=False, rounds=5)
    assert set(np.unique(grown.classes(fields))) == {0, CYCLONE, RIVER}


def test_trees_want_every_class(known):
    fields, truth, _ = known
    with pytest.raises(BadInput, match="lack a class: give more of them"):
        boosted.fit([(fields, np.where(truth == CYCLONE, 0, truth))], smoothed=False)


@pytest.mark.parametrize("name", METHODS)
def test_a_data_set_serves_and_so_does_one_map(name: str, known):
    fields, _, first = known
    codes = METHODS[name](first)
    assert codes.shape == SHAPE and codes.dtype == np.uint8
    one = {channel: field[0] for channel, field in fields.items()}
    assert np.array_equal(METHODS[name](one), codes)


@pytest.mark.parametrize("name", METHODS)
def test_turning_the_globe_turns_the_answer(name: str, known):
    one = {channel: field[:2] for channel, field in known[0].items()}
    turned = {channel: np.roll(field, 50, axis=2) for channel, field in one.items()}
    ours = np.roll(METHODS[name](one), 50, axis=2)
    theirs = METHODS[name](turned)
    assert (ours != theirs).mean() < 1e-3 and ours.any()


def test_smoothing_keeps_means_and_knows_the_pole_and_the_seam():
    assert smooth(np.full(SHAPE, 3.0), 6, GRID) == pytest.approx(3)
    spike = np.zeros(GRID.shape)
    spike[70, 0] = 1
    seen = smooth(spike, 4, GRID)
    assert seen[70, 3] == pytest.approx(seen[70, -3], rel=1e-4) and seen[70, 3] > 0
    spike = np.zeros(GRID.shape)
    spike[-3, 10] = 1
    assert smooth(spike, 4, GRID)[-2, 10 + 72] > 0.1 * smooth(spike, 4, GRID).max()
    # half the width away the Gaussian is as high as it says
    wide = smooth(np.exp(-(((GRID.lat[:, None] - 20) / 5) ** 2) / 2), 5, GRID)
    spread = np.sqrt(50)
    at = np.interp([20, 20 + spread], GRID.lat, wide[:, 0])
    assert at[1] / at[0] == pytest.approx(np.exp(-0.5), rel=0.05)


def test_features_have_names_and_no_holes(known):
    one = {channel: field[:1] for channel, field in known[0].items()}
    found = features(one, smoothed=True)
    assert {"TMQ over 2°", "PSL above 8°", "vorticity", "convergence"} <= set(found)
    for field in found.values():
        assert field.shape == SHAPE and np.isfinite(field).all()


def test_lengths_go_along_the_great_circle():
    near = distance(directions(GRID), unit(40, 0)) < 1500
    assert length(np.flatnonzero(near), GRID) == pytest.approx(3000, rel=0.08)


def test_scores_leave_out_what_is_not_judged():
    truth, named = np.zeros(SHAPE, int), np.zeros(SHAPE, np.uint8)
    truth[0, 40:50, :10], named[0, 40:50, 5:15] = RIVER, RIVER
    assert scores(truth, named).iou[RIVER] == pytest.approx(1 / 3)
    truth[0, 40:50, 10:] = -1
    got = scores(truth, named)
    assert got.iou[RIVER] == 0.5
    assert (got.precision[RIVER], got.recall[RIVER]) == (1, 0.5)
    truth[0, -1, :20] = RIVER  # at the pole there is no area
    assert scores(truth, named, by_area=True).iou[RIVER] == pytest.approx(0.5, abs=0.01)


def test_choosing_turns_one_knob_after_another():
    trials = {"sure": (0.1, 0.5, 0.9), "lift": (-1.0, 1.0, 2.0)}
    best, reached = choose(
        bard.PUBLISHED, trials, lambda s: -((s.sure - 0.9) ** 2) - (s.lift - 1) ** 2
    )
    assert (best.sure, best.lift, best.area, reached) == (0.9, 1.0, 1.0, 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"TMQ": None}, "no TMQ: give TMQ in kg/m2"),
        ({"U850": np.zeros((2, 3))}, r"U850 is \(1, 2, 3\): give all as \(time, lat"),
        ({"V850": np.full(SHAPE, np.nan)}, "V850 has 13824 points without a number"),
    ],
)
def test_what_does_not_serve_is_named(change: dict, said: str):
    fields = {k: v for k, v in (quiet() | change).items() if v is not None}
    with pytest.raises(BadInput, match=said):
        pick(fields, "TMQ", "U850", "V850")
