"""Trainings in processes of their own: faults that lose nothing, and no orphans."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import workbench
from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.checkpoint import check_checkpoint
from workbench.runs.run import Run

pytestmark = pytest.mark.slow

LONG = {  # minutes of tiny steps; a test ends it
    "data.events": 2048,
    "data.val_events": 64,
    "data.test_events": 64,
    "data.batch_size": 8,
    "trainer.max_epochs": 50,
    "trainer.log_every_n_steps": 1,
    "trainer.enable_progress_bar": False,
}
PATIENCE = 120.0  # s; a busy machine takes long to start Python twice


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Launch a small training; nothing of it is left behind."""
    made: list[Run] = []

    def launch(
        processes: int = 1, by: Callable[..., Run] = workbench.launch, **settings: Any
    ) -> Run:
        given = LONG | {k.replace("__", "."): v for k, v in settings.items()}
        run = by(
            "neutrino", processes=processes, settings=given, runs=tmp_path / "runs"
        )
        made.append(run)
        return run

    yield launch
    for run in made:
        for process in processes_of(run):
            process.kill()


def processes_of(run: Run) -> list[psutil.Process]:
    """Processes that have the run's folder among their words."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = " ".join(process.info["cmdline"] or [])
        if run.name in words and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def ranks_of(run: Run) -> list[psutil.Process]:
    """Its training processes, in the order of their ranks."""
    found: dict[int, psutil.Process] = {}
    for process in processes_of(run):
        rank = process.environ().get("RANK")
        if rank is not None:
            found[int(rank)] = process
    return [found[rank] for rank in sorted(found)]


def until(true: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def trains(run: Run, steps: int = 10) -> Run:
    """Wait until it has done some steps more."""
    first = run.status.get("step", 0)
    until(
        lambda: run.state == "running" and run.status["step"] >= first + steps,
        f"{run!r} does not train: {run.log()}",
    )
    return run


def ends(run: Run, state: str) -> None:
    """It ends in that state, and no process of it is left."""
    until(lambda: run.state == state, f"{run!r} is not {state}: {run.log()}")
    until(lambda: not processes_of(run), "orphans")


def whole(run: Run) -> bool:
    """Whether every step is logged once."""
    steps = run.curves()["train_loss"].steps
    return list(steps) == list(range(len(steps)))


def job_of(run: Run) -> int:
    """The process that was launched."""
    return json.loads((run.folder / "launch.json").read_text())["process"]["pid"]


def a_kernel_that_dies(task: str, **how: Any) -> Run:
    """Launch from another process, which is gone when this returns."""
    code = (
        "import time, workbench; from pathlib import *\n"
        f"print(workbench.launch({task!r}, **{how!r}).folder, flush=True)\n"
        "time.sleep(1000)"
    )
    words = [sys.executable, "-c", code]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as kernel:
        assert kernel.stdout is not None
        run = workbench.open_run(kernel.stdout.readline().strip())
        os.kill(kernel.pid, signal.SIGINT)
        os.kill(kernel.pid, signal.SIGKILL)
    return run


def test_a_life_after_the_kernel_of_steering_of_a_moved_folder_and_of_a_reused_pid(
    launched: Callable[..., Run], tmp_path: Path
) -> None:
    run = launched(processes=2, by=a_kernel_that_dies)
    assert run.state in ("starting", "running")
    trains(run)
    assert run.status["world_size"] == 2
    assert "learning_rate" in run.set(learning_rate=1e-3).message
    run.pause()
    assert run.state == "paused"
    step = run.status["step"]
    time.sleep(2)
    assert run.status["step"] == step
    run.resume()
    trains(run)
    assert run.save().done
    assert run.stop().done
    ends(run, "stopped")
    step = run.status["step"]
    with pytest.raises(BadInput, match=r"is stopped: `workbench resume"):
        run.pause()

    moved = workbench.open_run(shutil.move(run.folder, tmp_path / run.name))
    trains(moved.resume())
    assert moved.status["attempt"] == 2 and moved.status["step"] > step
    assert whole(moved) and not run.folder.exists()

    for process in processes_of(moved):
        process.kill()
    ends(moved, "lost")
    file = moved.folder / "launch.json"
    known = json.loads(file.read_text())
    known["process"]["pid"] = os.getpid()  # alive, but begun at another time
    file.write_text(json.dumps(known))
    assert moved.state == "lost"


def test_a_life_of_a_killed_rank_a_spoilt_checkpoint_and_a_killed_launcher(
    launched: Callable[..., Run],
) -> None:
    run = trains(launched(processes=2))
    run.save()
    saved = run.status["step"]
    trains(run).save()
    ranks_of(run)[1].send_signal(signal.SIGKILL)
    ends(run, "failed")

    last = run.folder / "checkpoints" / "last.ckpt"
    content = bytearray(last.read_bytes())
    content[len(content) // 2] ^= 255
    last.write_bytes(content)
    trains(run.resume())
    assert "last.ckpt: not a whole checkpoint" in run.log(100)
    assert "continues from" in run.log(100) and "before.ckpt" in run.log(100)
    assert run.status["step"] > saved and whole(run)

    os.kill(job_of(run), signal.SIGKILL)
    ends(run, "stopped")
    assert check_checkpoint(last, continues=True) == run.status["step"]


def test_an_exception_in_one_rank_is_told(launched: Callable[..., Run]) -> None:
    run = launched(processes=2, data__batch_size=4096)
    ends(run, "failed")
    told = " ".join(run.log(200).split())
    assert "2048 training events make no batch of 8192" in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["launch", "nothing"], "unknown task 'nothing'"),
        (["launch", "neutrino", "--processes", "0"], "at least 1"),
        (["launch", "neutrino", "--set", "epochs"], "write it as NAME=VALUE"),
        (["launch", "neutrino", "--set", "strategy=fsdp"], "fsdp needs GPUs"),
        (["watch", "nothing"], "no run at nothing"),
        (["set", "nothing", "learning_rate=1"], "no run at nothing"),
    ],
)
def test_what_cannot_be_launched_is_one_line(
    words: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WORKBENCH_RUNS", str(tmp_path))
    assert main(words) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert not list(tmp_path.iterdir())
