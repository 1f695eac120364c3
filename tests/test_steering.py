"""Requests to a training: obeyed between two steps, replayed, never lost."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from pytorch_lightning import Callback, Trainer

import workbench
from tests.classifiers import SHORT
from workbench.runs import cli, exchange
from workbench.runs.control import Reply, ask, reply_to
from workbench.runs.history import History
from workbench.runs.lightning import lightning
from workbench.runs.state import Evidence

pytestmark = pytest.mark.slow

STEPS = 16  # of a short training
WORDS = ["--model.class_path=tests.classifiers.Dropped", *SHORT]
FIT = workbench.load("neutrino").fit
Deed = Callable[[Path], None]


class At(Callback):
    """Does something when a step is done, before requests are looked for."""

    def __init__(self, step: int, deed: Deed, folder: Path) -> None:
        self.step, self.deed, self.folder = step, deed, folder

    def on_train_batch_end(self, trainer: Trainer, *args: Any, **kwargs: Any) -> None:
        if trainer.global_step == self.step:
            self.deed(self.folder)


@pytest.fixture(autouse=True)
def exchange_at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "EVERY", 0.0)


@pytest.fixture
def train(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Train in a folder, with deeds done after some steps."""

    def run(folder: Path, deeds: dict[int, Deed] | None = None, *words: str) -> Path:
        listed = cli.Cli._listed

        def with_deeds(self: cli.Cli, option: str) -> list[Any]:
            at = [At(step, deed, folder) for step, deed in (deeds or {}).items()]
            return [*listed(self, option), *(at if option == "callbacks" else [])]

        with monkeypatch.context() as patched:
            patched.setattr(cli.Cli, "_listed", with_deeds)
            folder.mkdir(parents=True, exist_ok=True)
            return lightning("fit", FIT, [*WORDS, *words], folder=folder, trust=True)

    return run


def asks(verb: str, **values: float) -> Deed:
    return lambda folder: print(ask(folder, verb, values))


def replies(folder: Path) -> list[Reply]:
    names = sorted(p.name for p in (folder / "control").glob("*.reply.json"))
    found = [reply_to(folder, name.removesuffix(".reply.json")) for name in names]
    return [reply for reply in found if reply]


def logged(folder: Path) -> dict[str, tuple[list[int], list[float]]]:
    history = History(folder)
    history.read()
    return {name: (list(c.steps), list(c.values)) for name, c in history.curves.items()}


def weights(folder: Path) -> dict[str, torch.Tensor]:
    kept = torch.load(folder / "checkpoints" / "last.ckpt", weights_only=True)
    return kept["state_dict"]


def state(folder: Path) -> str:
    return Evidence(folder).state()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run that nobody interrupts."""
    folder = tmp_path_factory.mktemp("whole")
    return lightning("fit", FIT, WORDS, folder=folder, trust=True)


@pytest.mark.parametrize("step", [1, 4, 7, 8, 9, 16])
def test_a_run_stopped_anywhere_ends_as_if_it_had_not(
    step: int, whole: Path, train: Callable[..., Path], tmp_path: Path
) -> None:
    folder = train(tmp_path / "run", {step: asks("stop")})
    assert state(folder) == ("stopped" if step < STEPS else "finished")
    [reply] = replies(folder)
    assert reply.done and reply.step == step
    train(folder)
    assert state(folder) == "finished"
    assert logged(folder) == logged(whole)
    for name, value in weights(whole).items():
        assert torch.equal(weights(folder)[name], value), name


def test_changed_settings_are_recorded_and_replayed(
    whole: Path, train: Callable[..., Path], tmp_path: Path
) -> None:
    deeds = {5: asks("set", learning_rate=2e-3), 11: asks("set", learning_rate=1e-4)}
    folder = train(tmp_path / "run", deeds)
    assert all(reply.done for reply in replies(folder))
    steps, rates = logged(folder)["learning_rate"]
    before = dict(zip(*logged(whole)["learning_rate"], strict=True))
    assert rates[:4] == [before[step] for step in steps[:4]]
    assert rates[4] == pytest.approx(2e-3) and rates[10] == pytest.approx(1e-4)
    assert rates[9] / before[9] == pytest.approx(rates[4] / before[4])
    config = tmp_path / "config.yaml"
    config.write_text((folder / "config.yaml").read_text())
    (tmp_path / "again").mkdir()
    again = lightning("fit", config, [], folder=tmp_path / "again", trust=True)
    assert logged(again) == logged(folder)


def test_a_change_made_after_the_checkpoint_is_made_again(
    train: Callable[..., Path], tmp_path: Path
) -> None:
    """Saved, then changed at the same step, then killed: the change stands."""
    whole = train(tmp_path / "whole", {6: asks("set", learning_rate=2e-3)})

    def killed(folder: Path) -> None:
        ask(folder, "save")
        raise KeyboardInterrupt

    folder = tmp_path / "run"
    with pytest.raises(SystemExit):
        train(folder, {6: asks("set", learning_rate=2e-3), 7: killed})
    train(folder)
    assert logged(folder) == logged(whole)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"momentum": 0.5}, "momentum cannot be set: one of learning_rate"),
        ({"learning_rate": 7.0}, "learning_rate 7 is not between 1e-07 and 1"),
    ],
)
def test_what_cannot_be_set_is_refused(
    values: dict[str, float],
    message: str,
    whole: Path,
    train: Callable[..., Path],
    tmp_path: Path,
) -> None:
    folder = train(tmp_path / "run", {2: asks("set", **values)})
    [reply] = replies(folder)
    assert not reply.done and message in reply.message
    assert logged(folder) == logged(whole)


def test_requests_that_must_not_be_obeyed_are_refused(
    train: Callable[..., Path], tmp_path: Path
) -> None:
    def strange(folder: Path) -> None:
        for name, text in (
            ("1", '{"verb": "delete"}'),
            ("2", "{"),
            ("3", "[]"),
            ("4", '{"verb": "set", "values": {"learning_rate": "high"}}'),
            ("5", '{"verb": "resume"}'),
        ):
            (folder / "control").mkdir(exist_ok=True)
            (folder / "control" / f"{name}.json").write_text(text)

    folder = train(tmp_path / "run", {2: strange})
    assert state(folder) == "finished"
    said = [reply.message for reply in replies(folder)]
    assert [reply.done for reply in replies(folder)] == [False] * 5
    assert "no such request" in said[0] and "cannot be read" in said[1]
    assert "it is not paused" in said[4]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can pose as another user")
def test_another_user_is_not_obeyed(train: Callable[..., Path], tmp_path: Path) -> None:
    def other(folder: Path) -> None:
        name = ask(folder, "stop")
        os.chown(folder / "control" / f"{name}.json", 4711, 4711)

    folder = train(tmp_path / "run", {2: other})
    assert state(folder) == "finished"
    [reply] = replies(folder)
    assert not reply.done and "another user" in reply.message


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_batch(
    train: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--model.class_path=tests.classifiers.Broken", "--trainer.max_epochs=1")
    with pytest.raises(Exception, match=r"the loss is nan at step 3 .*loss\.json"):
        train(tmp_path / "run", {}, *words)
    known = json.loads((tmp_path / "run" / "failures" / "loss.json").read_text())
    assert len(known["index"]) == 16 and known["step"] == 3
    assert state(tmp_path / "run") == "failed"
    kept = tmp_path / "run" / "checkpoints"
    assert not list(kept.glob("*")) if kept.exists() else True
    [failure] = [
        json.loads(path.read_text())
        for path in (tmp_path / "run" / "failures").glob("process-*.json")
    ]
    assert "Traceback" in failure["traceback"] and failure["process"] == 0
