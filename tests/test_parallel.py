"""Several processes train as one would: the same losses, every event once an epoch."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from workbench.runs.history import History

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


def trained(folder: Path, processes: int) -> Path:
    """Train on some processes that share a batch; returns the run folder."""
    folder.mkdir()
    run = folder / "run"
    run.mkdir()
    parallel = [
        f"--data.batch_size={GLOBAL_BATCH // processes}",
        f"--trainer.devices={processes}",
        "--trainer.strategy=ddp" if processes > 1 else "--trainer.strategy=auto",
    ]
    torchrun = ["-m", "torch.distributed.run", "--standalone"]
    fit = ["-m", "workbench.main", "fit", "--trust", "--config", "neutrino"]
    words = ["--folder", str(run), *WORDS, *parallel]
    answer = subprocess.run(
        [sys.executable, *torchrun, f"--nproc-per-node={processes}", *fit, *words],
        env={**os.environ, "NOTES": str(folder), "OMP_NUM_THREADS": "1"},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    return folder


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("alone") / "made", 1)


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("together") / "made", 2)


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
