"""A climate run's life: launched, paused, stopped, resumed exactly, and steered."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import workbench
from tests.living import end_all, until
from workbench.runs.run import Run

LONG = {  # minutes of small steps; the test ends it
    "data.maps": 12,
    "data.val_maps": 4,
    "data.test_maps": 4,
    "data.batch_size": 2,
    "trainer.max_epochs": 100,
    "trainer.deterministic": True,
    "trainer.log_every_n_steps": 1,
    "trainer.enable_progress_bar": False,
}


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Callable[[], Run]]:
    """Launch the training; nothing of it is left behind."""
    yield lambda: workbench.launch("climate", settings=LONG, runs=tmp_path)
    end_all(tmp_path)


def losses(run: Run, number: int) -> list[float]:
    until(lambda: run.status.get("step", 0) > number, run)
    return list(run.curves()["train_loss"].values[:number])


def test_a_run_is_paused_stopped_resumed_exactly_and_steered(
    launched: Callable[[], Run],
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
    assert "learning_rate" in run.set(learning_rate=1e-6).message
    assert run.previews
    run.stop()
    assert run.curves()["learning_rate"].values[-1] < 2e-6  # it still warms up

    whole = launched()
    assert losses(whole, stopped + 10) == seen
    whole.stop()
