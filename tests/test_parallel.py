"""Several processes train as one would: the same losses, every event once an epoch."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import workbench
from workbench.runs.history import History
from workbench.runs.lightning import lightning
from workbench.tasks.neutrino.make import make_store

pytestmark = pytest.mark.slow

GLOBAL_BATCH, EVENTS, EPOCHS = 32, 256, 2
WORDS = [
    "--model.class_path=tests.classifiers.Noted",
    f"--data.events={EVENTS}",
    "--data.val_events=48",
    "--data.test_events=16",
    f"--trainer.max_epochs={EPOCHS}",
    "--trainer.val_check_interval=0.5",
    "--trainer.log_every_n_steps=1",
    "--trainer.enable_progress_bar=false",
]


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of as many simulated events as are asked for."""
    path = tmp_path_factory.mktemp("shared") / "events.store"
    make_store(path, EVENTS + 48 + 16, seed=0)
    return path


@pytest.fixture(scope="module")
def alone(events: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where one process made its run and its notes."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "run").mkdir()
    words = [*WORDS, f"--data.path={events}", f"--data.batch_size={GLOBAL_BATCH}"]
    fit = workbench.load("neutrino").fit
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOTES", str(folder))
        lightning("fit", fit, words, folder=folder / "run", trust=True)
    return folder


@pytest.fixture(scope="module")
def together(events: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where two did that share a batch, and read from a disk of their node."""
    folder = tmp_path_factory.mktemp("together")
    (folder / "run").mkdir()
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    fit = ["-m", "workbench.main", "fit", "--trust", "--config", "neutrino"]
    words = ["--folder", str(folder / "run"), "--stage", "$DISK/workbench", *WORDS]
    words += [f"--data.path={events}", f"--data.batch_size={GLOBAL_BATCH // 2}"]
    words += ["--trainer.devices=2", "--trainer.strategy=ddp"]
    known = {"NOTES": str(folder), "DISK": str(folder / "disk"), "OMP_NUM_THREADS": "1"}
    answer = subprocess.run(
        [sys.executable, *torchrun, *fit, *words],
        env=os.environ | known,
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    return folder


def given(folder: Path, rank: int) -> list[list[int]]:
    lines = (folder / f"rank-{rank}").read_text().splitlines()
    return [[int(word) for word in line.split()] for line in lines]


def test_losses_and_metrics_are_those_of_one_process(
    alone: Path, together: Path
) -> None:
    histories = [History(folder / "run") for folder in (alone, together)]
    for history in histories:
        history.read()
    one, two = (history.curves for history in histories)
    assert set(one) == set(two) >= {"train_loss", "val_loss", "val_accuracy"}
    for name, curve in one.items():
        assert two[name].steps == curve.steps
        np.testing.assert_allclose(two[name].values, curve.values, rtol=2e-3, atol=1e-4)


def test_every_event_is_seen_once_an_epoch_and_by_one_process(
    alone: Path, together: Path
) -> None:
    steps = EVENTS // GLOBAL_BATCH
    shares = [given(together, rank) for rank in (0, 1)]
    assert [len(share) for share in shares] == [EPOCHS * steps] * 2
    for step, whole in enumerate(given(alone, 0)):
        parts = shares[0][step] + shares[1][step]
        assert sorted(parts) == sorted(whole)
    for epoch in range(EPOCHS):
        part = slice(epoch * steps, (epoch + 1) * steps)
        seen = [row for share in shares for batch in share[part] for row in batch]
        assert sorted(seen) == list(range(EVENTS))


def test_both_processes_read_one_copy(events: Path, together: Path) -> None:
    (home,) = (together / "disk" / "workbench").iterdir()
    sources = {(together / f"source-{rank}").read_text() for rank in (0, 1)}
    assert sources == {str(home / events.name)}
    assert f"path: {events}" in (together / "run" / "config.yaml").read_text()
