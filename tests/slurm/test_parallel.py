"""Two nodes of two processes train as one process would."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.test_parallel import EVENTS, GLOBAL_BATCH, given
from workbench import launch, load
from workbench.runs.lightning import lightning
from workbench.runs.run import Run
from workbench.runs.settings import as_words

pytestmark = pytest.mark.slow

STEPS = EVENTS // GLOBAL_BATCH
SETTINGS = {
    "model.class_path": "tests.classifiers.Noted",
    "data.events": EVENTS,
    "data.val_events": 48,
    "data.test_events": 16,
    "epochs": 1,
    "trainer.log_every_n_steps": 1,
    "trainer.enable_progress_bar": False,
}


def test_four_processes_on_two_nodes_are_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def words(total: int) -> dict[str, Any]:
        """Settings, and where each process notes what it is given."""
        place = tmp_path / f"of-{total}"
        place.mkdir()
        monkeypatch.setenv("NOTES", str(place))
        return SETTINGS | {"data.batch_size": GLOBAL_BATCH // total}

    task = load("neutrino")
    alone = Run(
        lightning("fit", task.fit, as_words(words(1)), runs=tmp_path, trust=True)
    )
    where = {"compute": "slurm", "nodes": 2, "processes": 2}
    four = launch("neutrino", settings=words(4), trust=True, **where)
    assert four.wait(200) == alone.state == "finished"
    assert four.status["world_size"] == 4 and alone.status["world_size"] == 1
    one, many = alone.curves(), four.curves()
    for name in ("train_loss", "val_loss", "val_accuracy"):
        assert many[name].steps == one[name].steps
        np.testing.assert_allclose(
            many[name].values, one[name].values, rtol=2e-3, atol=1e-4
        )
    shares = [given(tmp_path / "of-4", rank) for rank in range(4)]
    for step, whole in enumerate(given(tmp_path / "of-1", 0)):
        parts = [row for share in shares for row in share[step]]
        assert sorted(parts) == sorted(whole)
    seen = [row for share in shares for batch in share for row in batch]
    assert sorted(seen) == list(range(EVENTS))
