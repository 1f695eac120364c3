"""The panel without a browser: thinning, settings, command line, what is sent."""

import os
import shlex
import shutil
import time
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import workbench
from tests.waiting import until
from tests.widgets import find
from workbench.errors import BadInput
from workbench.main import main
from workbench.panels import Train, attach
from workbench.panels.curves import Curves
from workbench.panels.form import Form
from workbench.panels.modules import module
from workbench.panels.previews import HEAD, Previews
from workbench.panels.shown import LIMIT, Shown
from workbench.panels.signature import arguments_text, parameters
from workbench.panels.thin import thin
from workbench.runs import choices
from workbench.runs import launch as starting
from workbench.runs.control import requests
from workbench.runs.drawn import preview_file
from workbench.runs.folder import append_line, write_bytes, write_json
from workbench.runs.history import Curve
from workbench.runs.processes import Process
from workbench.runs.run import Run

curves = arrays(float, st.integers(0, 400), elements=st.floats(width=32))


@settings(deadline=None)
@given(curves, st.integers(5, 60))
def test_thinning_hides_no_spike(values: np.ndarray, limit: int) -> None:
    rows = thin(values, limit)
    assert len(rows) <= limit
    assert np.all(np.diff(rows) > 0)
    if not len(values):
        return
    assert {rows[0], rows[-1]} == {0, len(values) - 1}
    length = -(-len(values) // ((limit - 2) // 3))
    for start in range(0, len(values), length):
        part = values[start : start + length]
        kept = values[rows[(rows >= start) & (rows < start + length)]]
        assert np.isfinite(part).all() == np.isfinite(kept).all()
        finite = part[np.isfinite(part)]
        if len(finite):
            of_kept = kept[np.isfinite(kept)]
            assert of_kept.min() == finite.min() and of_kept.max() == finite.max()


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(1, 900), min_size=1, max_size=12), st.integers(0, 5000))
def test_a_growing_curve_keeps_its_spike(parts: list[int], at: int) -> None:
    curve, shown, received = Curve(), Shown(), np.empty((3, 0))
    for part in parts:
        for _ in range(part):
            step = len(curve.steps)
            value = 100.0 if step == at else np.sin(step)
            curve.extend(*np.array([[step], [step / 2], [value]]))
        replace, rows = shown.update(curve, again=False) or (False, np.empty((3, 0)))
        received = rows if replace else np.hstack([received, rows])
        assert received.shape[1] <= LIMIT
        assert np.array_equal(received, shown.rows)
        assert received[0, -1] == curve.steps[-1]
    assert (100.0 in received[2]) == (at < sum(parts))
    assert shown.update(curve, again=False) is None


def test_a_value_logged_again_replaces_what_was_sent() -> None:
    curve, shown = Curve(), Shown()
    curve.extend(*np.array([[0, 1], [0.0, 1.0], [5.0, 6.0]]))
    shown.update(curve, again=False)
    curve.extend(*np.array([[1], [1.0], [7.0]]))
    replace, rows = shown.update(curve, again=False) or (False, None)
    assert replace and rows is not None and rows[2].tolist() == [5.0, 7.0]


class Example:
    """Takes some.

    Args:
        name: A word
            of ``two`` lines.
        size: How large.
        odd: Whether.
        shape: Neither number nor word.

    Raises:
        ValueError: never.
    """

    def __init__(
        self,
        name: Literal["a", "b"] | dict[str, int] = "a",
        size: float | None = None,
        odd: bool = False,
        shape: list[int] | None = None,
    ) -> None: ...


def test_a_constructor_says_what_it_takes() -> None:
    name, size, odd = parameters(Example)
    assert (name.choices, name.help) == (("a", "b"), "A word of two lines.")
    assert (size.kind, size.default, size.optional) == (float, None, True)
    assert odd.kind is bool and odd.help == "Whether."
    assert arguments_text("Nothing to take.") == {}


@pytest.mark.parametrize("name", workbench.task_names())
def test_every_setting_of_a_task_is_explained(name: str) -> None:
    form = Form(workbench.load(name), None, {})
    assert form.plan().settings == {}
    assert [k for k, field in form.fields.items() if not field.about.help] == []


CHANGED: dict[str, Any] = {
    "data.path": "/a folder/events, all.h5",
    "data.events": 4096,
    "data.strength": 0.5,
    "model.network": "epsilon",
    "model.times": True,
    "model.learning_rate": 1e-5,
    "epochs": 3,
}


@pytest.fixture
def sbatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where jobs could be submitted, and nobody has yet."""
    for name, text in (("sbatch", "exit 1"), ("site.toml", SITE)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("WORKBENCH_SITE", str(tmp_path / "site.toml"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SBATCH_ACCOUNT", raising=False)


SITE = """
defaults = {account = "m1", constraint = "gpu", time = "00:30:00"}
node = {gpus = 4, cores = 64}
"""
ASKED: dict[str, Any] = {
    "nodes": 2,
    "gpus": 2,
    "account": "m2 ",
    "qos": "debug",
    "constraint": "",
    "time": "1:30:00",
}


@pytest.mark.parametrize("compute", ["local", "slurm"])
def test_the_command_shown_is_what_is_launched(
    compute: str, sbatch: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []

    def start(folder: Path, *how: Any) -> Run:
        started.append((folder.parent, how))
        return Run(folder)

    monkeypatch.setattr(starting, "start", start)
    form = Form(workbench.load("neutrino"), tmp_path / "my runs", CHANGED)
    find(form.box, "wb-compute").value = compute
    if compute == "slurm":
        for name, value in ASKED.items():
            find(form.box, f"wb-{name}").value = value
    plan = form.plan()
    plan.launch()
    words = shlex.split(plan.command())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "another home"))
    assert words[0] == "workbench" and main(words[1:]) == 0
    assert started[0] == started[1]
    assert "--data.times=true" in words  # what model and data are both told agrees
    if compute == "slurm":
        (_, (_, how, *_)) = started[0]
        allocated = how["allocation"]
        wanted = {"nodes": 2, "processes": 2, "gpus": 2, "cores": 32, "account": "m2"}
        wanted |= {"qos": "debug", "constraint": "", "time": "1:30:00"}
        assert allocated == wanted | {"partition": ""}


def test_what_slurm_is_asked_begins_with_the_last_choice_and_says_its_cost(
    sbatch: None,
) -> None:
    choices.remember("site", {"time": "02:00:00"})
    form = Form(workbench.load("neutrino"), None, {})
    slurm, cost = find(form.box, "wb-slurm"), find(form.box, "wb-cost")
    assert slurm.layout.display == "none"
    assert "slurm" not in form.plan().command() and form.plan().asked == {}
    find(form.box, "wb-compute").value = "slurm"
    assert slurm.layout.display == "" and form.plan().processes == 4
    assert form.plan().asked == {
        "account": "m1",
        "constraint": "gpu",
        "time": "02:00:00",
        "gpus": 4,
    }
    find(form.box, "wb-nodes").value = 3
    assert "3 nodes, 4 processes and 4 GPUs each" in cost.value
    assert "at most 6.00 node-hours a start" in cost.value
    find(form.box, "wb-time").value = "soon"
    assert "alert" in cost.value and "write it as 30 (minutes)" in cost.value


def test_the_newest_preview_is_shown_and_sent_once(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    shown = Previews(lambda job: job())
    picture = shown._picture
    monkeypatch.setattr(
        picture, "send_state", lambda key=None: sent.append(picture.get_state(key))
    )

    def draw(step: int) -> None:
        write_bytes(preview_file(run.folder, step), b"drawn after %d" % step)

    def last() -> tuple[bytes, str]:
        return picture.png, picture.alt

    shown.show(run)
    shown.look()
    assert not shown.box.children and not sent  # nothing for a task without pictures
    draw(100)
    shown.look()
    assert last() == (b"drawn after 100", f"{HEAD}, drawn after 100 steps of training")
    draw(1200)
    shown.look()
    shown.look()
    assert last()[0] == b"drawn after 1200" and len(sent) == 2
    slider = find(shown.box, "wb-preview-step")
    assert slider.options == (("step 100", 100), ("step 1,200", 1200))
    slider.value = 100
    draw(1300)
    shown.look()
    assert last()[0] == b"drawn after 100" and len(sent) == 3  # still what was chosen
    slider.value = 1300
    draw(1400)
    shown.look()
    assert last()[0] == b"drawn after 1400" and slider.value == 1400


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(
        BadInput, match=r"neutrino has no setting data\.size: data\.path"
    ):
        Train(settings={"data.size": 3})


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A folder as a training leaves it that no process tends."""
    folder = tmp_path / "neutrino-2026-01-01-000000-calm-pion"
    folder.mkdir()
    words = ["--config", "neutrino"]
    write_json(folder / "launch.json", {"launch": 1, "words": words, "when": 1.0})
    write_json(folder / "exit.json", {"launch": 1, "code": 0})
    status = {"state": "stopped", "step": 40, "steps": 100, "launch": 1}
    write_json(folder / "status.json", status)
    for step in range(40):
        line = {
            "attempt": 1,
            "step": step,
            "time": step / 10,
            "train_loss": 1 / (step + 1),
        }
        append_line(folder / "metrics.jsonl", line)
    return Run(folder)


def test_an_attached_run_is_shown_and_followed(run: Run) -> None:
    panel = attach(run.folder)
    until(lambda: "stopped" in find(panel, "wb-state").value)
    until(lambda: "workbench launch neutrino" in panel.command())
    assert "step 40 of 100" in find(panel, "wb-progress").value
    assert panel.curves.last(run.name) == {"train_loss": 1 / 40}
    append_line(
        run.folder / "metrics.jsonl", {"attempt": 1, "step": 40, "train_loss": 9}
    )
    until(lambda: panel.curves.last(run.name) == {"train_loss": 9})
    panel.close()


def test_runs_launched_together_are_shown_together(run: Run, tmp_path: Path) -> None:
    names = ["1-seed-1", "2-seed-2"]
    parent = tmp_path / "neutrino-2026-01-01-000001-wise-quark"
    for name in names:
        shutil.copytree(run.folder, parent / "members" / name)
    write_json(parent / "launch.json", {"members": names, "when": 2.0})
    panel = attach(parent)
    until(lambda: f"{parent.name}/members/1-seed-1" in find(panel, "wb-state").value)
    until(lambda: "workbench launch neutrino" in panel.command())
    assert list(panel.curves.last(f"{parent.name}/members/2-seed-2")) == ["train_loss"]
    listed = find(panel, "wb-runs").children[1]
    until(lambda: len(listed.options) == 4)
    assert "2 members: 2 stopped" in listed.options[0][0]
    shutil.rmtree(parent / "members" / "1-seed-1")
    assert [member.name for member in workbench.open_run(parent).members] == [
        f"{parent.name}/members/2-seed-2"
    ]
    panel.close()


def test_a_pause_after_a_resume_is_asked_to_end_not_launched_again(run: Run) -> None:
    me = Process.of(os.getpid()).plain()
    write_json(run.folder / "launch.json", {"launch": 2, "when": 1.0, "process": me})
    write_json(run.folder / "status.json", {"state": "paused", "launch": 2})
    panel = attach(run)
    resume = find(panel, "wb-resume")
    until(lambda: not resume.disabled)
    assert run.waits  # though exit.json tells of the first launch
    resume.click()
    until(lambda: list(run.folder.glob("control/*.json")))
    assert [request.verb for request in requests(run.folder)] == ["resume"]
    panel.close()


def test_the_browser_is_sent_what_is_new(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, sent = Curves(), []
    monkeypatch.setattr(shown, "send", lambda *message: sent.append(message))
    shown.show([run])
    (curve,) = shown.whole()["curves"]
    assert np.frombuffer(curve["points"]).reshape(3, -1).shape == (3, 40)
    assert not shown.look() and not sent
    append_line(
        run.folder / "metrics.jsonl", {"attempt": 1, "step": 40, "train_loss": 9}
    )
    assert shown.look()
    ((said, (points,)),) = sent
    assert said["number"] == shown.whole()["number"]
    assert np.frombuffer(points).tolist() == [40, 0, 9]


def test_a_resumed_run_replaces_what_it_does_again(run: Run) -> None:
    shown = Curves()
    shown.show([run])
    for line in ({"step": 20}, {"step": 20, "train_loss": 3.0}):
        append_line(run.folder / "metrics.jsonl", {"attempt": 2, **line})
    shown.look()
    (curve,) = shown.whole()["curves"]
    steps, _, values = np.frombuffer(curve["points"]).reshape(3, -1)
    assert len(steps) == 21 and values[-1] == 3.0


def test_a_browser_module_stands_alone() -> None:
    text = module("train.js")
    assert "import " not in text and text.count("class Plot") == 1
    assert text.count("export ") == 1
    assert "http" not in text.replace("http://www.w3.org", "")


def test_runs_are_noted_and_deleted_at_the_second_click(run: Run) -> None:
    panel = attach(run)
    listed, notes = find(panel, "wb-runs").children[1], find(panel, "wb-notes")
    until(lambda: listed.options)
    listed.value = [run.name]
    time.sleep(0.5)  # the notes of the chosen run are shown by then
    notes.value = "seen twice"
    until(lambda: "seen twice" in listed.options[0][0])
    assert (run.folder / "notes.txt").read_text() == "seen twice"
    delete = find(panel, "wb-delete")
    delete.click()
    until(lambda: "Really" in delete.description)
    assert run.folder.is_dir()
    delete.click()
    until(lambda: not run.folder.exists())
    panel.close()
