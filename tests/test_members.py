"""Runs that are launched together: seeds and parameters."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import workbench
from tests.test_launch import LONG, PATIENCE, ends, processes_of, trains, until
from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.members import label, state_of, told
from workbench.runs.settings import combinations, parsed
from workbench.runs.watch import frame

SHORT = LONG | {"data.events": 64, "trainer.max_epochs": 1}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Where runs go, of which nothing lives on."""
    yield tmp_path
    for run in workbench.runs(tmp_path):
        for process in processes_of(run):
            process.kill()


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


def test_members_train_one_after_another(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [f"{name}={value}" for name, value in SHORT.items()]
    where = ["--runs", str(place)]
    assert main(["launch", "neutrino", *where, "--set", "seed=1,2", *words]) == 0
    run = workbench.open_run(capsys.readouterr().out.strip())
    first, second = run.members
    assert second.state == "queued"
    assert main(["stop", second.name, *where]) == 0
    assert second.state == "stopped"
    assert run.wait(PATIENCE) == "stopped"
    ends(run, "stopped")
    assert [member.state for member in run.members] == ["finished", "stopped"]
    assert not (second.folder / "status.json").exists()

    attempt = first.status["attempt"]
    run.resume()
    assert run.wait(PATIENCE) == "finished"
    assert first.status["attempt"] == attempt
    losses = [m.curves()["train_loss"].values for m in run.members]
    assert len(losses[0]) == len(losses[1]) and losses[0] != losses[1]
    capsys.readouterr()
    assert main(["compare", run.name, *where]) == 0
    assert "seed_everything" in capsys.readouterr().out
    assert main(["runs", *where]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "2 members: 2 finished" in shown[0] and len(shown) == 3
    with pytest.raises(BadInput, match=r"is many runs: name one, such as .*1-seed-1"):
        run.predict("events.h5", "out.csv")


def test_members_are_steered_together_and_survive_faults(place: Path) -> None:
    settings = LONG | {"data.batch_size": [4096, 8, 16]}  # too large for the events
    run = workbench.launch("neutrino", settings=settings, runs=place)
    wrong, second, third = run.members
    assert second.name == f"{run.name}/members/2-batch_size-8"
    trains(second)
    assert [m.state for m in run.members] == ["failed", "running", "queued"]
    assert run.state == "running"
    assert "learning_rate" in run.set(learning_rate=5e-4).message
    run.pause()
    assert (run.state, second.state, third.state) == ("paused", "paused", "queued")
    assert run.waits
    run.resume()
    trains(second)
    job = json.loads((second.folder / "launch.json").read_text())["process"]["pid"]
    os.kill(job, signal.SIGKILL)
    until(lambda: not processes_of(run), "orphans")
    assert [m.state for m in run.members] == ["failed", "stopped", "lost"]
    step = second.status["step"]
    run.resume()
    until(lambda: second.state == "running", second.log())
    assert second.status["step"] >= step - 1
    assert "3 members: 1 running, 1 queued, 1 failed" in frame(run)
    run.stop()
    ends(run, "failed")
    assert (wrong.state, third.state) == ("failed", "stopped")
    with pytest.raises(BadInput, match="no member trains"):
        run.pause()
    with pytest.raises(BadInput, match="every member is over"):
        run.cancel()
