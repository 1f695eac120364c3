"""Systems as events, on masks drawn by hand and on a generated sequence."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadInput
from workbench.tasks.climate.areas import directions, distance, unit
from workbench.tasks.climate.events import (
    frequency,
    genesis,
    landfall,
    lives,
    match,
    objects,
    rain,
    termination,
    track,
)
from workbench.tasks.climate.events.pictures import frequency_map, tracks_map
from workbench.tasks.climate.generator import simulate
from workbench.tasks.climate.generator.scene import Scene
from workbench.tasks.climate.sphere import DEGREE, Grid

GRID = Grid.named("192x288")
COARSE = Grid.named("96x144")
KM = DEGREE / 1000  # km for each degree
EARTH = 6371.0


def disc(lat: float, lon: float, radius: float = 6.0, code: int = 1) -> np.ndarray:
    far = distance(directions(GRID), unit(lat, lon))
    return np.where(far < radius * KM, code, 0)


def hours(*values: float) -> pd.DatetimeIndex:
    return pd.Timestamp("2004-08-19") + pd.to_timedelta(list(values), "h")


def far(row: pd.Series, lat: float, lon: float) -> float:
    return float(distance(unit(row["lat"], row["lon"]), unit(lat, lon)))


@pytest.mark.parametrize("lon", [0.0, 180.0, 77.0])
def test_a_disc_is_one_object_wherever_it_lies(lon: float):
    (one,) = objects(disc(18, lon), GRID).to_dict("records")
    cap = 2 * np.pi * EARTH**2 * (1 - np.cos(np.radians(6)))
    assert one["area_km2"] == pytest.approx(cap, rel=0.03)
    assert far(pd.Series(one), 18, lon) < 25
    assert one["length_km"] == pytest.approx(12 * KM, rel=0.1)
    assert one["class"] == "tropical cyclone" and one["step"] == 0


def test_near_the_pole_a_disc_is_one_and_nothing_joins_across_it():
    near = objects(disc(82, 200), GRID)
    assert len(near) == 1 and far(near.iloc[0], 82, 200) < 40
    assert len(objects(disc(88, 200), GRID)) == 1  # over the pole: whole rows
    opposite = np.zeros(GRID.shape, int)
    opposite[-8:, 10:60] = opposite[-8:, 154:204] = 2
    assert len(objects(opposite, GRID, {1: 0, 2: 0})) == 2


def test_corners_touch_also_across_the_seam():
    codes = np.zeros(GRID.shape, int)
    codes[90:96, -6:], codes[96:102, :6] = 1, 1
    assert len(objects(codes, GRID)) == 1
    codes[96:102, :6], codes[97:103, :6] = 0, 1
    assert len(objects(codes, GRID, {1: 0, 2: 0})) == 2


def test_what_is_small_or_left_out_is_no_object():
    assert len(objects(disc(18, 50, 1.2), GRID)) == 0
    assert len(objects(disc(18, 50, 1.2), GRID, {1: 0, 2: 0})) == 1
    assert len(objects(-disc(18, 50), GRID)) == 0


@pytest.mark.parametrize("step", [1.0, 3.0, 6.0])
@pytest.mark.parametrize("lat", [12.0, -35.0])
def test_a_moving_disc_has_its_speed_over_the_date_line(step: float, lat: float):
    speed = 30.0  # km/h eastward
    turn = speed / (KM * np.cos(np.radians(lat)))
    times = np.arange(0, 49, step)
    masks = np.stack([disc(lat, 352 + turn * t) for t in times])
    labels, table = track(masks, hours(*times), GRID)
    (one,) = lives(table).to_dict("records")
    assert set(np.unique(labels)) == {0, 1} and (labels > 0).sum() == masks.sum()
    assert one["lifetime_h"] == 48
    # from hour to hour a middle moves by a fifth of a cell, and the grid shows
    near = 0.12 if step == 1 else 0.04
    assert one["distance_km"] == pytest.approx(48 * speed, rel=near)
    assert one["speed_km_h"] == pytest.approx(speed, rel=near)
    assert one["began"] == "in sight at the start"
    assert one["ended"] == "in sight at the end"
    if step == 6:
        assert table["speed_km_h"][1:].to_numpy() == pytest.approx(speed, rel=0.25)


def test_of_two_that_merge_the_larger_goes_on():
    lons = [(150, 170), (153, 167), (155, 165), (157, 163), (158, 162)]
    masks = [np.maximum(disc(20, a, 6), disc(20, b, 4)) for a, b in lons]
    table = track(np.stack(masks), hours(*range(0, 15, 3)), GRID)[1]
    life = lives(table).set_index("ended")
    assert len(life) == 2
    assert life.loc["merged", "first_lon"] == pytest.approx(170, abs=0.5)
    assert life.loc["in sight at the end", "maps"] == 5
    back = lives(track(np.stack(masks[::-1]), hours(*range(0, 15, 3)), GRID)[1])
    assert sorted(back["began"]) == ["in sight at the start", "split off"]


def test_a_step_out_of_sight_is_bridged_and_two_are_not():
    lon, empty = [140, 141, 142, 143, 144], np.zeros(GRID.shape, int)
    masks = np.stack([disc(15, x) for x in lon])
    one, two = masks.copy(), masks.copy()
    one[2], two[2:4] = empty, empty
    six = hours(0, 6, 12, 18, 24)
    assert len(lives(track(one, six, GRID)[1])) == 1
    assert len(lives(track(two, six, GRID)[1])) == 2
    assert len(lives(track(one, six, GRID, missing=0)[1])) == 2
    # a map that is not in the file
    assert len(lives(track(masks, hours(0, 6, 18, 24, 30), GRID)[1])) == 1
    assert len(lives(track(masks, hours(0, 6, 60, 66, 72), GRID)[1])) == 2


def test_cyclone_and_river_are_never_one():
    masks = np.stack([disc(30, 200, code=1), disc(30, 200, code=2)])
    table = track(masks, hours(0, 6), GRID)[1]
    assert sorted(lives(table)["class"]) == ["atmospheric river", "tropical cyclone"]


def test_where_systems_begin_and_end_leaves_out_the_record_s_ends():
    empty = np.zeros(GRID.shape, int)
    born = [empty, disc(12, 142), disc(12, 141), disc(13, 138), empty]
    old = [disc(-12, 62)] * 2 + [empty] * 3
    masks = np.stack([np.maximum(a, b) for a, b in zip(born, old, strict=True)])
    life = lives(track(masks, hours(0, 6, 12, 18, 24), GRID)[1])
    begin, end = genesis(life), termination(life)
    assert begin.sum() == 1 and end.sum() == 2
    cyclones = begin.sel({"class": "tropical cyclone"})
    assert cyclones.sel(lat=12, lon=142, method="nearest") == 1
    assert end.sel({"class": "tropical cyclone"}).sel(lat=-12.5, lon=62.5) == 1


def test_frequency_counts_maps():
    masks = np.stack([disc(10, 5), disc(10, 5), disc(10, 5, code=2), disc(10, 95)])
    found = frequency(masks, GRID)
    here = found.sel(lat=10, lon=5, method="nearest")
    assert here.to_numpy().tolist() == [0.5, 0.25]
    assert found.sel(lat=-40, lon=5, method="nearest").to_numpy().tolist() == [0, 0]


def test_rain_falls_by_class_and_band():
    masks = np.stack([disc(10, 5), disc(50, 95, code=2)])
    fall = np.where(masks == 1, 4, np.where(masks == 2, 2, 1)) / 86_400_000
    table = rain(masks, fall, GRID)
    assert table["mean_mm_day"]["globe"].tolist() == pytest.approx([1, 4, 2])
    assert table["rain_share"]["globe"].sum() == pytest.approx(1)
    cap = (1 - np.cos(np.radians(6))) / 2
    assert table["area_share"]["globe", "tropical cyclone"] == pytest.approx(
        cap / 2, rel=0.03
    )
    assert table["area_share"]["north of 20 N", "tropical cyclone"] == 0
    assert np.isnan(table["mean_mm_day"]["tropics", "atmospheric river"])


def test_landfall_is_where_the_coast_is_crossed():
    lons = [330, 334, 338, 342, 346, 350]  # to Senegal, whose coast is at 343° E
    masks = np.stack([disc(14.5, x) for x in lons])
    found = landfall(*track(masks, hours(0, 6, 12, 18, 24, 30), GRID), GRID)
    assert found["step"].tolist() == [4]
    assert far(found.iloc[0], 14.5, 346) < 40
    river = landfall(*track(2 * masks, hours(0, 6, 12, 18, 24, 30), GRID), GRID)
    assert river["step"].tolist() == [2]  # its edge is there before its middle
    backward = masks[::-1]
    assert landfall(*track(backward, hours(*range(6)), GRID), GRID).empty


def test_match_counts_hits_false_alarms_and_distances():
    truth = np.stack([np.maximum(disc(15, 60), disc(45, 200, 8, 2)), disc(15, 60)])
    named = np.stack([np.maximum(disc(17, 60), disc(-10, 300)), disc(30, 250)])
    table = match(truth, named, GRID)
    cyclone, river = table.loc["tropical cyclone"], table.loc["atmospheric river"]
    assert cyclone[["true", "predicted", "hits"]].tolist() == [2, 3, 1]
    assert cyclone["hit_rate"] == 0.5
    assert cyclone["centre_error_km"] == pytest.approx(2 * KM, abs=15)
    assert cyclone["false_alarms_a_map"] == 1
    assert cyclone["false_alarms_a_map_tropics"] == 0.5
    assert river["hit_rate"] == 0 and river["false_alarms_a_map"] == 0
    left_out = truth.copy()
    left_out[1][disc(30, 250) > 0] = -100
    less = match(left_out, named, GRID).loc["tropical cyclone"]
    assert less["false_alarms_a_map"] == 0.5
    same = match(truth, truth, GRID)
    assert (same["hit_rate"] == 1).all() and (same["centre_error_km"] < 1e-3).all()


def test_one_system_is_not_hit_twice():
    truth = disc(15, 60, 8)
    named = np.maximum(disc(15, 55, 2.5), disc(15, 65, 4))
    row = match(truth, named, GRID).loc["tropical cyclone"]
    assert (row["hits"], row["false_alarms_a_map"]) == (1, 1)


@pytest.fixture(scope="module")
def sequence():
    return next(iter(simulate(9, 5, grid="96x144", steps=9, hours=6, annotators=0)))


def test_generated_cyclones_move_at_their_true_speed(sequence):
    codes = sequence.TRUTH.to_numpy()
    table = track(codes, sequence.time.to_numpy(), COARSE)[1]
    scene = Scene(5, 0, 2.0, COARSE)
    checked = 0
    for one in (c for c in scene._cyclones if c.counted):
        place = np.array([one.at(day) for day in np.arange(9) / 4])
        if not (place[:, 2] > 0).all():
            continue
        vectors = unit(place[:, 0], place[:, 1])
        true = distance(vectors[1:], vectors[:-1]).sum() / 48
        middle = table[(table["step"] == 4) & (table["class"] == "tropical cyclone")]
        gaps = distance(unit(middle["lat"], middle["lon"]), vectors[4])
        mine = middle["track"].iloc[int(gaps.argmin())]
        life = lives(table).loc[mine]
        assert gaps.min() < 120
        assert life["maps"] == 9
        assert life["speed_km_h"] == pytest.approx(true, rel=0.3)
        checked += 1
    assert checked >= 1


def test_generated_rivers_are_long_and_carry_rain(sequence):
    codes = sequence.TRUTH.to_numpy()
    table = objects(codes, COARSE)
    rivers = table[table["class"] == "atmospheric river"]
    assert rivers["length_km"].median() > 2000
    falls = rain(codes, sequence.PRECT.to_numpy(), COARSE)["mean_mm_day"]["globe"]
    assert falls["tropical cyclone"] > falls["atmospheric river"] > falls["background"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: objects(np.zeros((4, 5)), GRID), r"the mask is \(1, 4, 5\).*192×288"),
        (lambda: objects(disc(0, 0, code=7), GRID), "the mask has code 7: give 0, 1"),
        (lambda: track(disc(0, 0), hours(0, 6), GRID), "2 times for 1 maps"),
        (
            lambda: track(np.stack([disc(0, 0)] * 2), hours(6, 0), GRID),
            "times that do not increase: sort the maps, one sequence a call",
        ),
        (
            lambda: match(np.stack([disc(0, 0)] * 2), disc(0, 0), GRID),
            "truth of 2 maps, prediction of 1",
        ),
        (
            lambda: rain(disc(0, 0), np.zeros((4, 5)), GRID),
            r"PRECT is \(1, 4, 5\), the masks \(1, 192, 288\)",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, said: str):
    with pytest.raises(BadInput, match=said):
        call()


def test_no_systems_give_empty_tables():
    empty = np.zeros((2, *GRID.shape), int)
    labels, table = track(empty, hours(0, 6), GRID)
    assert table.empty and not labels.any() and lives(table).empty
    assert genesis(lives(table)).sum() == 0
    assert landfall(labels, table, GRID).empty
    assert np.isnan(match(empty, empty, GRID)["hit_rate"]).all()


def test_maps_are_drawn_and_counts_have_whole_colours(sequence):
    import io

    codes = sequence.TRUTH.to_numpy()
    table = track(codes, sequence.time.to_numpy(), COARSE)[1]
    often = frequency_map(frequency(codes, COARSE), "simulated")
    begun = frequency_map(genesis(lives(table)))
    paths = tracks_map(table)
    for figure in (often, begun, paths):
        figure.savefig(io.BytesIO(), format="png")
    assert [axes.get_title(loc="left") for axes in often.axes[:2]] == [
        "tropical cyclones",
        "atmospheric rivers",
    ]
    assert all(tick == round(tick) for tick in begun.axes[2].get_yticks())
    drawn = paths.axes[0].get_title(loc="left")
    number = (lives(table)["class"] == "tropical cyclone").sum()
    assert drawn == f"{number} tropical cyclones; dots where they are first seen"


def test_a_path_over_the_seam_is_drawn_on_both_sides():
    masks = np.stack([disc(15, x) for x in (352, 356, 0, 4, 8)])
    table = track(masks, hours(0, 6, 12, 18, 24), GRID)[1]
    paths = [line.get_xdata() for line in tracks_map(table).axes[0].lines]
    mine = [x for x in paths if len(x) == 5 and np.abs(np.diff(x)).max() < 10]
    spans = sorted((round(x.min()), round(x.max())) for x in mine)
    assert (-8, 8) in spans and (352, 368) in spans
