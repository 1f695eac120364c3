"""The run folder, and configurations and checkpoints that cannot be trusted."""

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest
import torch

import workbench
from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.folder import (
    append_line,
    new_run,
    open_folder,
    read_lines,
    write_json,
    write_results,
)
from workbench.runs.trust import refuse_foreign

CONFIG = """
model:
  class_path: workbench.tasks.neutrino.model.VertexClassifier
data:
  class_path: workbench.tasks.neutrino.data.VertexData
"""


def test_a_run_folder_is_private_and_named_after_its_task(tmp_path: Path) -> None:
    folder = new_run("neutrino", tmp_path / "runs")
    assert folder.name.startswith("neutrino-")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("umask", "mode"), [(0o022, 0o2750), (0o027, 0o2750), (0o077, 0o2700)]
)
def test_a_group_may_read_where_files_go_to_the_group(
    umask: int, mode: int, tmp_path: Path
) -> None:
    tmp_path.chmod(0o2770)
    before = os.umask(umask)
    try:
        folder = new_run("neutrino", tmp_path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == mode


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match=r"cannot write runs to .*file.*--runs"):
        new_run("neutrino", tmp_path / "file")


def test_a_run_is_opened_by_path_or_name(tmp_path: Path) -> None:
    folder = new_run("neutrino", tmp_path)
    with pytest.raises(BadInput, match=r"no run at"):
        open_folder(folder.name, tmp_path)
    (folder / "config.yaml").write_text(CONFIG)
    assert open_folder(f"{folder}{os.sep}") == folder
    assert open_folder(folder.name, tmp_path) == folder


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "metrics.jsonl"
    append_line(file, {"step": 1})
    append_line(file, {"step": 2})
    whole = file.read_bytes()
    for cut in range(len(whole)):
        file.write_bytes(whole[:cut])
        assert len(read_lines(file)) == whole[:cut].count(b"\n")


def test_results_are_the_union_of_verbs(tmp_path: Path) -> None:
    write_results(tmp_path, "fit", {"time/train": 2.0})
    write_results(tmp_path, "test", {"test/accuracy": 0.5})
    write_results(tmp_path, "test", {"test/accuracy": 0.6})
    assert json.loads((tmp_path / "results.json").read_text()) == {
        "test/accuracy": 0.6,
        "time/train": 2.0,
    }


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"x": 1})
    with pytest.raises(TypeError):
        write_json(tmp_path / "a.json", {"x": object()})
    assert json.loads((tmp_path / "a.json").read_text()) == {"x": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("model: {class_path: os.system}", "model.class_path"),
        ("model: json.tool", "model"),
        ("trainer: {callbacks: [{class_path: EarlyStopping}]}", "callbacks"),
        ("trainer: {logger: pytorch_lightning.loggers.CSVLogger}", "logger"),
        ("trainer: {strategy: {class_path: evil.Strategy}}", "strategy"),
    ],
)
def test_a_foreign_class_is_refused(
    tmp_path: Path,
    text: str,
    place: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    with pytest.raises(BadInput, match=rf"{place}.* names .*--trust"):
        refuse_foreign(file)
    assert main(["fit", "--config", str(file)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "--trust" in error


def test_a_foreign_module_is_not_even_imported(tmp_path: Path) -> None:
    (tmp_path / "evil_module.py").write_text("raise SystemExit('imported')")
    file = tmp_path / "config.yaml"
    file.write_text("model: {class_path: evil_module.Model}")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        assert main(["fit", "--config", str(file)]) == 2


def test_a_nested_configuration_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "model.yaml"
    other.write_text("class_path: os.system")
    file = tmp_path / "config.yaml"
    file.write_text(f"model: {other}")
    with pytest.raises(BadInput, match=r"may hold more configuration"):
        refuse_foreign(file)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1", "not valid YAML"),
        ("- 1", "a configuration is a mapping"),
        ("trainer: {max_epochs: 1}", "names no model"),
    ],
)
def test_a_broken_configuration_is_one_line(
    tmp_path: Path, text: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    assert main(["fit", "--config", str(file)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and words in error and str(file) in error


class Hostile:
    """Runs a command when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return (os.system, (f"touch {self.mark}",))


def test_a_hostile_checkpoint_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = tmp_path / "mark"
    hostile = tmp_path / "hostile.ckpt"
    torch.save({"state_dict": Hostile(mark)}, hostile)
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    words = ["test", "--config", str(config), "--ckpt_path", str(hostile)]
    assert main(words) == 2
    assert "refused, it holds more than weights" in capsys.readouterr().err
    assert not mark.exists()


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 cut"])
def test_a_damaged_checkpoint_is_one_line(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "damaged.ckpt"
    damaged.write_bytes(content)
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    for checkpoint in (damaged, tmp_path / "absent.ckpt"):
        words = ["test", "--config", str(config), f"--ckpt_path={checkpoint}"]
        assert main(words) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1 and str(checkpoint) in error


def test_looking_up_the_commit_writes_nothing_to_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.runs import environment

    def git(*words: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", "-C", str(tmp_path), *who, *words], check=True)

    (tmp_path / "file").write_text("")
    git("init", "-q")
    git("add", "file")
    git("commit", "-qm", "first")
    os.utime(tmp_path / "file", (1, 1))  # so that git would like to note it down
    index = (tmp_path / ".git" / "index").read_bytes()
    monkeypatch.setattr(environment, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    commit = environment.environment({})["commit"]
    assert commit and not commit.endswith("+")
    assert (tmp_path / ".git" / "index").read_bytes() == index
    (tmp_path / "file").write_text("changed")
    assert environment.environment({})["commit"] == f"{commit}+"


def test_runs_are_listed_by_path_or_text(tmp_path: Path) -> None:
    folder = new_run("neutrino", tmp_path)
    assert workbench.runs(tmp_path) == []
    (folder / "launch.json").write_text("{}")
    [run] = workbench.runs(str(tmp_path))
    assert run.folder == folder
