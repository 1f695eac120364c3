"""Runs of a task from $WORKBENCH_TASKS: folders, checkpoints, failures, processes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.folder import read_lines
from workbench.runs.lightning import lightning, task_of

TASKS = Path(__file__).parent / "tasks"
FIT = TASKS / "pebbles" / "fit.yaml"
MODEL = "workbench.tasks.pebbles.neutrino"
pytestmark = pytest.mark.usefixtures("pebbles")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A trained run."""
    return lightning("fit", FIT, [], runs=tmp_path / "runs")


def best(run: Path) -> str:
    return f"--ckpt_path={run / 'checkpoints' / 'best.ckpt'}"


def read(file: Path) -> Any:
    return json.loads(file.read_text())


@pytest.mark.parametrize("model", ["Pebbles", "Roundest"])
def test_the_task_is_the_one_whose_class_it_is(model: str) -> None:
    assert task_of(f"{MODEL}.{model}").name == "pebbles"
    with pytest.raises(BadInput, match="of no known task"):
        task_of("workbench.tasks.pebbles.data.PebbleData")


def test_a_training_is_numbered(run: Path) -> None:
    assert {line["attempt"] for line in read_lines(run / "metrics.jsonl")} == {1}
    lightning("fit", FIT, ["--trainer.max_epochs=9"], folder=run)
    assert read(run / "status.json")["attempt"] == 2
    assert {line["attempt"] for line in read_lines(run / "metrics.jsonl")} == {1, 2}


@pytest.mark.parametrize("verb", ["validate", "test", "predict"])
def test_an_untrained_network_is_not_asked(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = tmp_path / "runs"
    assert main([verb, "--config", str(FIT), "--runs", str(runs)]) == 2
    error = capsys.readouterr().err
    assert "--ckpt_path runs/NAME/checkpoints/best.ckpt" in error
    assert not runs.exists()


def test_a_run_keeps_its_own_results(run: Path) -> None:
    config = run / "config.yaml"
    assert lightning("test", config, [best(run)]) == run
    before = (run / "results.json").read_text(), (run / "report.html").read_text()
    other = lightning(
        "test", config, [best(run), "--data.beach=south"], runs=run.parent
    )
    assert other != run
    assert before == (
        (run / "results.json").read_text(),
        (run / "report.html").read_text(),
    )
    assert read(other / "results.json")["test/rows"] == 45
    assert read(other / "environment.json")["data"] == "pebbles of the south"
    assert yaml.safe_load((other / "config.yaml").read_text())["data"]


def test_validation_keeps_its_numbers(run: Path) -> None:
    lightning("validate", run / "config.yaml", [best(run)])
    assert read(run / "results" / "validate.json")["val/loss"] > 0


def test_a_checkpoint_outside_a_run_is_described(run: Path, tmp_path: Path) -> None:
    lonely = tmp_path / "a" / "b" / "lonely.ckpt"
    lonely.parent.mkdir(parents=True)
    lonely.write_bytes((run / "checkpoints" / "best.ckpt").read_bytes())
    made = lightning("test", FIT, [f"--ckpt_path={lonely}"], runs=tmp_path / "new")
    assert read(made / "environment.json")["checkpoint"] == str(lonely)
    words = [f"--ckpt_path={lonely}"]
    assert lightning("test", made / "config.yaml", words, runs=tmp_path / "new") != made


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--model.width=text"], "--model.width: 'text' is not int"),
        (["--data.baech=east"], "--data.baech: no such option"),
        (["--model.shape=flat", "--trainer.strategy=nothing"], "invalid strategy"),
        (["--data.path=sand.h5", "--model.fault=data"], "sand.h5: too flat"),
    ],
)
def test_a_command_that_fails_early_leaves_no_folder(
    words: list[str], message: str, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    with pytest.raises(BadInput, match=message):
        lightning("fit", FIT, words, runs=runs)
    left = list(runs.iterdir()) if runs.exists() else []
    assert all((folder / "status.json").exists() for folder in left)
    assert bool(left) == ("--model.fault=data" in words)  # that one had begun


def test_a_checkpoint_is_named_when_the_model_refuses_it(run: Path) -> None:
    words = [best(run), "--model.fault=checkpoint"]
    with pytest.raises(BadInput, match=r"best\.ckpt: too round"):
        lightning("test", FIT, words)
    with pytest.raises(BadInput, match=r"best\.ckpt: its weights do not fit"):
        lightning("test", FIT, [best(run), "--model.width=3"])


@pytest.mark.parametrize("verb", ["fit", "test"])
@pytest.mark.parametrize(
    "content",
    [torch.zeros(3), {}, {"weights": {}}, {"state_dict": {}}, {"state_dict": 3}],
)
def test_a_file_that_is_no_checkpoint_of_ours(
    verb: str, content: Any, tmp_path: Path
) -> None:
    file = tmp_path / "strange.ckpt"
    torch.save(content, file)
    with pytest.raises(BadInput, match=r"strange\.ckpt: not a checkpoint of"):
        lightning(verb, FIT, [f"--ckpt_path={file}"], runs=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_checkpoint_without_weights(run: Path, tmp_path: Path) -> None:
    whole = torch.load(run / "checkpoints" / "best.ckpt", weights_only=True)
    del whole["state_dict"]["net.weight"]
    torch.save(whole, tmp_path / "part.ckpt")
    with pytest.raises(BadInput, match=r"part\.ckpt: its weights do not fit .*net\.w"):
        lightning("test", FIT, [f"--ckpt_path={tmp_path / 'part.ckpt'}"])


def call(words: list[str], limit: int | None = None) -> Any:
    """The command line in a process of its own, which may write files of a size."""
    code = "import sys; from workbench.main import main; sys.exit(main())"
    if limit is not None:
        limits = f"({limit}, {limit})"
        code = f"import resource as r; r.setrlimit(r.RLIMIT_FSIZE, {limits}); {code}"
    script = Path(words[-1]) / "call.py"  # Lightning starts it again by its name
    script.parent.mkdir(exist_ok=True)
    script.write_text(code)
    return subprocess.run(
        [sys.executable, str(script), *words[:-1], "--runs", words[-1]],
        env=os.environ
        | {"WORKBENCH_TASKS": str(TASKS), "PYTHONPATH": str(TASKS.parents[1])},
        capture_output=True,
        text=True,
    )


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    answer = call(["fit", "-c", str(FIT), str(tmp_path)], limit=2500)
    assert answer.returncode == 2, answer.stderr
    assert "Traceback" not in answer.stderr
    last = answer.stderr.strip().split("\n")[-1]
    assert "no more can be written" in last and str(tmp_path) in last
    assert "GB free" in last and "--ckpt_path" in last


def test_two_processes_write_one_run(tmp_path: Path) -> None:
    words = ["--trainer.devices=2", "--trainer.strategy=ddp"]
    answer = call(["fit", "-c", str(FIT), *words, str(tmp_path)])
    assert answer.returncode == 0, answer.stderr
    run = Path(answer.stdout.strip())  # it alone
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == [run]
    assert read(run / "status.json")["world_size"] == 2
    words = ["test", "-c", str(run / "config.yaml"), best(run), str(tmp_path)]
    answer = call(words)
    assert answer.returncode == 0, answer.stderr
    assert read(run / "results.json")["test/rows"] == 45
    assert read(run / "results.json")["test/last"] == 44
