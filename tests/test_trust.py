"""Configurations of someone else run nothing of theirs, however they say it."""

from pathlib import Path

import pytest

from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.lightning import lightning

MODEL = """
model:
  class_path: workbench.tasks.neutrino.model.VertexClassifier
data:
  class_path: workbench.tasks.neutrino.data.VertexData
"""
EVIL = "class_path: evil_module.Callback"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hostile folder whose code can be imported and leaves a mark if it is."""
    home = tmp_path / "hostile"
    home.mkdir()
    mark = f"import pathlib\npathlib.Path({str(tmp_path / 'mark')!r}).touch()"
    (home / "evil_module.py").write_text(f"{mark}\nclass Callback: ...\n")
    for name, text in {
        "cb.yaml": EVIL,
        "cbs.yaml": f"- {EVIL}",
        "tr.yaml": f"callbacks: [{{{EVIL}}}]",
        "other.yaml": f"{MODEL}\ntrainer: {{callbacks: [{{{EVIL}}}]}}",
    }.items():
        (home / name).write_text(text)
    monkeypatch.syspath_prepend(str(home))
    monkeypatch.chdir(tmp_path)  # not where the configuration is
    return home


@pytest.mark.parametrize(
    "text",
    [
        "trainer: tr.yaml",
        "trainer: {callbacks: cb.yaml}",
        "trainer: {callbacks: cbs.yaml}",
        "trainer: {callbacks: [cb.yaml]}",
        "trainer: {callbacks: ['{class_path: evil_module.Callback}']}",
        "trainer: {callbacks: 'class_path: evil_module.Callback'}",
        "trainer: {callbacks: [evil_module.Callback]}",
        "trainer: {callbacks+: {class_path: evil_module.Callback}}",
        "trainer.callbacks: {class_path: evil_module.Callback}",
        "trainer: {callbacks: [EarlyStopping]}",
        "trainer: {callbacks: Timer}",
        "trainer: {callbacks: [{class_path: EarlyStopping}]}",
        "trainer: {logger: CSVLogger}",
        "trainer: {strategy: DDPStrategy}",
        "trainer: {callbacks: {class_path: workbench.runs.cli.ModelCheckpoint}}",
        "trainer: {callbacks: workbench.runs.cli.ModelCheckpoint}",
        "trainer: {callbacks: {class_path: workbench.runs.recorder.torch.nn.Module}}",
        "trainer: 'file:///tmp/tr.yaml'",
        "trainer: https://example.org/tr.yaml",
        "config: other.yaml",
    ],
)
def test_a_hostile_file_runs_nothing(
    home: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home / "config.yaml"
    file.write_text(f"{MODEL}\n{text}")
    for place in (file, file.relative_to(Path.cwd())):
        assert main(["fit", "--config", str(place)]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert not (home.parent / "mark").exists()
        assert not list(home.parent.glob("runs/*"))


@pytest.mark.parametrize(
    "words",
    [
        ["--trainer.callbacks=cb.yaml"],
        ["--trainer.callbacks", "hostile/cb.yaml"],
        ["--trainer.callbacks+=evil_module.Callback"],
        ["--trainer.callbacks=[{class_path: evil_module.Callback}]"],
        ["--trainer.callbacks=Timer"],
        ["--trainer.callbacks=[Timer]"],
        ["--trainer=tr.yaml"],
        ["--config=other.yaml"],
        ["--conf", "other.yaml"],
        ["-c", "other.yaml"],
        ["-cother.yaml"],
        ["--model=cb.yaml"],
        ["--model", "evil_module.Callback"],
        ["--model.class_path=evil_module.Callback"],
        ["--model.help=evil_module.Callback"],
    ],
)
def test_hostile_words_run_nothing(home: Path, words: list[str]) -> None:
    file = home / "config.yaml"
    file.write_text(MODEL)
    with pytest.raises(BadInput, match=r"names .*--trust") as caught:
        lightning("fit", file, words)
    assert "\n" not in str(caught.value)
    assert not (home.parent / "mark").exists()


def test_names_of_data_files_are_no_code(home: Path) -> None:
    file = home / "config.yaml"
    file.write_text(MODEL + "  init_args: {path: test.h5}\n")
    (home / "test.h5").write_text("nothing")
    with pytest.raises(BadInput) as caught:  # it is read, and found to be no events
        lightning(
            "fit",
            file,
            ["--data.path=hostile/test.h5", "--trainer.max_epochs=1"],
            runs=home / "runs",
        )
    assert "--trust" not in str(caught.value)


def test_trust_lets_it_run(home: Path) -> None:
    file = home / "config.yaml"
    file.write_text(f"{MODEL}\ntrainer: {{callbacks: [{{{EVIL}}}]}}")
    with pytest.raises(BadInput):  # it is no callback, but it was imported
        lightning("fit", file, [], trust=True)
    assert (home.parent / "mark").exists()
