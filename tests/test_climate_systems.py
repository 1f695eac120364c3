"""What cyclones, rivers and filaments are made of, one at a time."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.tasks.climate.generator.cyclones import (
    Cyclone,
    draw_cyclones,
    vortices,
)
from workbench.tasks.climate.generator.filaments import filaments
from workbench.tasks.climate.generator.rivers import POINTS, River, ribbons
from workbench.tasks.climate.sphere import Grid, eastward, northward

GRID = Grid.named("192x288")
STORM = Cyclone(18, 140, 0, 0, 0, 50, 110, 1.2, 5.5, (0.5, 1.0))
AXIS = np.stack([np.linspace(20, 48, POINTS), np.linspace(190, 225, POINTS)], axis=1)
RIVER = River(AXIS, 1.0, 20, 18, 260, 1.5)


def at(lat: float, lon: float) -> tuple[int, int]:
    row = int(np.abs(GRID.lat - lat).argmin())
    return row, int(np.abs(GRID.lon - lon).argmin())


@pytest.mark.parametrize("side", [1, -1])
def test_a_cyclone_turns_cyclonically_round_low_pressure(side: int):
    made = vortices([replace(STORM, lat=18 * side)], GRID, 0.0)
    centre = np.unravel_index(made.pressure.argmin(), GRID.shape)
    assert abs(GRID.lat[centre[0]] - 18 * side) < 1.5
    assert abs(GRID.lon[centre[1]] - 140) < 1.5
    assert -9000 < made.pressure.min() < -2500
    vorticity = eastward(made.v, GRID) - northward(made.u, GRID)
    assert side * vorticity[at(18 * side, 140)] > 1e-4
    speed = np.hypot(made.u, made.v)
    assert 30 < speed.max() < 55
    assert made.warm[centre] > 2 and made.warm[at(18 * side, 160)] < 0.01
    inflow = made.u[at(18 * side, 144)]
    assert inflow < 0  # from the east towards the centre


def test_a_cyclone_is_drawn_as_a_disc_and_a_monsoon_low_is_not():
    made = vortices([STORM], GRID, 0.0)
    inside = made.edge < 1
    area = (inside * GRID.area[:, None]).sum() / GRID.columns * 5.1e8
    assert area == pytest.approx(np.pi * (5.5 * 111.2) ** 2, rel=0.1)
    low = vortices([replace(STORM, counted=False)], GRID, 0.0)
    assert not (low.edge < 1).any() and low.pressure.min() < -1000


def test_a_cyclone_moves_and_ends():
    moving = replace(STORM, east=-3.0, north=1.0)
    lat, lon, strength = moving.at(1.0)
    assert (lat, lon) == (19, 137) and 0.5 < strength < 1
    assert moving.at(2.5)[2] == 0


def test_cyclones_come_where_and_when_the_best_tracks_have_them():
    draw = np.random.default_rng(0)

    def many(month: int) -> np.ndarray:
        drawn = [c for _ in range(300) for c in draw_cyclones(draw, month, 0.0)]
        return np.array([c.lat for c in drawn if c.counted])

    september, february = many(9), many(2)
    assert (september > 0).mean() > 0.9 and (february < 0).mean() > 0.9
    assert 10 < np.median(september) < 30
    assert len(september) > 2 * len(february)
    assert np.abs(september).min() > 0 and np.abs(september).max() < 45


@pytest.mark.parametrize("side", [1, -1])
def test_a_river_is_moist_narrow_and_blows_poleward(side: int):
    axis = AXIS * [side, 1]
    made = ribbons([replace(RIVER, curve=axis)], GRID)
    middle = at(34 * side, 207.5)
    assert made.vapour[middle] == pytest.approx(20, rel=0.15)
    assert side * made.v[middle] > 8 and made.u[middle] > 8
    assert made.edge[middle] < 0.3
    warm, cold = at(30 * side, 212.5), at(38 * side, 202.5)
    assert made.pressure[warm] > made.pressure[cold]  # air turns round high pressure
    assert made.dry[cold] < 0.8 < made.dry[warm]
    narrow = (made.edge < 1)[:, at(0, 207.5)[1]]
    assert 5 < narrow.sum() * GRID.step < 14


def test_a_front_is_no_river():
    made = ribbons([replace(RIVER, strength=0.4)], GRID)
    assert made.vapour.max() > 5 and not (made.edge < 1).any()


def test_a_river_crosses_the_seam():
    made = ribbons([replace(RIVER, curve=AXIS + np.array([0, 152]))], GRID)
    there = ribbons([RIVER], GRID)
    shift = round(152 / 360 * GRID.columns)
    moved = np.roll(there.edge < 1, shift, axis=1)
    both = (made.edge < 1) & moved
    assert both.sum() > 0.9 * (moved | (made.edge < 1)).sum()


def strip(lon: slice, lat: slice) -> dict[str, np.ndarray]:
    vapour = np.full(GRID.shape, 10.0, np.float32)
    vapour[lat, lon] = 40
    wind = np.full(GRID.shape, 15.0, np.float32)
    return {"TMQ": vapour, "U850": wind, "V850": wind * 0}


@pytest.mark.parametrize(
    ("lon", "lat", "found"),
    [
        (slice(100, 140), slice(140, 145), True),  # long and narrow
        (slice(100, 110), slice(140, 145), False),  # short
        (slice(100, 130), slice(130, 155), False),  # broad
        (slice(100, 140), slice(92, 97), False),  # on the equator
    ],
)
def test_filaments_are_long_and_narrow(lon: slice, lat: slice, found: bool):
    clear = np.full(GRID.shape, 9.0, np.float32)
    marked = filaments(strip(lon, lat), clear, GRID)
    assert marked[lat, lon].all() == found and marked.any() == found
    taken = clear.copy()
    taken[lat, lon] = 0.5
    assert not filaments(strip(lon, lat), taken, GRID).any()


def test_a_filament_across_the_seam_is_one():
    fields = strip(slice(0, 12), slice(140, 145))
    fields["TMQ"][140:145, -12:] = 40
    clear = np.full(GRID.shape, 9.0, np.float32)
    marked = filaments(fields, clear, GRID)
    assert marked[142, :12].all() and marked[142, -12:].all()
