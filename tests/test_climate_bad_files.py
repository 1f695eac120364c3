"""Bad maps: one line that names file, variable and what to do."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from tests.climate_maps import some_maps
from workbench.errors import BadInput
from workbench.main import main
from workbench.tasks.climate.data import ClimateData
from workbench.tasks.climate.files.climatenet import write_climatenet
from workbench.tasks.climate.files.convert import convert
from workbench.tasks.climate.files.deepcam import write_deepcam
from workbench.tasks.climate.files.layouts import open_maps
from workbench.tasks.climate.files.units import spelled


def cf(folder: Path, maps: xr.Dataset, name: str = "maps.nc") -> Path:
    maps.to_netcdf(folder / name, engine="h5netcdf")
    return folder / name


def plain(**options: object) -> xr.Dataset:
    return some_maps(truth=False, annotators=0, **options).drop_vars("sequence")


def refused(path: Path, words: str) -> None:
    """Conversion and `data check` both name the file; one line each."""
    with pytest.raises(BadInput, match=words) as caught:
        convert(path, path.with_name("store"))
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)
    assert not list(path.parent.glob("store*"))


def _with(name: str, unit: str | None) -> xr.Dataset:
    maps = plain()
    maps[name].attrs.pop("units")
    if unit is not None:
        maps[name].attrs["units"] = unit
    return maps


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("furlong", "maps.nc: PSL is in 'furlong', wanted Pa or a unit that converts"),
        (None, "maps.nc: PSL has no units, wanted Pa .* correct the attribute `units`"),
        ("hPa", r"maps.nc: PSL is 8.*e\+06 Pa at .* possible is 80000 to 115000: cor"),
    ],
)
def test_a_wrong_unit(tmp_path: Path, unit: str | None, words: str) -> None:
    refused(cf(tmp_path, _with("PSL", unit)), words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kg/m2", "kg m**-2"),
        ("m/s", "metres/second"),
        ("hPa", "millibars"),
        ("kg/m^2/s", "kg m-2 s-1"),
        ("K", "Kelvin"),
        ("mm/day", "mm day-1"),
        ("degC", "degrees_C"),
    ],
)
def test_spellings_of_one_unit(one: str, other: str) -> None:
    assert spelled(one) == spelled(other)


def test_no_known_variable_and_no_map(tmp_path: Path) -> None:
    maps = plain(names=("TMQ",)).rename(TMQ="ozone")
    maps.ozone.attrs = {}
    refused(cf(tmp_path, maps), "maps.nc: has ozone, none of which is a known variable")
    level = plain(names=("TMQ",)).expand_dims(ensemble=3)
    refused(cf(tmp_path, level, "e.nc"), "e.nc: TMQ has a dimension ensemble of 3")
    nameless = plain().rename(lat="y")
    nameless.y.attrs = {}
    refused(cf(tmp_path, nameless, "y.nc"), r"y\.nc: no latitude: give it")
    half = plain(columns=36).isel(lon=slice(0, 18))
    refused(cf(tmp_path, half, "h.nc"), r"h\.nc: lat -90 to 90, lon 0 to 170 do not")
    odd = plain()
    odd = odd.assign_coords(lat=np.roll(odd.lat, 3))
    refused(cf(tmp_path, odd, "o.nc"), "o.nc: lat does not run evenly")


def _missing(maps: xr.Dataset) -> None:
    maps.T200.values[1, 3:5, 7:9] = np.nan


def _declared(maps: xr.Dataset) -> None:
    maps.T200.values[1, 3:5, 7:9] = -999
    maps.T200.encoding["_FillValue"] = -999.0


def _undeclared(maps: xr.Dataset) -> None:
    maps.T200.values[1, 3:5, 7:9] = 1e20


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_missing, "T200 is missing at 4 of 432 points, first at -40.9091N 140E: fill"),
        (
            _declared,
            "T200 is missing at 4 of 432 points, first at -40.9091N 140E: fill",
        ),
        (_undeclared, r"T200 is 1e\+20 K at 4 of 432 .* fill value as `_FillValue`"),
    ],
)
def test_blocks_without_values(
    tmp_path: Path, spoil: Callable[[xr.Dataset], None], words: str
) -> None:
    maps = plain()
    spoil(maps)
    file = cf(tmp_path, maps)
    refused(file, rf"maps\.nc: {words}")


def test_data_check_lists_each_file_in_trouble(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = write_climatenet(tmp_path, some_maps(4, annotators=1, hours=24))
    spoilt = xr.load_dataset(files[1], engine="h5netcdf")
    spoilt.TMQ.values[0, 2, 2] = np.nan
    spoilt.LABELS.values[0, 0] = 7
    spoilt.to_netcdf(files[1], engine="h5netcdf")
    files[2].write_bytes(files[2].read_bytes()[:9000])
    capsys.readouterr()
    table = tmp_path / "table.json"
    words = ["data", "check", str(tmp_path), "--json", str(table)]
    assert main(words) == 1
    said = capsys.readouterr().out
    unread, *lines = [line for line in said.splitlines() if "wrong:" in line]
    assert files[2].name in unread and "truncated or damaged" in unread
    assert len(lines) == 2 and all(files[1].name in line for line in lines)
    assert "TMQ is missing at 1 of 216" in lines[0]
    assert "LABELS has the unknown code 7: known are 0 background" in lines[1]
    with pytest.raises(BadInput, match=files[2].name):  # and it does not train
        convert(tmp_path, tmp_path / "store.zarr")
    files[2].unlink()
    for fact in ("climatenet", "12x18", "2004: 3", "annotators      1", "possible:"):
        assert fact in said
    files[1].unlink()
    assert main(words) == 0 and "nothing is wrong" in capsys.readouterr().out
    (tmp_path / "none").mkdir()
    assert main(["data", "check", str(tmp_path / "none")]) == 2


def test_unknown_codes(tmp_path: Path) -> None:
    maps = some_maps(1)
    maps.LABELS.values[1, 0, 2, 2] = 3
    write_climatenet(tmp_path / ".", maps)
    with pytest.raises(BadInput, match=r"_1\.nc: LABELS has the unknown code 3: known"):
        convert(tmp_path, tmp_path / "s")
    float_codes = plain().assign(LABELS=some_maps().LABELS[0] * 0.5)
    file = cf(tmp_path, float_codes, "half.nc")
    with pytest.raises(BadInput, match=r"half\.nc: LABELS has the unknown code 0\.5"):
        convert(file, tmp_path / "s")


def test_a_map_of_background_alone_is_fine_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    maps = some_maps(2, annotators=1)
    for name in ("TRUTH", "LABELS"):
        maps[name].values[..., 1, :, :] = 0
    write_deepcam(tmp_path, maps)
    assert main(["data", "check", str(tmp_path)]) == 0
    assert "1 maps are all background" in capsys.readouterr().out


def test_two_grids(tmp_path: Path) -> None:
    cf(tmp_path, plain(), "a.nc")
    cf(tmp_path, plain(rows=10, start="2005-01-01"), "b.nc")
    words = r"b\.nc: lat has 10 values from -90 to 90, in .*a\.nc 12 .* onto one grid"
    with pytest.raises(BadInput, match=words):
        convert(tmp_path, tmp_path / "s")


def test_a_variable_that_one_file_lacks(tmp_path: Path) -> None:
    cf(tmp_path, plain(), "a.nc")
    cf(tmp_path, plain(start="2005-01-01").drop_vars("PSL"), "b.nc")
    with pytest.raises(BadInput, match=r"b\.nc: no variable PSL, which .*a\.nc has"):
        convert(tmp_path, tmp_path / "s")


def test_a_channel_that_the_file_lacks(tmp_path: Path) -> None:
    file = cf(tmp_path, plain(names=("TMQ", "PSL")))
    data = ClimateData(path=str(file), channels=["TMQ", "U850"])
    data.prepare_data()
    words = r"maps\.nc: no variable U850: .*--data\.channels=\[TMQ,PSL\]"
    with pytest.raises(BadInput, match=words):
        data.setup("predict")


@pytest.mark.parametrize("part", [0.3, 0.9])
@pytest.mark.parametrize("format", ["NETCDF4", "NETCDF3_64BIT"])
def test_a_truncated_file(tmp_path: Path, part: float, format: str) -> None:
    engine = "h5netcdf" if format == "NETCDF4" else "scipy"
    file = tmp_path / "maps.nc"
    plain().to_netcdf(file, engine=engine, format=format)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(part * len(whole))])
    refused(file, r"maps\.nc: .*cannot be read .*truncated or damaged: copy or")


@pytest.mark.parametrize("content", [b"", b"not a map at all"])
def test_what_is_no_netcdf(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "maps.nc"
    file.write_bytes(content)
    refused(file, r"maps\.nc: is (empty|no NetCDF file): copy or download it again")
    with pytest.raises(BadInput, match="no such file or folder"):
        open_maps(tmp_path / "absent")
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadInput, match="folder: unknown layout; wanted a store"):
        open_maps(tmp_path / "folder")


def test_two_maps_under_one_name(tmp_path: Path) -> None:
    _, second = write_climatenet(tmp_path, some_maps(1))
    other = xr.load_dataset(second, engine="h5netcdf")
    other.U850.values[0, 0, 0] += 1
    other.to_netcdf(second, engine="h5netcdf")
    with pytest.raises(BadInput, match=r"_2\.nc: U850 differs from data-.*_1\.nc"):
        convert(tmp_path, tmp_path / "s")


def test_what_a_layout_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="3 annotators, but DeepCAM's layout holds 2"):
        write_deepcam(tmp_path, some_maps(annotators=3))
    with pytest.raises(BadInput, match="no U850: DeepCAM's layout holds all 16"):
        write_deepcam(tmp_path, some_maps(names=("TMQ",)))
    shifted = some_maps()
    shifted = shifted.assign_coords(lon=shifted.lon + 5)
    with pytest.raises(BadInput, match="has no place for latitudes"):
        write_deepcam(tmp_path, shifted)
    undated = some_maps().assign_coords(time=np.full(2, np.datetime64("NaT", "ns")))
    for write in (write_climatenet, write_deepcam):
        with pytest.raises(BadInput, match="map 0 has no date to name its file by"):
            write(tmp_path, undated)
