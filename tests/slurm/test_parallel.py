"""Two nodes of two processes train as one process would."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.test_parallel import EVENTS, GLOBAL_BATCH, given
from workbench import launch
from workbench.runs.run import Run

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
    def started(name: str, total: int, **where: Any) -> Run:
        (tmp_path / name).mkdir()
        monkeypatch.setenv("NOTES", str(tmp_path / name))
        share = {"data.batch_size": GLOBAL_BATCH // total}
        return launch("neutrino", settings=SETTINGS | share, trust=True, **where)

    alone = started("alone", 1)
    four = started("four", 4, compute="slurm", nodes=2, processes=2)
    assert four.wait(200) == alone.wait(100) == "finished"
    assert four.status["world_size"] == 4
    one, many = alone.curves(), four.curves()
    for name in ("train_loss", "val_loss", "val_accuracy"):
        assert many[name].steps == one[name].steps
        np.testing.assert_allclose(
            many[name].values, one[name].values, rtol=2e-3, atol=1e-4
        )
    shares = [given(tmp_path / "four", rank) for rank in range(4)]
    for step, whole in enumerate(given(tmp_path / "alone", 0)):
        parts = [row for share in shares for row in share[step]]
        assert sorted(parts) == sorted(whole)
    seen = [row for share in shares for batch in share for row in batch]
    assert sorted(seen) == list(range(EVENTS))
