"""The table that holds the simulator against published numbers."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from workbench.main import main
from workbench.tasks.neutrino.realism import Observed, Realism, observe, rows_of
from workbench.tasks.neutrino.simulator import simulate


@pytest.fixture(scope="module")
def seen() -> Observed:
    return observe(simulate(2000, 5))


def values(seen: Observed) -> dict[str, float]:
    return {row.name: row.ours for row in rows_of(seen)}


def test_rows_are_what_their_names_say(seen: Observed) -> None:
    found, truth = values(seen), seen.truth
    assert found["E below 7 GeV, %"] == pytest.approx(
        100 * (truth["energy"] < 7).mean()
    )
    assert found["segment 3 (target 3), %"] == 100 * (truth["segment"] == 3).mean()
    none = truth["protons"] + truth["charged_pions"] + truth["charged_kaons"] == 0
    assert found["0 hadrons above 50 MeV, %"] == pytest.approx(100 * none.mean())
    assert (
        found["segment right, first hit plane, %"]
        < found["segment right, track finder, %"]
    )
    alone = found["… without overlay, %"]
    assert alone > found["first hit plane within 2 of the vertex, %"]


def test_a_simulator_that_drifts_away_is_found_out(seen: Observed) -> None:
    truth = seen.truth.copy()
    truth["q2"] = 5.0
    drifted = Realism(2000, 5, tuple(rows_of(replace(seen, truth=truth))), seen)
    assert not drifted.ok
    (row,) = [row for row in drifted.rows if row.name.startswith("Q²")]
    assert not row.ok and row.ours == 0
    assert "NOT MET" in drifted.text()


def test_bright_cells_are_counted_in_their_own_view(seen: Observed) -> None:
    events = seen.head
    assert events.hit_start[-1] == len(events.hits)
    mine = events.hits[: events.hit_start[1]]
    x = mine[(mine["plane"] < 100) & (mine["plane"] % 2 == 1)]  # X planes are odd
    bright = (x["energy"] > 0.05 * x["energy"].max()).sum()
    assert abs(int(seen.occupancy[0, 0]) - int(bright)) <= 1  # half precision


def test_the_command_answers_with_its_status(tmp_path: Path) -> None:
    table, picture = tmp_path / "r.json", tmp_path / "r.png"
    words = ["data", "realism", "neutrino", "--events", "1000", "--seed", "4"]
    status = main([*words, "--json", str(table), "--figure", str(picture)])
    kept = json.loads(table.read_text())
    assert status == (0 if kept["ok"] else 1)
    assert kept["events"] == 1000 and len(kept["rows"]) > 25
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert np.isfinite([row["ours"] for row in kept["rows"]]).all()


@pytest.mark.parametrize("name", ["none/r.json", "r.foo"])
def test_a_place_that_cannot_be_written_is_said_before_the_work(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    option = "--json" if name.endswith("json") else "--figure"
    words = ["data", "realism", "neutrino", "--events", "1000000000"]
    assert main([*words, option, str(tmp_path / name)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and name in error
