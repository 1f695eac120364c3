"""A JupyterHub whose notebooks are jobs, and a training that one of them launches."""

import json
from pathlib import Path

import pytest

from tests.hub import SLOWLY, centre, hub, log_in
from tests.lab import chromium, keeper, run_all, write_notebook
from tests.slurm.waiting import becomes
from workbench.runs.run import runs

pytestmark = pytest.mark.slow

WHERE = """\
import json, os; from pathlib import Path
mine = {name: os.environ[f"SLURM_{name}"] for name in ("JOB_ID", "STEP_ID")}
Path("mine.json").write_text(json.dumps(mine)); mine"""
LAUNCH = """\
from workbench import launch; from workbench.panels import attach
attach(launch("pebbles", compute="slurm", nodes=2))"""
SPAWNER = {
    "SlurmSpawner__exec_prefix": "runuser --user {username} --",
    "SlurmSpawner__req_runtime": "30:00",
    "SlurmSpawner__state_exechost_exp": "127.0.0.1",  # where both nodes really are
    "SlurmSpawner__startup_poll_interval": 0.2,
}


def test_a_notebook_that_is_a_job_launches_another(
    cluster: Path, tmp_path: Path
) -> None:
    with centre("cyd") as here:
        home = here.home("cyd")
        write_notebook(home / "panel.ipynb", [WHERE, LAUNCH])
        here.give("cyd", home / "panel.ipynb")
        known = {
            "SLURM_CONF": str(cluster / "slurm.conf"),
            "WORKBENCH_SITE": str(here.root / "tests" / "slurm" / "here.toml"),
            "WORKBENCH_TEST_SCRATCH": str(home),
            "WORKBENCH_QUEUE_PERIOD": "0.2",
        }
        wrapper = f"{here.python} -m batchspawner.singleuser"
        script = str(here.python.parents[1] / "scripts" / "jupyterhub-singleuser")
        given = SPAWNER | {
            "SlurmSpawner__batchspawner_singleuser_cmd": wrapper,
            "SlurmSpawner__cmd": [script],  # which the wrapper reads, as Python
        }
        with (
            hub(here, "batchspawner.SlurmSpawner", known, **given) as address,
            chromium() as page,
        ):
            page.set_default_timeout(SLOWLY)
            log_in(page, address, here.people["cyd"])
            run_all(page)
            page.locator(".wb-train .wb-is-finished").wait_for()
            keeper(tmp_path)(page, "hub-slurm")
            assert page.get_by_role("alert").all_inner_texts() == []
            (run,) = runs(home / "runs")
            becomes(run, "finished")
            assert run.folder.owner() == here.people["cyd"]
            assert run.status["world_size"] == 2
            notebook = json.loads((home / "mine.json").read_text())
            assert run.status["job"] not in (None, notebook["JOB_ID"])
            known_to_job = (run.folder / "environment-of-job.txt").read_text()
            assert "SLURM_NNODES=2" in known_to_job
            assert "SLURM_STEP_ID" not in known_to_job
