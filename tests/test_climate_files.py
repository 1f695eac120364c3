"""Layouts of maps: written, read, joined, turned round, converted."""

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.climate_maps import FEW, in_folder, same, some_maps
from workbench.tasks.climate.files.cf import read_cf
from workbench.tasks.climate.files.climatenet import read_climatenet, write_climatenet
from workbench.tasks.climate.files.convert import convert
from workbench.tasks.climate.files.deepcam import (
    read_deepcam,
    write_deepcam,
    write_statistics,
)
from workbench.tasks.climate.files.layouts import layout_of, open_maps
from workbench.tasks.climate.files.normal import MAP
from workbench.tasks.climate.files.regrid import regridded
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.store import Store
from workbench.tasks.climate.variables import NAMES

SHARED = Path(__file__).parents[2] / "shared" / "data" / "climate"


def all_of(path: Path) -> xr.Dataset:
    """Every map that a folder holds, in its order."""
    parts = [part.read() for part in open_maps(path).each]
    return xr.concat(parts, "time", data_vars="minimal", combine_attrs="drop")


@settings(FEW, max_examples=3)
@given(
    st.integers(1, 3), st.integers(0, 2), st.booleans(), st.sampled_from([1, 3, 6, 30])
)
@pytest.mark.parametrize(
    ("write", "layout"), [(write_climatenet, "climatenet"), (write_deepcam, "deepcam")]
)
def test_what_is_written_is_read_back(
    write: Callable[[Path, xr.Dataset], list[Path]],
    layout: str,
    count: int,
    people: int,
    truth: bool,
    hours: int,
) -> None:
    maps = some_maps(
        count, annotators=people, truth=truth, hours=hours, rows=6, columns=8, number=4
    )

    def use(folder: Path) -> None:
        files = write(folder, maps)
        assert len(files) == count * (max(1, people) if layout == "climatenet" else 1)
        assert layout_of(folder) == layout == open_maps(folder).layout
        assert open_maps(folder).annotators == people
        same(all_of(folder), maps)

    in_folder(use)


def test_climatenet_files_are_what_its_readers_expect(tmp_path: Path) -> None:
    maps = some_maps(2, hours=24)
    files = write_climatenet(tmp_path, maps)
    names = [f"data-2004-08-{d}-01-1_{k}.nc" for d in (19, 20) for k in (1, 2)]
    assert [file.name for file in files] == names
    with xr.open_dataset(files[1], engine="h5netcdf") as data:
        assert data.LABELS.dims == ("lat", "lon") and data.LABELS.dtype == np.int64
        assert data.TMQ.dims == MAP and data.TMQ.dtype == np.float32
        assert data.TMQ.attrs["units"] == "kg/m2" and data.TMQ.attrs["description"]
        assert data.time.to_numpy().tolist() == ["data-2004-08-19-01-1.nc"]
        np.testing.assert_array_equal(data.LABELS, maps.LABELS[1, 0])


def bare_climatenet(file: Path, maps: xr.Dataset, labels: np.ndarray) -> None:
    """A file as ClimateNet has it, without what ours add."""
    data = xr.Dataset({name: (MAP, maps[name].values) for name in NAMES})
    for name in NAMES:
        data[name].attrs = {"units": maps[name].attrs["units"]}
    data["LABELS"] = ("lat", "lon"), labels.astype(np.int64)
    time = np.array([f"{file.stem.split('_')[0]}.nc"], object)
    data = data.assign_coords(time=time, lat=maps.lat.values, lon=maps.lon.values)
    data.to_netcdf(file, engine="h5netcdf")


def test_climatenet_annotators_of_one_map_are_joined(tmp_path: Path) -> None:
    one, other = some_maps(1, 1), some_maps(1, 2)
    for k in (3, 12):
        codes = one.LABELS.values[0 if k == 3 else 1, 0]
        bare_climatenet(tmp_path / f"data-2009-01-02-01-1_{k}.nc", one, codes)
    (tmp_path / "older").mkdir()
    older = tmp_path / "older" / "data-1999-08-01-01-1.nc"
    bare_climatenet(older, other, other.LABELS.values[0, 0])
    parts = open_maps(tmp_path)
    assert (parts.maps, parts.annotators, parts.simulated) == (2, 2, False)
    first, second = (part.read() for part in parts.each)
    assert str(first.time.values[0])[:13] == "1999-08-01T03"
    assert first.LABELS.shape[0] == 1 and "TRUTH" not in first
    np.testing.assert_array_equal(second.LABELS, one.LABELS)
    convert(tmp_path, tmp_path / "store")
    assert Store(tmp_path / "store").sequence.tolist() == [0, 1]


def test_deepcam_files_are_what_the_benchmark_expects(tmp_path: Path) -> None:
    maps = some_maps(2, annotators=0)
    files = write_deepcam(tmp_path, maps)
    assert [f.name for f in files] == [
        f"data-2004-08-19-0{k}-1-ANOMALY.h5" for k in (0, 1)
    ]
    with h5py.File(files[1]) as file:
        group = file["climate"]
        assert group["data"].shape == (12, 18, 16)
        np.testing.assert_array_equal(group["data"][..., 7], maps.PSL[1])
        np.testing.assert_array_equal(group["labels_0"], maps.TRUTH[1])
        mean, high, low, spread = group["data_stats"][:, 0]
        field = maps.TMQ.values[1].astype(float)
        assert (high, low) == (maps.TMQ[1].max(), maps.TMQ[1].min())
        assert (mean, spread) == pytest.approx((field.mean(), field.std()))
        stats = group["labels_0_stats"][:, 0]
        assert stats[4:].sum() == pytest.approx(1)
    write_statistics(tmp_path)
    with h5py.File(tmp_path / "stats.h5") as file:
        values = {name: file["climate"][name][()] for name in file["climate"]}
    assert values["count"] == 2 and values["maxval"][7] == maps.PSL.max()
    square = (maps.PSL.values.astype(float) ** 2).mean()
    assert values["sqmean"][7] == pytest.approx(square)
    assert open_maps(tmp_path).maps == 2
    del_truth = tmp_path / files[0].name
    with h5py.File(del_truth, "a") as file:
        for name in ("truth", "ignore"):
            del file["climate"][name]
        file["climate"].attrs.clear()
    bare = read_deepcam(del_truth)
    assert "TRUTH" not in bare and bare.LABELS.shape == (2, 1, 12, 18)
    assert str(bare.time.values[0])[:13] == "2004-08-19T00"


def mask(file: Path, codes: np.ndarray, time: str) -> None:
    """A file of the ClimateNetLarge layout, north first."""
    lat, lon = np.linspace(90, -90, 12), np.arange(18) * 20.0
    data = xr.Dataset({"label": (("annotator", "latitude", "longitude"), codes)})
    data = data.assign_coords(
        latitude=lat, longitude=lon, time=np.datetime64(time, "ns")
    )
    file.parent.mkdir(exist_ok=True)
    data.to_netcdf(file, engine="h5netcdf")


def test_separate_masks_become_codes(tmp_path: Path) -> None:
    maps = some_maps(3, annotators=0, truth=False, names=("TMQ", "PSL"))
    fields = maps.rename(TMQ="tcwv", PSL="msl", lat="latitude", lon="longitude")
    fields.isel(latitude=slice(None, None, -1)).drop_vars("sequence").to_netcdf(
        tmp_path / "era5.nc", engine="h5netcdf"
    )
    draw = np.random.default_rng(0)
    river, cyclone = draw.integers(0, 2, (2, 2, 12, 18)).astype(bool)
    for kind, codes in (("AR", river), ("TC", cyclone)):
        mask(tmp_path / kind / "b.nc", codes, "2004-08-19T12:00")
    parts = open_maps(tmp_path)
    assert (parts.layout, parts.maps, parts.annotators) == ("masks", 1, 2)
    (found,) = (part.read() for part in parts.each)
    wanted = np.where(cyclone, 1, np.where(river, 2, 0))[:, ::-1]
    np.testing.assert_array_equal(found.LABELS[:, 0], wanted)
    np.testing.assert_array_equal(found.PSL[0], maps.PSL[1])


def test_masks_in_one_array_become_codes(tmp_path: Path) -> None:
    maps = some_maps(2, annotators=0, truth=False, names=("TMQ",))
    draw = np.random.default_rng(0)
    masks = draw.integers(0, 2, (2, 2, 3, 12, 18)).astype(bool)
    dims = ("time", "class", "annotator", "lat", "lon")
    names = ["Atmospheric River (AR)", "Tropical Cyclone (TC)"]
    maps = maps.assign_coords({"class": names}).assign(label=(dims, masks))
    maps.to_netcdf(tmp_path / "all.nc", engine="h5netcdf")
    (found,) = (part.read() for part in open_maps(tmp_path).each)
    wanted = np.where(masks[:, 1], 1, np.where(masks[:, 0], 2, 0)).swapaxes(0, 1)
    np.testing.assert_array_equal(found.LABELS, wanted)


def test_names_units_and_axes_of_others_are_understood(tmp_path: Path) -> None:
    ours = some_maps(2, annotators=0, truth=False)
    pressure = ("time", "plev", "latitude", "longitude")
    levels = [100000.0, 85000.0, 50000.0, 20000.0]

    def field(name: str) -> np.ndarray:
        return ours[name].values.astype(np.float64)

    def column(**places: str) -> np.ndarray:
        filled = np.zeros((2, 4, 12, 18))
        for level, name in places.items():
            filled[:, int(level[1:])] = field(name)
        return filled

    flat = ("time", "latitude", "longitude")
    data = xr.Dataset(
        {
            "prw": (flat, field("TMQ"), {"units": "kg m-2"}),
            "ua": (pressure, column(l1="U850"), {"units": "m s-1"}),
            "v": (pressure, column(l1="V850"), {"units": "m s**-1"}),
            "ta": (
                pressure,
                column(l3="T200", l2="T500") - 273.15,
                {"units": "degC", "standard_name": "air_temperature"},
            ),
            "z": (
                pressure,
                column(l3="Z200", l0="Z1000") * 9.80665,
                {"units": "m**2 s**-2"},
            ),
            "huss": (flat, field("QREFHT") * 1000, {"units": "g/kg"}),
            "msl": (flat, field("PSL") / 100, {"units": "hPa"}),
            "p": (
                flat,
                field("PS") / 100,
                {"units": "millibars", "standard_name": "surface_air_pressure"},
            ),
            "pr": (flat, field("PRECT") * 86400e3, {"units": "mm/day"}),
            "ubot": (flat, field("UBOT"), {"units": "metres/second"}),
        },
        coords={
            "time": ("time", [6.0, 12.0], {"units": "hours since 2004-08-19"}),
            "plev": ("plev", levels, {"units": "Pa"}),
            "latitude": ours.lat.values,
            "longitude": ours.lon.values,
        },
    )
    data = data.isel(latitude=slice(None, None, -1))
    data = data.assign_coords(longitude=(data.longitude + 180) % 360 - 180)
    data = data.sortby("longitude")
    data.to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    found = read_cf(tmp_path / "other.nc")
    assert set(found.data_vars) == set(NAMES) - {"VBOT", "TS", "TREFHT", "ZBOT"}
    for name in found.data_vars:
        scale = np.abs(ours[name].values).max()
        np.testing.assert_allclose(found[name], ours[name], atol=1e-6 * scale)
        assert found[name].attrs["units"] == ours[name].attrs["units"]
    np.testing.assert_array_equal(found.lon, ours.lon)
    np.testing.assert_array_equal(found.time, ours.time)


@pytest.mark.parametrize("calendar", ["noleap", "standard"])
def test_dates_of_a_model_without_leap_days(tmp_path: Path, calendar: str) -> None:
    maps = some_maps(2, annotators=0, truth=False)
    said = {"units": "days since 2004-02-28", "calendar": calendar}
    maps = maps.assign_coords(time=("time", [0.25, 1.25], said))
    maps.to_netcdf(tmp_path / "cam.nc", engine="h5netcdf")
    last = str(read_cf(tmp_path / "cam.nc").time.values[1])[:13]
    assert last == ("2004-03-01T06" if calendar == "noleap" else "2004-02-29T06")


def test_maps_hours_apart_are_one_sequence(tmp_path: Path) -> None:
    for day, name in ((19, "b"), (1, "a"), (20, "c")):
        maps = some_maps(2, day, truth=False, start=f"2004-08-{day:02}", hours=12)
        maps.drop_vars("sequence").to_netcdf(tmp_path / f"{name}.nc", engine="h5netcdf")
    convert(tmp_path, tmp_path / "store")
    store = Store(tmp_path / "store")
    assert store.sequence.tolist() == [0, 0, 1, 1, 1, 1]
    assert (np.diff(store.time) > np.timedelta64(0)).all()


def test_a_foreign_zarr_folder_is_read(tmp_path: Path) -> None:
    maps = some_maps(2, truth=False, annotators=0)
    maps.to_zarr(tmp_path / "z", consolidated=False)
    assert layout_of(tmp_path / "z") == "cf"
    same(all_of(tmp_path / "z"), maps)


def test_maps_are_regridded_on_request_and_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    maps = some_maps(1, truth=False, rows=181, columns=360, names=("TMQ",))
    maps["TMQ"][:] = 20 + 10 * np.cos(np.radians(maps.lat)) ** 2
    write_climatenet(tmp_path, maps)
    convert(tmp_path, tmp_path / "s", "96x144")
    said = capsys.readouterr().err
    assert "regridded from 181x360 to 96x144: area means where coarser" in said
    store, grid = Store(tmp_path / "s"), Grid.named("96x144")
    found = store.read(np.array([0])).image[0, 0]
    wanted = 20 + 10 * np.cos(np.radians(grid.lat)) ** 2
    np.testing.assert_allclose(
        found[1:-1], wanted[1:-1, None].repeat(144, 1), atol=0.01
    )
    area = Grid(181, 360).area @ maps.TMQ.values[0].mean(1)
    assert grid.area @ found.mean(1) == pytest.approx(area, rel=1e-6)
    fine = regridded(maps, Grid(200, 400))
    assert fine.TMQ.shape == (1, 200, 400)
    np.testing.assert_allclose(fine.TMQ[0, :, 0], fine.TMQ[0, :, 399], rtol=1e-6)
    assert set(np.unique(fine.LABELS)) == {0, 1, 2}


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no real fields at {SHARED}")
def test_real_fields_are_read() -> None:
    vapour = read_cf(SHARED / "IWV_IVT_MERRA_20170228_00.nc")
    assert list(vapour.data_vars) == ["TMQ"] and vapour.TMQ.shape == (1, 361, 576)
    assert vapour.lon[0] == 0 and str(vapour.time.values[0])[:10] == "2017-02-28"
    weight = np.cos(np.radians(vapour.lat))
    assert float(vapour.TMQ[0].weighted(weight).mean()) == pytest.approx(23.6, abs=0.1)
    flux = read_cf(SHARED / "ncep_flx_20060401_00.nc")
    assert float(flux.TMQ.mean()) == pytest.approx(18.63, abs=0.01)
    assert float(flux.PS.std()) == pytest.approx(9583, abs=1)
    assert np.isnat(flux.time.values).all()
    climate = read_cf(SHARED / "NCEP_06_climo.nc")
    assert float(climate.PSL.mean()) > 98_000  # millibars in the file
    assert {"U850", "T200", "T500", "Z200"} <= set(climate.data_vars)


def test_one_climatenet_file_is_a_map_too(tmp_path: Path) -> None:
    (file, _) = write_climatenet(tmp_path, some_maps(1))
    assert open_maps(file).maps == 1
    assert read_climatenet([file]).LABELS.shape[0] == 1
