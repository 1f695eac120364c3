"""What becomes of a job before it trains: refused, waiting, cancelled, gone."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workbench import launch
from workbench.errors import BadInput
from workbench.main import main
from workbench.runs import slurm_queue
from workbench.runs.folder import read_json, write_json
from workbench.runs.run import Run, runs

pytestmark = pytest.mark.slow


def test_a_refusal_is_shown_whole(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        launch("pebbles", compute="slurm", partition="nowhere")
    (run,) = runs()
    said = str(refused.value)
    assert "sbatch: error: invalid partition specified: nowhere" in said
    assert "sbatch: error: Batch job submission failed: Invalid partition" in said
    assert f"sbatch {run.folder / 'job.sh'}" in said
    assert (run.folder / "job.sh").is_file() and run.state == "failed"


def test_a_waiting_job_says_why_and_is_taken_out_of_the_queue() -> None:
    words = ["sbatch", "--exclusive", "--nodes=2", "--output=/dev/null"]
    subprocess.run([*words, "--wrap=sleep 60"], check=True)
    run = launch("pebbles", compute="slurm", nodes=2)
    end = time.monotonic() + 20
    while run.job is None or run.job.reason not in ("Resources", "Priority"):
        assert time.monotonic() < end, run.job
        time.sleep(0.2)
    assert run.state == "queued"
    assert run.job.told.startswith(f"waits ({run.job.reason})")
    assert main(["watch", str(run.folder), "--once"]) == 0
    assert run.stop().message.endswith("cancelled")
    assert run.state == "stopped"
    with pytest.raises(BadInput, match=r"is stopped and has no Slurm job to cancel"):
        run.cancel()


def test_a_job_that_slurm_knows_no_more_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slurm_queue, "PATIENCE", 1.0)
    launched = {"compute": "slurm", "launch": 1, "job": "4711"}
    write_json(tmp_path / "launch.json", launched)
    run = Run(tmp_path)
    assert run.state == "queued"  # nobody here has seen the job: no reason to say more
    slurm_queue.add("4711")
    assert run.state == "queued"
    time.sleep(2)
    assert run.state == "lost"


COUNTING = """#!/bin/sh
echo asked >> {log}
exec {squeue} "$@"
"""
LOOKING = """
import sys
from pathlib import Path
from workbench.runs.run import Run
for _ in range(20):
    Run(Path(sys.argv[1])).state
"""


def test_all_who_look_share_one_question_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, squeue = tmp_path / "log", shutil.which("squeue")
    (tmp_path / "bin").mkdir()
    counting = tmp_path / "bin" / "squeue"
    counting.write_text(COUNTING.format(log=log, squeue=squeue))
    counting.chmod(0o700)
    monkeypatch.setenv("PATH", f"{counting.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("WORKBENCH_QUEUE_PERIOD")
    write_json(tmp_path / "launch.json", {"compute": "slurm", "launch": 1, "job": "1"})
    words = [sys.executable, "-c", LOOKING, str(tmp_path)]
    begun = time.time()
    many = [subprocess.Popen(words) for _ in range(3)]
    assert [looking.wait() for looking in many] == [0, 0, 0]
    minutes = int(time.time() // 60) - int(begun // 60) + 1
    assert 1 <= len(log.read_text().splitlines()) <= minutes


def test_write_only_prints_what_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["launch", "pebbles", "--compute=slurm", "--write-only", "--nodes=2"]
    asked = [
        "--processes=2",
        "--account=m1",
        "--qos=debug",
        "--time=1:30:00",
        "--gpus=4",
    ]
    assert main([*words, *asked]) == 0
    shown = capsys.readouterr()
    assert "2 nodes, 2 processes and 4 GPUs each, 1:30:00, account m1" in shown.err
    assert "at most 3.00 node-hours a start" in shown.err
    (run,) = runs()
    script = run.folder / "job.sh"
    assert shown.out == f"sbatch {script}\n{run.folder}\n"
    assert run.state == "queued" and "job" not in read_json(run.folder / "launch.json")
    text = script.read_text()
    options = re.findall("^#SBATCH (.*)$", text, re.MULTILINE)
    assert options == [
        f"--job-name={run.name}",
        "--account=m1",
        "--qos=debug",
        "--time=1:30:00",
        "--nodes=2",
        "--ntasks-per-node=2",
        "--cpus-per-task=1",
        "--gpus-per-node=4",
        f"--output={run.folder / 'log.txt'}",
        "--open-mode=append",
        "--signal=B:USR1@120",
        "--requeue",
    ]
    assert "\nexport WORKBENCH_LAUNCH=1\n" in text
    assert "\nexport WORKBENCH_PAUSE_LIMIT=600 " in text
    assert "\nexport OMP_NUM_THREADS=1\n" in text
    assert '\nexport MASTER_ADDR="127.0.0.1"\n' in text
    assert "\nsrun --kill-on-bad-exit=1 --cpus-per-task=1 " in text
    for option in ("devices=2", "num_nodes=2", "strategy=ddp"):
        assert f"\n    --trainer.{option}" in text
    subprocess.run(["bash", "-n", script], check=True)
    assert main([*words]) == 0  # what was chosen is chosen again
    assert "account m1" in capsys.readouterr().err
