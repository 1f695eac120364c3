"""Pictures drawn while training: the training is as if there were none."""

import dataclasses
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from matplotlib.image import imread

import workbench
from tests.classifiers import SHORT
from workbench.runs import previews
from workbench.runs.drawn import preview_file
from workbench.runs.history import History
from workbench.runs.lightning import lightning
from workbench.runs.run import Run
from workbench.tasks.neutrino.preview import preview

EVENTS = [
    "--model.class_path=tests.classifiers.Chancy",
    "--seed_everything=false",
    *SHORT,
    "--trainer.num_sanity_val_steps=1",
]
Draw = Callable[[Any, Any], Any]


@pytest.fixture
def trained(
    pebbles: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Run]:
    """Train with a preview of one's own, every generator seeded before."""

    def train(
        draw: Draw | None, *words: str, of: str = "pebbles", name: str = "run"
    ) -> Run:
        task = dataclasses.replace(workbench.load(of), preview=draw)
        monkeypatch.setattr("workbench.runs.lightning.task_of", lambda _: task)
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        random.seed(1)
        np.random.seed(1)
        torch.manual_seed(1)
        return Run(lightning("fit", task.fit, list(words), folder=folder, trust=True))

    return train


def empty(model: Any, data: Any) -> Figure:
    return Figure((1, 1))


def steps(run: Run) -> list[int]:
    return [step for step, _ in run.previews]


def outcome(run: Run) -> tuple[Any, ...]:
    history = History(run.folder)
    history.read()
    kept = torch.load(run.folder / "checkpoints" / "last.ckpt", weights_only=True)
    weights = {name: value.tolist() for name, value in kept["state_dict"].items()}
    return {name: (c.steps, c.values) for name, c in history.curves.items()}, weights


def test_a_training_takes_no_notice(
    trained: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "PATIENCE", 0.0)
    seen: list[tuple[bool, bool]] = []

    def disturbing(model: Any, data: Any) -> Figure:
        seen.append((model.training, torch.is_grad_enabled()))
        torch.rand(3), np.random.rand(3), random.random()
        torch.manual_seed(7)
        model.train()
        return preview(model, data)

    with_pictures = trained(disturbing, *EVENTS, of="neutrino")
    without = trained(None, *EVENTS, of="neutrino", name="without")
    assert steps(with_pictures) == [4, 8, 12, 16] and steps(without) == []
    assert outcome(with_pictures) == outcome(without)
    assert seen == [(False, False)] * 4
    assert all(imread(path).std() > 0 for _, path in with_pictures.previews)


def test_a_slow_picture_is_drawn_first_and_last(trained: Callable[..., Run]) -> None:
    def slow(model: Any, data: Any) -> Figure:
        time.sleep(0.5)  # the next is due in 50 s
        return empty(model, data)

    assert steps(trained(slow, "--trainer.val_check_interval=2")) == [2, 9]


def test_a_picture_that_fails_is_told_once(
    trained: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def broken(model: Any, data: Any) -> Figure:
        raise ZeroDivisionError("no ink")

    monkeypatch.setattr(previews, "PATIENCE", 0.0)
    run = trained(broken, "--trainer.val_check_interval=3")
    assert run.status["state"] == "finished" and steps(run) == []
    (line,) = [k for k in capfd.readouterr().err.splitlines() if "preview" in k]
    assert line == (
        "workbench: no preview of pebbles after step 3, training goes on: "
        "ZeroDivisionError: no ink"
    )


def test_old_pictures_are_thinned_out_evenly(
    trained: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "PATIENCE", 0.0)
    monkeypatch.setattr(previews, "MOST", 5)
    words = ["--trainer.max_epochs=2", "--trainer.val_check_interval=1"]
    kept = steps(trained(empty, *words))
    assert len(kept) == 5 and kept[0] == 1 and kept[-1] == 18
    assert max(np.diff(kept)) <= 9


def test_a_resumed_training_forgets_what_it_does_again(
    trained: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "PATIENCE", 0.0)
    run = trained(empty)
    assert steps(run) == [9]
    later = preview_file(run.folder, 99)  # as if it had gone on without a checkpoint
    later.write_bytes(b"of another future")
    trained(empty, "--trainer.max_epochs=2")
    assert steps(run) == [9, 18]
