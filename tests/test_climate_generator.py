"""Weather maps: seeds, grids, units, motion, and what the systems do to the fields."""

from itertools import pairwise

import numpy as np
import pytest
import xarray as xr

from workbench.errors import BadInput
from workbench.tasks.climate.generator import simulate
from workbench.tasks.climate.generator.harmonics import analysis, packed, synthesis
from workbench.tasks.climate.generator.kernels import departures
from workbench.tasks.climate.generator.noise import Noise, Spectrum, fields
from workbench.tasks.climate.generator.scene import Scene
from workbench.tasks.climate.generator.surface import height, land
from workbench.tasks.climate.sphere import DEGREE, Grid, eastward, northward
from workbench.tasks.climate.variables import NAMES, VARIABLES

SMALL = Grid.named("96x144")


def sample(maps: int = 4, seed: int = 3, **options) -> list[xr.Dataset]:
    return list(simulate(maps, seed, **({"grid": "96x144"} | options)))


@pytest.fixture(scope="module")
def maps() -> xr.Dataset:
    return xr.concat(sample(24, 1, annotators=2), "time", data_vars="minimal")


def test_the_same_maps_whatever_the_workers_and_where_one_starts():
    one, two = sample(workers=1), sample(workers=3)
    assert len(one) == 4
    assert all(a.identical(b) for a, b in zip(one, two, strict=True))
    (last,) = sample(first=3)
    assert last.identical(one[3])
    assert not sample(1, 4)[0].TMQ.equals(one[0].TMQ)
    assert not one[1].TMQ.equals(one[0].TMQ)


def test_one_seed_is_one_weather_on_every_grid():
    coarse, fine = sample(1)[0], sample(1, grid="192x288")[0]
    assert fine.time.equals(coarse.time)
    seen = fine.interp(lat=coarse.lat, lon=coarse.lon.values[:-1], method="linear")
    for name, least in (("PSL", 0.99), ("Z200", 0.99), ("U850", 0.95), ("TMQ", 0.97)):
        ours = coarse[name].isel(lon=slice(-1))
        assert np.corrcoef(ours.values.ravel(), seen[name].values.ravel())[0, 1] > least


def test_a_map_has_all_variables_in_their_units_and_survives_a_file(tmp_path):
    (data,) = sample(1, annotators=2)
    assert tuple(data.data_vars)[:16] == NAMES
    for variable in VARIABLES:
        array = data[variable.name]
        assert array.attrs["units"] == variable.unit and array.dtype == np.float32
        assert np.isfinite(array).all()
    assert data.LABELS.dims == ("annotator", "time", "lat", "lon")
    assert data.LABELS.attrs["flag_meanings"].split()[1] == "tropical_cyclone"
    data.to_netcdf(tmp_path / "map.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "map.nc", engine="h5netcdf") as back:
        assert back.equals(data)


def test_variables_keep_their_bounds_and_balances(maps: xr.Dataset):
    assert 0 <= float(maps.TMQ.min()) and float(maps.TMQ.max()) < 80
    assert float(maps.PRECT.min()) == 0 < float(maps.PRECT.max()) < 2e-5
    assert float(maps.QREFHT.min()) > 0 and float(maps.QREFHT.max()) < 0.03
    assert float(maps.PSL.min()) > 86000 and float(maps.PSL.max()) < 108500
    low = height(SMALL) == 0
    assert np.allclose(maps.PS.values[:, low], maps.PSL.values[:, low])
    assert (maps.Z1000 >= height(SMALL)).all()
    assert np.allclose(maps.ZBOT, 0.2202 * maps.TREFHT)


def test_systems_move_and_nothing_jumps():
    (data,) = sample(9, 8, steps=9, hours=3)
    assert (np.diff(data.time.values) == np.timedelta64(3, "h")).all()
    assert (data.sequence == 0).all()
    truth = data.TRUTH.values > 0
    for before, after in pairwise(truth):
        assert (before & after).sum() > 0.5 * (before | after).sum()
    assert (truth[0] & truth[-1]).sum() < 0.5 * (truth[0] | truth[-1]).sum()
    change = np.abs(np.diff(data.PSL.values, axis=0)).mean((1, 2))
    day = np.abs(data.PSL.values[-1] - data.PSL.values[0]).mean()
    assert change.max() < 0.5 * day


def test_a_scene_is_a_function_of_time_alone():
    scene = Scene(0, 5, 1.0, SMALL)
    late, early = scene.at(1.0), scene.at(0.0)
    again = Scene(0, 5, 1.0, SMALL).at(0.0)
    assert np.array_equal(early.fields["TMQ"], again.fields["TMQ"])
    assert not np.array_equal(early.fields["TMQ"], late.fields["TMQ"])


def test_two_people_disagree_as_people_do(maps: xr.Dataset):
    one, other = maps.LABELS.values
    for code, low, high in ((1, 0.25, 0.6), (2, 0.25, 0.55)):
        both = ((one == code) & (other == code)).sum()
        assert low < both / ((one == code) | (other == code)).sum() < high


def test_shares_and_seasons_are_as_drawn(maps: xr.Dataset):
    shares = np.bincount(maps.TRUTH.values.ravel(), minlength=3) / maps.TRUTH.size
    assert 0.001 < shares[1] < 0.012 and 0.03 < shares[2] < 0.09
    assert maps.time.dt.month.isin(range(6, 11)).mean() > 0.6
    tropics = np.abs(maps.lat) < 5
    assert (maps.TRUTH.sel(lat=tropics) == 2).mean() < 0.01


def test_harmonics_go_there_and_back():
    real = np.random.default_rng(0).standard_normal(13**2)
    field = synthesis(packed(real, 12), SMALL)
    assert np.allclose(analysis(field, SMALL, 12), real, atol=1e-5)
    power = (field**2 * SMALL.area[:, None]).sum() / SMALL.columns
    assert power == pytest.approx((real**2).sum(), rel=1e-2)


def test_noise_has_unit_variance_and_its_slope():
    spectrum = Spectrum(slope=2.0, peak=8)
    noises = [Noise((7, k), spectrum, 48) for k in range(16)]
    made = fields(noises, SMALL, [0.0, 30.0])
    weight = SMALL.area[:, None] / SMALL.columns
    assert (made**2 * weight).sum((2, 3)).mean() == pytest.approx(1, abs=0.15)
    assert abs((made[:, 0] * made[:, 1] * weight).sum((1, 2)).mean()) < 0.25
    power = (np.abs(np.fft.rfft(made[:, 0, 40:56])) ** 2).mean((0, 1))
    waves = np.arange(12, 36)
    fit = np.polyfit(np.log(waves), np.log(power[waves]), 1)[0]
    assert fit == pytest.approx(-2.0, abs=0.5)


def test_air_comes_from_where_the_wind_blew():
    wind = np.zeros((4, 96, 144, 2), np.float32)
    wind[..., 0] = 10 * np.cos(SMALL.phi)  # solid rotation
    place = departures(wind, 6 * 3600.0, *SMALL.shape)
    east = 10 * 86400 / DEGREE / (360 / SMALL.columns)
    moved = (np.arange(SMALL.columns) - place[1, 20]) % SMALL.columns
    assert np.allclose(moved, east, atol=0.02)
    assert np.allclose(place[0, 20], 20, atol=1e-3)


def test_derivatives_are_those_of_the_sphere():
    lon = np.radians(SMALL.lon)
    field = (np.cos(SMALL.phi) * np.sin(lon)).astype(np.float32)
    rows = slice(10, 86)
    east, north = eastward(field, SMALL), northward(field, SMALL)
    assert np.allclose(east[rows] * 6.371e6, np.cos(lon), atol=2e-3)
    expected = -np.sin(SMALL.phi) * np.sin(lon)
    assert np.allclose(north[rows] * 6.371e6, expected[rows], atol=2e-3)


@pytest.mark.parametrize(
    ("lat", "lon", "is_land"),
    [(23, 10, True), (0, 200, False), (-85, 90, True), (90, 0, False), (45, 260, True)],
)
def test_land_is_where_it_is(lat: float, lon: float, is_land: bool):
    row = int(np.abs(SMALL.lat - lat).argmin())
    column = int(np.abs(SMALL.lon - lon).argmin())
    assert land(SMALL)[row, column] == is_land


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"grid": "10x20"}, "no grid '10x20': choose one of 96x144, "),
        ({"maps": -1}, "maps -1: give 0 or more"),
        ({"steps": 0}, "steps 0: give 1 or more"),
        ({"workers": 0}, "workers 0: give 1 or more"),
        ({"hours": 0.0}, "hours 0.0: give more than 0"),
        ({"annotators": -1}, "annotators -1: give 0 or more"),
        ({"seed": -1}, "seed -1: give 0 or more"),
    ],
)
def test_bad_arguments_are_named(options, said):
    with pytest.raises(BadInput) as error:
        simulate(**({"maps": 1, "seed": 0} | options))
    assert str(error.value).startswith(said)
