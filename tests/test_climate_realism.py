"""The table that holds the generator against published numbers and real fields."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from workbench.errors import BadInput
from workbench.main import main
from workbench.tasks.climate.generator import simulate
from workbench.tasks.climate.realism import Realism, realism
from workbench.tasks.climate.realism.observed import Observed, observe, slope
from workbench.tasks.climate.realism.real import read_real
from workbench.tasks.climate.realism.rows import Row, rows_of

SHARED = Path(__file__).parents[2] / "shared" / "data" / "climate"
MAPS = 24


@pytest.fixture(scope="module")
def maps() -> list[xr.Dataset]:
    return list(simulate(MAPS, 11, grid="96x144", annotators=2))


@pytest.fixture(scope="module")
def seen(maps: list[xr.Dataset]) -> Observed:
    return observe(maps)


def by_name(seen: Observed) -> dict[str, Row]:
    return {row.name: row for row in rows_of(seen, None)}


def test_rows_are_what_their_names_say(maps: list[xr.Dataset], seen: Observed) -> None:
    rows = by_name(seen)
    every = np.stack([data.TMQ.values[0] for data in maps])
    assert rows["TMQ mean, kg/m2"].ours == pytest.approx(every.mean(), rel=1e-4)
    assert rows["TMQ spread, kg/m2"].ours == pytest.approx(every.std(), rel=1e-4)
    median = rows["TMQ 50 %, kg/m2"].ours
    assert median == pytest.approx(np.median(every), rel=0.05)
    truth = np.stack([data.TRUTH.values[0] for data in maps])
    share = rows["true river, % of points"].ours
    assert share == pytest.approx((truth == 2).mean() * 100)
    drawn = np.stack([data.LABELS.values[:, 0] for data in maps])
    one, other = drawn[:, 0] == 2, drawn[:, 1] == 2
    agreement = rows["IoU of two annotators, river"].ours
    assert agreement == pytest.approx((one & other).sum() / (one | other).sum())
    assert sum(row.ours for name, row in rows.items() if "drawn" in name) == (
        pytest.approx(100)
    )
    months = [int(data.time.dt.month[0]) for data in maps]
    assert (
        f"month {months[0]:2} ({months.count(months[0])} maps), river, % of points"
        in (rows)
    )


def test_few_maps_already_meet_most_bars(seen: Observed) -> None:
    bars = [row for row in rows_of(seen, None) if row.low is not None]
    assert len(bars) == 31
    assert sum(row.ok for row in bars) >= 27


def test_a_generator_that_drifts_away_is_found_out(
    maps: list[xr.Dataset], seen: Observed
) -> None:
    warm = dict(seen.mean, T500=seen.mean["T500"] + 5)
    rows = tuple(rows_of(replace(seen, mean=warm), None))
    drifted = Realism(MAPS, "96x144", 11, rows, False, maps[0])
    assert not drifted.ok
    (row,) = [row for row in rows if row.name == "T500 mean, K"]
    assert not row.ok and "NOT MET" in row.text()
    assert "no real fields here" in drifted.text()


def test_the_slope_of_a_known_spectrum_is_found() -> None:
    waves = np.arange(1, 100)
    power = np.concatenate([[0.0], waves**-2.5]) * np.ones((20, 1))
    lat = np.linspace(-90, 90, 20)
    assert slope(power, lat, 30, 60) == pytest.approx(2.5)


def test_the_command_answers_with_its_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, picture = tmp_path / "r.json", tmp_path / "r.png"
    words = ["data", "realism", "climate", "--maps", "8", "--grid", "96x144"]
    (tmp_path / "none").mkdir()
    words += ["--real", str(tmp_path / "none")]
    status = main([*words, "--json", str(table), "--figure", str(picture)])
    kept = json.loads(table.read_text())
    assert status == (0 if kept["ok"] else 1)
    assert kept["maps"] == 8 and len(kept["rows"]) > 150
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "bars met" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--json", "none/r.json"], "no folder none: make it first"),
        (["--figure", "r.foo"], "give a name that ends in .png"),
        (["--maps", "3"], "give at least 8"),
        (["--real", "nowhere"], "nowhere: no such folder of real fields"),
    ],
)
def test_what_cannot_be_done_is_said_before_the_work(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "realism", "climate", "--maps", "1000000", *words]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and said in error


def test_without_real_fields_the_table_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such folder"):
        read_real(tmp_path / "absent")
    empty = read_real(tmp_path)
    assert empty is not None and not empty.moments and not empty.zonal


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"no real fields at {SHARED}")
def test_real_fields_stand_beside_ours() -> None:
    result = realism(8, 0, "96x144", real=SHARED, progress=False)
    rows = {row.name: row for row in result.rows}
    assert rows["TMQ mean, kg/m2"].real == pytest.approx(18.63, abs=0.01)
    assert rows["PS spread, Pa"].real == pytest.approx(9583, abs=1)
    assert rows["TMQ at 0 N"].real == pytest.approx(42.9, abs=0.3)
    assert rows["− slope of TMQ's spectrum, 30–60°"].real == pytest.approx(2.3, abs=0.2)
    assert "real fields in the last column" in result.text()
