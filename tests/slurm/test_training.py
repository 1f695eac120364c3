"""Training on two nodes of a real Slurm: steered, put back, resumed, loses a node."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from workbench import launch
from workbench.main import main
from workbench.runs.control import reply_to
from workbench.runs.folder import read_json
from workbench.runs.run import Run, open_run
from workbench.runs.state import State

EVERY_STEP = {"trainer.log_every_n_steps": 1}
LONG = {"epochs": 100000, "trainer.check_val_every_n_epoch": 1000} | EVERY_STEP
STEPS = {"epochs": 80, "trainer.check_val_every_n_epoch": 10} | EVERY_STEP  # 400
PATIENCE = 100.0  # s for whatever a busy machine takes


def wait(until: Callable[[], Any], run: Run) -> None:
    end = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < end, (run, run.job, run.status, run.log(50))
        time.sleep(0.2)


def becomes(run: Run, *states: State) -> None:
    wait(lambda: run.state in states, run)


def trains(run: Run, beyond: int) -> None:
    wait(lambda: run.state == "running" and run.status["step"] > beyond, run)


def ending(run: Run) -> dict[str, Any]:
    """What its job script wrote last; Slurm may tell of the end before."""
    wait((run.folder / "exit.json").exists, run)
    return read_json(run.folder / "exit.json")


def waits_again(run: Run) -> None:
    """Wait until the job is back in the queue, then leave out Slurm's two minutes."""
    wait(lambda: run.job is not None and run.job.waits, run)
    assert run.state == "queued"
    time.sleep(2.5)  # slurmd takes the same job again a little later only
    number = read_json(run.folder / "launch.json")["job"]
    words = ["scontrol", "update", f"JobId={number}", "StartTime=now"]
    subprocess.run(words, check=True)


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


NOTEBOOK = ["srun", "--ntasks=1", "--job-name=spawner-jupyterhub"]  # as batchspawner's


def test_fit_in_a_notebooks_job_does_not_train_alone(tmp_path: Path) -> None:
    """Trap A: Lightning takes the notebook's job for the layout of the training."""
    words = [sys.executable, "-m", "workbench.main", "fit", "--config=pebbles"]
    words += ["--folder", str(tmp_path), "--trainer.devices=2"]
    words += ["--trainer.strategy=ddp"]
    subprocess.run([*NOTEBOOK, *words], check=True, timeout=PATIENCE)
    assert read_json(tmp_path / "status.json")["world_size"] == 2


LAUNCH = """
import json, os, subprocess, sys
from workbench import launch
assert os.environ["SLURM_STEP_ID"]
nested = subprocess.run(["timeout", "3", "srun", "true"], capture_output=True)
settings = json.loads(sys.argv[1])
run = launch("pebbles", compute="slurm", nodes=2, settings=settings)
print(json.dumps([nested.returncode, str(run.folder)]), flush=True)
sys.stdin.readline()
here = launch("pebbles", processes=2, settings=settings)
print(json.dumps([here.wait(100), str(here.folder)]), flush=True)
"""


def test_launched_in_a_notebooks_job_and_requeued_it_goes_on_exactly() -> None:
    """Traps B and C: ``SLURM_*`` leak into what is submitted; a nested srun hangs."""
    words = [*NOTEBOOK, sys.executable, "-c", LAUNCH, json.dumps(STEPS)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, **pipes) as notebook:
        given, answers = notebook.stdin, notebook.stdout
        assert given and answers
        nested, folder = json.loads(answers.readline())
        assert nested == 124  # so nothing of ours may do that
        run = open_run(folder)
        trains(run, beyond=20)
        is_requeued(run)
        print(file=given, flush=True)  # it launches another, which goes through
        state, here = json.loads(answers.readline())
    other = open_run(here)
    becomes(run, "finished")
    assert run.status["attempt"] == 2 and run.status["restarts"] == 1
    assert ending(run)["restarts"] == 1
    assert state == other.state == "finished"
    mine, theirs = run.curves()["train_loss"], other.curves()["train_loss"]
    assert list(mine.steps) == list(theirs.steps)
    assert list(mine.values) == list(theirs.values)
    for one in (run, other):
        assert one.status["world_size"] == 2
    known = (run.folder / "environment-of-job.txt").read_text()
    assert "SLURM_NNODES=2" in known
    for leaked in ("SLURM_STEP_ID", "SLURM_LAUNCH_NODE_IPADDR", "SLURM_SRUN_COMM_PORT"):
        assert f"\n{leaked}=" not in known


def test_a_job_that_dies_as_it_begins_again_is_not_put_back_for_ever() -> None:
    run = launch("pebbles", compute="slurm", settings=LONG)
    trains(run, beyond=20)
    (run.folder / "config.yaml").write_text("seed_everything: [")
    is_requeued(run)
    becomes(run, "failed")
    assert ending(run)["restarts"] == 1


def is_requeued(run: Run) -> None:
    """Shortly before its time is up it saves and is put back into the queue."""
    job = read_json(run.folder / "launch.json")["job"]
    subprocess.run(["scancel", "--batch", "--signal=USR1", job], check=True)
    becomes(run, "queued")
    assert 20 < run.status["step"] < 400
    assert not (run.folder / "exit.json").exists()
    (asked,) = (run.folder / "control").glob("*-requeue.json")
    reply = reply_to(run.folder, asked.stem)
    assert reply is not None and reply.done
    waits_again(run)
