"""Generators in training: one process or two, stopped or not, they learn the same."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import workbench
from tests.living import end_all, until
from workbench.main import main
from workbench.runs.run import Run
from workbench.runs.settings import as_words
from workbench.tasks.cosmogan.files.opening import open_maps

pytestmark = pytest.mark.slow

FLOW, GAN = "workbench.tasks.cosmogan.flow.Flow", "workbench.tasks.cosmogan.gan.Gan"
SMALL = {
    "data.val_maps": 32,
    "data.test_maps": 64,
    "model.pixels": 32,
    "trainer.enable_progress_bar": False,
}
TWO = {"trainer.devices": 2, "trainer.strategy": "ddp"}
MODELS: dict[str, dict[str, Any]] = {
    "flow": {"model": FLOW, "model.widths": [8, 16], "model.steps": 2},
    "gan": {"model": GAN, "model.batch_norm": False, "model.slope_penalty": 1},
    "wgan": {
        "model": GAN,
        "model.batch_norm": False,
        "model.game": "wasserstein",
        "model.gradient_penalty": 10,
        "model.generator_every": 2,
    },
}


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 224 lognormal maps of 32 × 32."""
    path = tmp_path_factory.mktemp("maps") / "maps"
    words = ["data", "make", "cosmogan", "--maps=224", "--pixels=32", f"--out={path}"]
    assert main(words) == 0
    return path


def fit(folder: Path, maps: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Train in processes of its own; returns the last checkpoint."""
    words = as_words(SMALL | settings)
    start = [sys.executable, "-m", "workbench.main", "fit", "--config=cosmogan"]
    start += [f"--folder={folder}", f"--data.path={maps}"]
    done = subprocess.run([*start, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return torch.load(folder / "checkpoints" / "last.ckpt", weights_only=True)


def steps_of(checkpoint: dict[str, Any]) -> list[int]:
    """How many steps each optimizer took."""
    states = [one["state"][0]["step"] for one in checkpoint["optimizer_states"]]
    return [int(steps) for steps in states]


@pytest.mark.parametrize("name", MODELS)
def test_two_processes_learn_what_one_does(
    name: str, maps: Path, tmp_path: Path
) -> None:
    settings = MODELS[name] | {"trainer.max_steps": 4}
    one = fit(tmp_path / "1", maps, settings | {"data.batch_size": 32})
    two = fit(tmp_path / "2", maps, settings | {"data.batch_size": 16} | TWO)
    assert one["global_step"] == two["global_step"] == 4
    expected = {"flow": [4], "gan": [4, 4], "wgan": [4, 2]}[name]
    assert steps_of(one) == steps_of(two) == expected
    for key, value in one["state_dict"].items():
        # Adam takes steps of a whole learning rate where a gradient is but rounding
        other = two["state_dict"][key]
        torch.testing.assert_close(value, other, rtol=1e-3, atol=1e-3, msg=key)


@pytest.fixture
def launched(maps: Path, tmp_path: Path) -> Iterator[Callable[[], Run]]:
    """Launch a game with batch norm; nothing of it is left behind."""
    settings = SMALL | {
        "model": GAN,
        "data.path": str(maps),
        "data.batch_size": 8,
        "trainer.max_epochs": 100,
        "trainer.deterministic": True,
        "trainer.log_every_n_steps": 1,
    }
    yield lambda: workbench.launch("cosmogan", settings=settings, runs=tmp_path)
    end_all(tmp_path)


def losses(run: Run, number: int) -> list[tuple[float, ...]]:
    until(lambda: run.status.get("step", 0) > number, run)
    curves = run.curves()
    both = [curves[f"train_{who}"].values for who in ("discriminator", "generator")]
    return list(zip(*(each[:number] for each in both), strict=True))


def test_a_game_is_paused_stopped_resumed_exactly_and_steered(
    launched: Callable[[], Run], tmp_path: Path
) -> None:
    run = launched()
    until(lambda: run.status.get("step", 0) >= 3, run)
    run.pause()
    until(lambda: run.state == "paused", run)
    assert run.stop().done
    until(lambda: run.state == "stopped", run)
    stopped = run.status["step"]
    run.resume()
    seen = losses(run, stopped + 10)
    assert "generator_learning_rate" in run.set(generator_learning_rate=1e-6).message
    run.stop()

    whole = launched()
    assert losses(whole, stopped + 10) == seen
    whole.stop()
    until(lambda: whole.state == "stopped", whole)
    _draws_the_same_maps_whenever_asked(run, tmp_path)


def _draws_the_same_maps_whenever_asked(run: Run, folder: Path) -> None:
    """`workbench sample` streams; which maps they are the seed alone says."""
    for name, number, seed in (("a.npy", 70, 1), ("b.npy", 5, 1), ("c.fits", 5, 2)):
        words = [f"--maps={number}", f"--seed={seed}", f"--out={folder / name}"]
        assert main(["sample", str(run.folder), *words]) == 0
    many, few = np.load(folder / "a.npy"), np.load(folder / "b.npy")
    np.testing.assert_allclose(many[:5], few, atol=1e-6)
    other = open_maps(folder / "c.fits")
    assert other.field.degrees == 3.5 and other.field.source == 1
    assert not np.allclose(other.read(slice(None)), few)
