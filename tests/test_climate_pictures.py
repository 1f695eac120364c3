"""Maps as charts and pictures, and what the field map sends."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import xarray as xr
from matplotlib.collections import LineCollection

import workbench
from workbench.chart import Areas, Chart, Field, Kind
from workbench.errors import BadInput
from workbench.panels import FieldMap
from workbench.panels.field_map import quantised
from workbench.panels.modules import module
from workbench.tasks.climate.chart import SCALES, chart
from workbench.tasks.climate.generator import simulate
from workbench.tasks.climate.pictures import plot, sheet
from workbench.tasks.climate.variables import NAMES, VARIABLES

LAT, LON = np.linspace(-90, 90, 7), np.arange(12) * 30.0


@pytest.fixture(scope="module")
def data() -> xr.Dataset:
    return next(iter(simulate(1, 5, grid="96x144", annotators=2)))


@pytest.fixture(scope="module")
def sample(data: xr.Dataset) -> dict[str, Any]:
    """As the data module gives it."""
    one = data.isel(time=0)
    return {
        "image": torch.from_numpy(np.stack([one[name] for name in NAMES])),
        "names": list(NAMES),
        "mask": torch.from_numpy(one.TRUTH.to_numpy().astype(np.int64)),
        "labels": torch.from_numpy(one.LABELS.to_numpy().astype(np.int64)),
        "lat": one.lat.to_numpy(),
        "lon": one.lon.to_numpy(),
        "time": one.time.to_numpy(),
    }


def simple(codes: np.ndarray, values: np.ndarray | None = None) -> Chart:
    field = Field("F", codes if values is None else values, "m", "f", "viridis", 0, 1)
    said = (Areas("truth", codes),)
    return Chart("", LAT, LON, (field,), said, (Kind(1, "one", "#000000"),))


def drawn(figure: Any) -> dict[str, Any]:
    """Outlines on a picture by their label."""
    lines = [c for c in figure.axes[0].collections if isinstance(c, LineCollection)]
    return {str(c.get_label()): c for c in lines if ":" in str(c.get_label())}


def test_a_data_set_and_a_sample_give_the_same_chart(
    data: xr.Dataset, sample: dict[str, Any]
) -> None:
    one, other = chart(data), chart(sample)
    assert one.title == other.title == "2008-10-23 09 UTC"
    assert [f.name for f in one.fields] == [f.name for f in other.fields] == [*NAMES]
    for mine, yours in zip(one.fields, other.fields, strict=True):
        assert np.array_equal(mine.values, yours.values)
    names = [areas.name for areas in one.areas]
    assert names == ["truth", "annotator 1", "annotator 2"]
    for mine, yours in zip(one.areas, other.areas, strict=True):
        assert np.array_equal(mine.codes, yours.codes)
    units = {"TMQ": "kg/m²", "U850": "m/s", "QREFHT": "kg/kg", "PSL": "Pa", "Z200": "m"}
    assert {name: one.field(name).unit for name in units} == units
    assert set(SCALES) == {variable.name for variable in VARIABLES}


def test_colours_span_what_maps_have(data: xr.Dataset) -> None:
    for field in chart(data).fields:
        values = np.asarray(field.values)
        inside = (values >= field.low) & (values <= field.high)
        assert inside.mean() > (0.3 if field.log else 0.75), field.name


@pytest.mark.parametrize("at", [slice(4, 7), slice(10, 14)])
def test_an_outline_goes_round_its_area_also_over_the_date_line(at: slice) -> None:
    codes = np.zeros((7, 12), int)
    codes[2:4, np.arange(24)[at] % 12] = 1
    shown = simple(codes)
    lines = shown.outlines(shown.areas[0], shown.kinds[0])
    points = np.concatenate(lines)
    assert points[:, 1].min() == -45 and points[:, 1].max() == 15
    if at.start == 4:
        assert len(lines) == 1 and (lines[0][0] == lines[0][-1]).all()
        assert (points[:, 0].min(), points[:, 0].max()) == (105, 195)
    else:  # two pieces that meet where the map is cut
        ends = np.array([line[[0, -1], 0] for line in lines])
        assert sorted(ends.ravel()) == [0, 0, 360, 360]
        assert 285 == points[points[:, 0] > 180, 0].min()
        assert 45 == points[points[:, 0] < 180, 0].max()


def test_an_area_at_a_pole_is_closed() -> None:
    codes = np.zeros((7, 12), int)
    codes[-1, 3:6] = 1
    shown = simple(codes)
    (line,) = shown.outlines(shown.areas[0], shown.kinds[0])
    assert (line[0] == line[-1]).all() and line[:, 1].max() == 90


@pytest.mark.parametrize("kind", ["codes", "logits"])
def test_a_map_is_drawn_with_everybodys_outlines(
    sample: dict[str, Any], kind: str
) -> None:
    codes = np.roll(sample["mask"].numpy(), 3, axis=1)
    given = codes if kind == "codes" else np.eye(3)[codes].transpose(2, 0, 1)
    figure = plot(sample, given)
    outlines = drawn(figure)
    who = ("truth", "prediction", "annotator 1", "annotator 2")
    what = ("tropical cyclone", "atmospheric river")
    assert set(outlines) == {f"{one}: {kind}" for one in who for kind in what}
    styles = {str(outlines[f"{one}: {what[1]}"].get_linestyles()) for one in who}
    assert len(styles) == 4
    said = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert said == [*who, *what]
    assert not drawn(plot({"image": sample["image"]}))


def test_any_channel_is_drawn_by_its_name(sample: dict[str, Any]) -> None:
    axes = plot(sample, channel="PSL").axes
    assert axes[0].child_axes[0].get_ylabel() == "PSL [Pa]"
    picture = axes[0].images[0].get_array()
    assert np.array_equal(picture, sample["image"][NAMES.index("PSL")].numpy())
    heat = np.random.default_rng(0).normal(size=(96, 144))
    beside = plot(sample, attribution=heat).axes[0].child_axes[0]
    assert beside.get_ylabel() == "attribution"
    with pytest.raises(
        BadInput, match=r"no channel 'SST' on this map: choose one of T"
    ):
        plot(sample, channel="SST")


def test_a_sheet_has_six_channels(data: xr.Dataset, tmp_path: Path) -> None:
    figure = sheet(data)
    figure.savefig(tmp_path / "sheet.png")
    labels = [axes.child_axes[0].get_ylabel() for axes in figure.axes]
    assert [label.split()[0] for label in labels] == [
        *("TMQ", "PSL", "U850", "V850", "T500", "PRECT")
    ]
    assert "truth: atmospheric river" in drawn(figure)


def test_what_is_no_map_is_refused(data: xr.Dataset, sample: dict[str, Any]) -> None:
    two = xr.concat([data, data], "time")
    with pytest.raises(BadInput, match=r"2 maps: choose one, such as data.isel\(time="):
        chart(two)
    with pytest.raises(BadInput, match=r"no fields to show"):
        chart(data[["TRUTH"]])
    with pytest.raises(BadInput, match=r"prediction has the shape \(5, 5\), the grid"):
        chart(sample, np.zeros((5, 5)))
    with pytest.raises(BadInput, match=r"lat: not evenly spaced from south to north"):
        chart(data.isel(lat=slice(None, None, -1)))
    with pytest.raises(BadInput, match=r"lon: not evenly spaced round the globe"):
        chart(data.isel(lon=slice(0, 70)))
    with pytest.raises(BadInput, match=r"unknown channel 'SST'"):
        chart(dict(sample, names=["SST", *NAMES[1:]]))
    neutrino = workbench.load("neutrino")
    with pytest.raises(BadInput, match=r"the task 'neutrino' has no maps"):
        FieldMap(neutrino, {})


@pytest.mark.parametrize("log", [False, True])
def test_what_is_sent_is_right_to_a_part_of_its_range(log: bool) -> None:
    values = np.random.default_rng(1).lognormal(size=(7, 12)).astype(np.float32)
    values[2, 3] = np.nan
    field = dataclasses.replace(simple(values, values).fields[0], low=1e-3, log=log)
    sent, low, high = quantised(field)
    codes = np.frombuffer(sent, "<u2").reshape(7, 12)
    assert codes[2, 3] == 0 and (np.delete(codes.ravel(), 27) > 0).all()
    back = low + (codes.astype(float) - 1) * (high - low) / 65534
    wanted = np.log10(values) if log else values
    assert np.nanmax(np.abs(np.where(codes, back - wanted, 0))) <= (high - low) / 1.2e5
    flat, low, high = quantised(simple(np.ones((7, 12))).fields[0])
    assert low == high == 1 and set(np.frombuffer(flat, "<u2")) == {1}


def test_a_channel_is_sent_when_it_is_asked_for(
    data: xr.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, said = FieldMap("climate", data), []
    monkeypatch.setattr(shown, "send", lambda *given: said.append(given))
    assert shown.channel == "TMQ" and shown.outlines == ["truth"]
    shown._on_message(None, {"wanted": "PSL"}, [])
    ((content, buffers),) = said
    assert content["field"] == "PSL" and len(buffers[0]) == 2 * 96 * 144
    pressure = data.PSL.to_numpy()
    assert (content["low"], content["high"]) == (pressure.min(), pressure.max())
    about = shown.about()
    assert about["shape"] == [96, 144] and len(about["fields"]) == 16
    assert all(len(one["colours"]) == 768 for one in about["fields"])
    with pytest.raises(BadInput, match="no channel 'SST'"):
        shown.channel = "SST"


def test_the_browser_is_given_one_text_that_loads_nothing() -> None:
    text = module("field_map.js")
    assert text.count("export ") == 1 and "import " not in text
    assert "http" not in text
