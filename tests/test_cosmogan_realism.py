"""The table that holds simulated maps against theory and full simulations."""

import json
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import kurtosis, skew

from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.realism import Realism, command, realism
from workbench.tasks.cosmogan.realism.observed import (
    map_power,
    observe,
    smoothed,
)
from workbench.tasks.cosmogan.realism.real import DEFAULT, KTNG, MASSIVENUS
from workbench.tasks.cosmogan.realism.rows import Row, expected_rings, own_rows
from workbench.tasks.cosmogan.simulation import simulate
from workbench.tasks.cosmogan.simulation.patch import ring_power

FIELD = Field.named("wide", 64)


@pytest.fixture(scope="module")
def maps() -> np.ndarray:
    return np.concatenate(list(simulate(512, 2, FIELD)))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Realism:
    nowhere = tmp_path_factory.mktemp("none")
    return realism(512, 2, ("lognormal",), real=nowhere, progress=False)


def by_name(rows: tuple[Row, ...]) -> dict[str, Row]:
    return {row.name.split(": ")[1]: row for row in rows}


def test_rows_are_what_their_names_say(maps: np.ndarray, table: Realism) -> None:
    rows = by_name(tuple(own_rows("lognormal", maps, FIELD)))
    assert rows["σ of κ"].ours == pytest.approx(maps.std(), rel=1e-5)
    assert rows["skewness"].ours == pytest.approx(skew(maps.ravel()), rel=1e-3)
    assert rows["kurtosis"].ours == pytest.approx(kurtosis(maps.ravel()), rel=1e-3)
    waves = np.abs(np.fft.rfft2(maps - maps.mean())) ** 2
    area = np.radians(FIELD.arcmin / 60) ** 2 / 64**2
    four = [waves[:, 5, 0], waves[:, -5, 0], waves[:, 0, 5], waves[:, 3, 4]]
    assert ring_power(map_power(maps, FIELD), FIELD)[5] == pytest.approx(
        np.mean(four) * area, rel=0.1
    )
    one = observe(maps)
    above = (maps - maps.mean()) / maps.std()
    assert (above < one.quantiles[1]).mean() == pytest.approx(0.05, abs=1e-3)
    assert smoothed(maps, FIELD.arcmin).shape == (512, 60, 60)


def test_lognormal_maps_meet_every_bar(table: Realism) -> None:
    assert table.ok
    assert "6 of 6 bars met" in table.text()
    assert "no full simulations here" in table.text()


@pytest.mark.parametrize(
    ("wrong", "missed"),
    [
        (lambda maps: 1.05 * maps, {"mean |ΔP/P| to 0.7 Nyquist", "σ of κ"}),
        (lambda maps: -maps, {"skewness", "least κ, none below a vacuum"}),
    ],
    ids=["too strong", "upside down"],
)
def test_a_simulation_that_drifts_away_is_found_out(
    maps: np.ndarray, table: Realism, wrong: object, missed: set[str]
) -> None:
    rows = tuple(own_rows("lognormal", wrong(maps), FIELD))
    found = {name for name, row in by_name(rows).items() if not row.ok}
    assert missed <= found
    drifted = replace(table, rows=rows)
    assert not drifted.ok and "NOT MET" in drifted.text()


def test_edges_of_crops_are_in_the_theory(maps: np.ndarray) -> None:
    seen = ring_power(map_power(maps, FIELD), FIELD)
    np.testing.assert_allclose(seen[2:45] / expected_rings(FIELD)[2:45], 1, atol=0.06)


def test_the_command_answers_with_its_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written, picture = tmp_path / "r.json", tmp_path / "r.png"
    parser = ArgumentParser()
    command.arguments(parser)
    words = ["--maps", "64", "--boxes", "2", "--particles", "16"]
    words += ["--real", str(tmp_path), "--json", str(written)]
    status = command.run(parser.parse_args([*words, "--figure", str(picture)]))
    kept = json.loads(written.read_text())
    assert status == (0 if kept["ok"] else 1)
    names = [row["name"] for row in kept["rows"]]
    assert any(name.startswith("particles") for name in names)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "2 boxes of 16³ particles" in capsys.readouterr().out


def test_what_cannot_be_done_is_said_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="63 maps: give at least 64"):
        realism(63)
    with pytest.raises(BadInput, match="no such folder of full simulations"):
        realism(10**9, real=tmp_path / "absent")


@pytest.mark.skipif(not DEFAULT.is_dir(), reason=f"no full simulations at {DEFAULT}")
def test_full_simulations_stand_beside_ours() -> None:
    found = realism(64, kinds=("lognormal",), progress=False)
    rows = {row.name: row.real for row in found.rows}
    assert rows["lognormal, 1′: skewness"] == {
        KTNG: pytest.approx(1.77, abs=0.01),
        MASSIVENUS: pytest.approx(1.68, abs=0.01),
    }
    assert rows["lognormal, 1′: σ of κ"][KTNG] == pytest.approx(0.0156, abs=1e-4)
    assert not rows["lognormal: skewness"]
