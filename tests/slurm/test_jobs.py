"""Jobs of a real Slurm: from a notebook that is one, and put back into the queue."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.slurm.waiting import (
    LONG,
    PATIENCE,
    STEPS,
    becomes,
    ending,
    is_requeued,
    trains,
)
from workbench import launch
from workbench.runs.folder import read_json
from workbench.runs.run import open_run

pytestmark = pytest.mark.slow


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
