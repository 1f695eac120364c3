"""Panels at living runs: two at one, a branch, a failure in one process alone."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import workbench
from tests.test_launch import ends, job_of, processes_of, trains, until
from tests.widgets import find, shown
from workbench.panels import Train, attach
from workbench.runs.checkpoint import check_checkpoint
from workbench.runs.control import reply_to
from workbench.runs.folder import read_json
from workbench.runs.run import Run

pytestmark = pytest.mark.slow

LONG = {
    "epochs": 1_000_000,
    "trainer.check_val_every_n_epoch": 10,
    "trainer.log_every_n_steps": 1,
}
SECOND = """
import json, sys
from tests.widgets import find, shown
from workbench.panels import attach
panel = attach(sys.argv[1])
for line in sys.stdin:
    name, value = json.loads(line)
    if value is not None:
        find(panel, name).value = value
    elif name:
        find(panel, name).click()
    print(json.dumps(shown(panel)), flush=True)
"""


@pytest.fixture
def launched(tmp_path: Path, pebbles: None) -> Iterator[Callable[..., Run]]:
    """Launch a training of pebbles; nothing of it or its branches is left behind."""

    def launch(processes: int = 1, **settings: Any) -> Run:
        given = LONG | {k.replace("__", "."): v for k, v in settings.items()}
        place = tmp_path / "runs"
        return workbench.launch(
            "pebbles", processes=processes, settings=given, runs=place
        )

    yield launch
    for run in workbench.runs(tmp_path / "runs"):
        for process in processes_of(run):
            process.kill()


@contextmanager
def second(run: Run) -> Iterator[Callable[..., list[str]]]:
    """A panel in another process, as in another notebook.

    Called with a widget, and a value for it unless it is a button, it does what a hand
    would; it returns what is shown.
    """
    words = [sys.executable, "-c", SECOND, str(run.folder)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        given, answers = process.stdin, process.stdout
        assert given and answers

        def do(name: str = "", value: float | None = None) -> list[str]:
            print(json.dumps([name, value]), file=given, flush=True)
            return json.loads(answers.readline())

        yield do


def answered(run: Run) -> list[tuple[str, bool]]:
    """Verb of each request, and whether it was done; empty while one is open."""
    files = (run.folder / "control").glob("*.json")
    asked = [p for p in files if not p.name.endswith(".reply.json")]
    replies = [(read_json(p)["verb"], reply_to(run.folder, p.stem)) for p in asked]
    if any(reply is None for _, reply in replies):
        return []
    return sorted((verb, reply.done) for verb, reply in replies if reply)


def test_two_panels_command_one_run_and_one_branches_from_it(
    launched: Callable[..., Run],
) -> None:
    run = trains(launched(), 100)
    here = attach(run)
    slider, pause, resume = "wb-set-learning_rate", "wb-pause", "wb-resume"
    refused = "Refused to pause: it is paused already"
    with second(run) as there:
        until(lambda: "now" in shown(here)[2], "not attached")
        until(lambda: "now" in there()[2], "not attached")
        for rate in (0.01, 0.02, 0.03):
            there(slider, rate)
            find(here, slider).value = rate / 2
        there(pause)
        find(here, pause).click()
        wanted = [("pause", False), ("pause", True), *[("set", True)] * 6]
        until(lambda: answered(run) == wanted, "no answers")
        until(lambda: "paused" in shown(here)[0], "the pause is not seen")
        until(lambda: "paused" in there()[0], "the pause is not seen")
        until(
            lambda: (refused in shown(here)[1]) != (refused in there()[1]),
            f"not one of the two was refused: {shown(here)}, {there()}",
        )
        there(resume)
        find(here, resume).click()
        until(lambda: run.state == "running" and answered(run), "it does not go on")
        assert read_json(run.folder / "launch.json")["launch"] == 1
        until(
            lambda: shown(here)[2] == there()[2] in ("now 0.03", "now 0.015"),
            f"not the same learning rate: {shown(here)}, {there()}",
        )
        find(here, "wb-stop").click()
        until(lambda: "stopped" in shown(here)[0], "the end is not seen")
        until(lambda: shown(here)[0] == there()[0], "not the same state")
    ends(run, "stopped")
    branches(here, run)
    here.close()


def branches(panel: Train, run: Run) -> None:
    """A branch is attached, whole or with its weights only; ended, it has saved."""
    button, last = "wb-branch", run.status["step"]
    made = [run]

    def stop() -> None:
        find(panel, "wb-stop").click()

    def terminate() -> None:
        os.kill(job_of(made[-1]), signal.SIGTERM)

    ways = (False, "last.ckpt", stop), (True, "best.ckpt", terminate)
    for taken, source, end in ways:
        panel.attach(run)
        until(lambda: panel.run is run, "not attached")
        until(lambda: not find(panel, button).disabled, "no checkpoint to branch from")
        find(panel, "wb-branch-from").value = source
        find(panel, "wb-branch-taken").value = taken
        find(panel, button).click()
        until(lambda: panel.run not in (None, run), shown(panel)[1])
        assert panel.run and panel.run.name not in [other.name for other in made]
        made.append(panel.run)
        until(lambda: "train_loss" in made[-1].curves(), made[-1].log())
        assert made[-1].curves()["train_loss"].steps[0] == (0 if taken else last)
        until(lambda: made[-1].name in shown(panel)[0], "another run is shown")
        end()
        ends(made[-1], "stopped")
        kept = made[-1].folder / "checkpoints" / "last.ckpt"
        assert check_checkpoint(kept, continues=True) == made[-1].status["step"]
    assert run.status["step"] == last and run.state == "stopped"


def test_a_failure_in_one_process_alone_reaches_the_log(
    launched: Callable[..., Run],
) -> None:
    run = launched(processes=2, model__fault="process 1")
    panel = attach(run)
    ends(run, "failed")
    until(lambda: "failed" in shown(panel)[0], "the panel does not see it")
    log = find(panel, "wb-log")
    until(lambda: "<b>process 1: a bug in one</b>" in log.value, log.value)
    told, printed = log.value.split("a bug in one</b>")[1].split("ZeroDivisionError", 1)
    assert "Traceback" in told and "training_step" in told
    assert run.failures()[0]["process"] == 1 and printed
    panel.close()
