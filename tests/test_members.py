"""Runs that are launched together: seeds and parameters."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import workbench
from tests.test_launch import PATIENCE, ends, processes_of, trains, until
from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.members import label, state_of, told
from workbench.runs.run import Run
from workbench.runs.settings import combinations, parsed
from workbench.runs.state import State
from workbench.runs.watch import frame

pytestmark = pytest.mark.slow

SETTINGS = (
    "epochs=1,-2,1000000,1000001,1000002",  # -2 is refused; a million never ends
    "trainer.log_every_n_steps=1",
    "trainer.check_val_every_n_epoch=10",
)


@pytest.fixture
def place(tmp_path: Path, pebbles: None) -> Iterator[Path]:
    """Where runs go, of which nothing lives on."""
    yield tmp_path
    for run in workbench.runs(tmp_path):
        for process in processes_of(run):
            process.kill()


def states(run: Run) -> list[State]:
    return [member.state for member in run.members]


def test_every_combination_is_a_member() -> None:
    settings = parsed(["seed=1,2", "model.learning_rate=0.001,0.01", "epochs=3"])
    chosen = combinations(settings)
    assert len(chosen) == 4 and chosen[1] == {
        "seed": 1,
        "model.learning_rate": 1e-2,
        "epochs": 3,
    }
    assert label(2, settings, chosen[1]) == "2-seed-1-learning_rate-0.01"
    assert combinations(parsed(["model.kernels=[3, 5]"])) == [{"model.kernels": [3, 5]}]
    assert combinations({}) == [{}]
    with pytest.raises(BadInput, match="seed has no value"):
        combinations({"seed": []})


def test_names_are_fit_for_a_file_system() -> None:
    name = label(1, {"data.path": ["/a b/c", "x"]}, {"data.path": "/a b/c"})
    assert name == "1-path-_a_b_c"


def test_the_liveliest_member_speaks_for_all() -> None:
    assert state_of(["finished", "running", "failed"]) == "running"
    assert state_of(["finished", "stopped", "failed"]) == "failed"
    assert told(["queued", "running", "queued"]) == "3 members: 1 running, 2 queued"


def test_a_life_of_members(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--runs", str(place)]
    assert main(["launch", "pebbles", *where, "--set", *SETTINGS]) == 0
    run = workbench.open_run(capsys.readouterr().out.strip())
    first, wrong, third, fourth, fifth = run.members
    assert [member.state for member in run.members[1:]] == ["queued"] * 4
    assert main(["stop", fifth.name, *where]) == 0
    assert fifth.state == "stopped"
    trains(third)
    assert third.name == f"{run.name}/members/3-epochs-1000000"
    assert states(run) == ["finished", "failed", "running", "queued", "stopped"]
    assert len(first.curves()["train_loss"].values) == 9
    assert "`max_epochs` must be" in wrong.log(100)
    assert run.state == "running"

    assert "learning_rate" in run.set(learning_rate=5e-4).message
    run.pause()
    assert (run.state, third.state, fourth.state) == ("paused", "paused", "queued")
    assert run.waits
    run.resume()
    trains(third)
    job = json.loads((third.folder / "launch.json").read_text())["process"]["pid"]
    os.kill(job, signal.SIGKILL)
    until(lambda: not processes_of(run), "orphans")
    assert states(run) == ["finished", "failed", "stopped", "lost", "stopped"]
    assert not (fifth.folder / "status.json").exists()

    step = third.status["step"]
    run.resume()
    until(lambda: third.state == "running", third.log())
    assert third.status["step"] >= step - 1 and third.status["attempt"] == 2
    assert first.status["attempt"] == 1
    assert "5 members: 1 running, 2 queued, 1 failed, 1 finished" in frame(run)
    run.stop()
    assert run.wait(PATIENCE) == "failed"
    ends(run, "failed")
    assert states(run) == ["finished", "failed", "stopped", "stopped", "stopped"]
    with pytest.raises(BadInput, match="no member trains"):
        run.pause()
    with pytest.raises(BadInput, match="every member is over"):
        run.cancel()
    with pytest.raises(BadInput, match=r"is many runs: name one, such as .*1-epochs-1"):
        run.predict("events.h5", "out.csv")
    capsys.readouterr()
    assert main(["runs", *where]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "5 members: 1 failed, 3 stopped, 1 finished" in shown[0] and len(shown) == 6
