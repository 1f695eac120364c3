"""A training resumed inside an epoch sees what an uninterrupted one sees."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytorch_lightning as pl
import torch

from workbench.order import Rows
from workbench.tasks.neutrino.data import VertexData
from workbench.tasks.neutrino.events import HIT, TRUTH, Events, starts
from workbench.tasks.neutrino.store import write_store

SIZE, STEPS = 8, 10


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(0)
    events = SIZE * (STEPS + 1)
    hits = np.zeros(events * 20, HIT)
    hits["plane"] = random.integers(0, 188, len(hits))
    hits["strip"] = random.integers(0, 127, len(hits))
    hits["energy"] = random.uniform(1, 50, len(hits))
    truth = np.zeros(events, TRUTH)
    truth["segment"] = random.integers(0, 11, events)
    path = tmp_path_factory.mktemp("events") / "s"
    write_store(path, [Events(hits, starts(np.full(events, 20)), truth)], {})
    return path


class Model(pl.LightningModule):
    """The smallest classifier, which remembers its losses and what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.network = torch.nn.Linear(127 * 50, 11)
        self.losses: list[float] = []
        self.seen: list[list[int]] = []

    def training_step(self, batch: dict[str, torch.Tensor], step: int) -> Any:
        logits = self.network(batch["x"].flatten(1) / 50)
        loss = torch.nn.functional.cross_entropy(logits, batch["segment"])
        self.losses.append(loss.item())
        self.seen.append(batch["index"].tolist())
        return loss

    def validation_step(self, batch: dict[str, torch.Tensor], step: int) -> None:
        self.log("val_loss", self.network(batch["x"].flatten(1)).mean())

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), 1e-2)


class SaveAt(pl.Callback):
    def __init__(self, step: int, path: Path, hook: str) -> None:
        self.step, self.path = step, path
        setattr(self, hook, self._save)

    def _save(self, trainer: pl.Trainer, *_: Any) -> None:
        if trainer.global_step == self.step:
            trainer.save_checkpoint(self.path)


def train(
    store: Path, folder: Path, workers: int, resume: Path | None = None, **more: Any
) -> Model:
    pl.seed_everything(3, verbose=False)
    model = Model()
    save = more.pop("save", None)
    trainer = pl.Trainer(
        default_root_dir=folder,
        accelerator="cpu",
        **more,
        num_sanity_val_steps=0,
        log_every_n_steps=1,
        callbacks=[save] if save else [],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    data = VertexData(
        str(store), val_events=SIZE, test_events=0, batch_size=SIZE, workers=workers
    )
    trainer.fit(model, data, ckpt_path=resume, weights_only=True if resume else None)
    return model


@pytest.mark.filterwarnings("ignore:.*LeafSpec:FutureWarning")  # Lightning's own
@pytest.mark.filterwarnings("ignore:The '.*_dataloader' does not have many workers")
@pytest.mark.parametrize(
    ("workers", "step", "hook", "limit"),
    [
        (0, 5, "on_train_batch_end", {"max_epochs": 2}),
        (0, 10, "on_train_batch_end", {"max_epochs": 2}),
        (0, 10, "on_train_epoch_end", {"max_epochs": 2}),
        (2, 15, "on_train_batch_end", {"max_epochs": 2}),
        (0, 15, "on_train_batch_end", {"max_steps": 20}),
        (0, 10, "on_train_epoch_end", {"max_steps": 20}),
    ],
)
def test_resuming_inside_an_epoch_is_exact(
    store: Path, tmp_path: Path, workers: int, step: int, hook: str, limit: dict
) -> None:
    path = tmp_path / "a.ckpt"
    save = SaveAt(step, path, hook)
    whole = train(store, tmp_path, workers, save=save, **limit)
    rest = train(store, tmp_path, workers, path, **limit)
    assert len(whole.losses) == 2 * STEPS
    assert rest.seen == whole.seen[step:]
    assert rest.losses == whole.losses[step:]
    for epoch in (whole.seen[:STEPS], whole.seen[STEPS:]):
        assert sorted(row for batch in epoch for row in batch) == list(
            range(SIZE * STEPS)
        )


def test_skipped_batches_are_the_first() -> None:
    order = Rows(0, 100, 10, seed=1)
    whole = list(order)
    order.skip = 4
    np.testing.assert_array_equal(list(order), whole[4:])
    assert len(order) == 10
