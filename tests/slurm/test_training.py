"""Training on two nodes of a real Slurm: steered, resumed, loses a node."""

import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.slurm.waiting import LONG, becomes, ending, trains, wait, waits_again
from workbench import launch
from workbench.main import main
from workbench.runs.run import open_run

pytestmark = pytest.mark.slow


def test_two_nodes_of_two_processes_are_steered_and_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = time.monotonic()
    run = launch("pebbles", compute="slurm", nodes=2, processes=2, settings=LONG)
    assert time.monotonic() - begun < 1
    assert run.folder.is_relative_to(tmp_path / "runs")  # the site's scratch
    seen = {run.state}
    wait(lambda: seen.add(run.state) or "running" in seen, run)
    assert seen <= {"queued", "starting", "running"} and "starting" in seen
    trains(run, beyond=5)
    assert run.status["world_size"] == 4
    assert run.job is not None and run.job.told.startswith(
        ("running, 9:", "running, 8:")
    )
    assert run.set(learning_rate=0.05).done
    assert run.pause().done and run.state == "paused"
    assert run.resume().state == "running"
    with monkeypatch.context() as elsewhere:  # where no Slurm is, heartbeats tell
        elsewhere.setenv("PATH", "/nowhere")
        elsewhere.setenv("WORKBENCH_CACHE", str(tmp_path / "other"))
        assert open_run(run.folder).state == "running"
        assert open_run(run.folder).job is None
    assert run.cancel().done and run.state == "stopping"
    becomes(run, "stopped")
    assert ending(run)["by"] == "scancel"
    assert run.status["state"] == "stopped"  # it had time to save
    assert (run.folder / "checkpoints" / "last.ckpt").is_file()


def test_members_are_jobs_of_their_own_and_a_long_pause_gives_the_nodes_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORKBENCH_PAUSE_LIMIT", "1")
    run = launch("pebbles", compute="slurm", settings=LONG | {"seed": [1, 2]})
    first, second = run.members
    for member in run.members:
        trains(member, beyond=5)
    assert first.status["job"] != second.status["job"]
    assert main(["compare", str(run.folder)]) == 0
    assert "seed_everything" in capsys.readouterr().out
    losses = [list(m.curves()["train_loss"].values[:5]) for m in run.members]
    assert losses[0] != losses[1]

    first.pause()
    wait(lambda: first.job is not None and first.job.over, first)
    assert (first.state, second.state, run.state) == ("paused", "running", "running")
    step = first.status["step"]
    monkeypatch.delenv("WORKBENCH_PAUSE_LIMIT")
    assert first.resume().state in ("queued", "starting")
    trains(first, beyond=step)
    assert run.stop().message == "saved as last.ckpt (2)"
    becomes(run, "stopped")
    for member, starts in ((first, 2), (second, 1)):
        assert ending(member) == {
            "launch": starts,
            "code": 0,
            "restarts": 0,
            "by": "job.sh",
        }


def test_a_node_that_dies_takes_nothing_with_it(cluster: Path) -> None:
    run = launch("pebbles", compute="slurm", nodes=2, settings=LONG)
    trains(run, beyond=20)
    run.save()
    job = run.status["job"]
    os.kill(int((cluster / "slurmd-n2.pid").read_text()), signal.SIGKILL)
    for process in psutil.process_iter():
        try:
            known = process.environ()
        except psutil.Error:
            continue
        if (known.get("SLURMD_NODENAME"), known.get("SLURM_JOB_ID")) == ("n2", job):
            process.kill()
    becomes(run, "queued")
    script = Path(__file__).with_name("cluster.sh")
    subprocess.run([script, "node", cluster, "n2"], check=True)
    step = run.status["step"]
    waits_again(run)
    trains(run, beyond=step)
    assert run.status["attempt"] == 2 and run.status["world_size"] == 2
    assert "continues from" in run.log(200)
    run.stop()
    becomes(run, "stopped")
