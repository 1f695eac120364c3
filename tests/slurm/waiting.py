"""Waiting for what jobs of a real Slurm do."""

import subprocess
import time
from collections.abc import Callable
from typing import Any

from workbench.runs.control import reply_to
from workbench.runs.folder import read_json
from workbench.runs.run import Run
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
