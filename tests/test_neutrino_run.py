"""From a configuration to a run folder, and what a run folder is good for."""

import base64
import csv
import json
import re
from pathlib import Path

import pytest
import torch
import yaml

import workbench
from workbench.main import main
from workbench.runs.folder import read_lines
from workbench.runs.precision import suitable
from workbench.tasks.neutrino.conditions import CONDITIONS


def losses(run: Path) -> list[tuple[int, float]]:
    lines = read_lines(run / "metrics.jsonl")
    return [
        (line["step"], line["train_loss"]) for line in lines if "train_loss" in line
    ]


def only_run(root: Path) -> Path:
    (run,) = root.iterdir()
    return run


def test_a_run_folder_holds_what_the_design_says(small_run: Path) -> None:
    for name in ("config.yaml", "environment.json", "status.json", "metrics.jsonl"):
        assert (small_run / name).is_file(), name
    for name in ("best.ckpt", "last.ckpt"):
        assert (small_run / "checkpoints" / name).is_file(), name
    assert json.loads((small_run / "status.json").read_text())["state"] == "finished"
    environment = json.loads((small_run / "environment.json").read_text())
    assert environment["precision"] == suitable("auto")
    assert environment["seed"] == 0 and len(environment["data"]) >= 8


def test_results_are_fractions_under_the_agreed_keys(small_run: Path) -> None:
    results = json.loads((small_run / "results.json").read_text())
    keys = {"test/accuracy", "time/train"}
    keys |= {f"test/accuracy_segment_{code}" for code in range(11)}
    keys |= {f"test/accuracy_{name}" for name in CONDITIONS}
    assert keys - set(results) <= {"test/accuracy_segment_9"}  # rare: may have none
    assert 0.15 < results["test/accuracy"] <= 1
    assert results["test/accuracy_low"] < results["test/accuracy"]


def test_the_report_is_one_file_with_pictures(small_run: Path) -> None:
    html = (small_run / "report.html").read_text()
    pictures = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    assert len(pictures) >= 5
    assert all(base64.b64decode(p).startswith(b"\x89PNG") for p in pictures)
    assert not re.findall(r'(?:src|href)="(?!data:)', html), "must open offline"
    assert "published, on MINERvA's own simulation" in html


def test_the_saved_configuration_repeats_the_run_and_another_logger_is_told_the_same(
    small_run: Path, tmp_path: Path
) -> None:
    words = ["fit", "--config", str(small_run / "config.yaml"), "--trust"]
    words += ["--runs", str(tmp_path / "runs"), "--trainer.logger=CSVLogger"]
    words += [f"--trainer.logger.save_dir={tmp_path}", "--trainer.logger.name=csv"]
    assert main(words) == 0
    with (tmp_path / "csv" / "version_0" / "metrics.csv").open() as stream:
        rows = [row for row in csv.DictReader(stream) if row["train_loss"]]
    told = [(int(row["step"]), float(row["train_loss"])) for row in rows]
    assert told == losses(only_run(tmp_path / "runs")) == losses(small_run)


def test_a_checkpoint_continues_the_run(small_run: Path, tmp_path: Path) -> None:
    words = ["fit", "--config", str(small_run / "config.yaml")]
    words += ["--runs", str(tmp_path), "--trainer.max_epochs=2"]
    words += [f"--ckpt_path={small_run / 'checkpoints' / 'last.ckpt'}"]
    assert main(words) == 0
    before, after = losses(small_run), losses(only_run(tmp_path))
    assert after[0][0] >= before[-1][0] and after[-1][0] > 16
    assert after[0][1] < 0.7 * before[0][1]  # it has not begun anew


def test_predictions_join_rows_with_probabilities(
    small_run: Path, tmp_path: Path
) -> None:
    out = tmp_path / "predictions.csv"
    words = ["predict", "--config", str(small_run / "config.yaml")]
    words += [f"--ckpt_path={small_run / 'checkpoints' / 'best.ckpt'}"]
    assert main([*words, "--out", str(out)]) == 0
    rows = list(csv.reader(out.read_text().splitlines()))
    assert len(rows) == 1 + 1024 + 256 + 500 and len(rows[0]) == 3 + 11
    assert rows[0][:3] == ["index", "event", "prediction"]
    assert len({row[1] for row in rows[1:]}) == len(rows) - 1  # events' own numbers
    assert [row[0] for row in rows[1:]] == [str(i) for i in range(len(rows) - 1)]
    assert sum(map(float, rows[1][3:])) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--model.x_columns=94", "--data.x_columns=94"], "x_columns"),
        (["--model.times=true", "--data.times=true"], "channels"),
        (["--data.times=true"], "channels"),
        (["--model.network=epsilon"], "network"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_one_line(
    small_run: Path,
    words: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    checkpoint = small_run / "checkpoints" / "best.ckpt"
    call = ["test", "--config", str(small_run / "config.yaml")]
    assert main([*call, f"--ckpt_path={checkpoint}", *words]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and message in error


def test_a_wrong_word_is_one_line(
    small_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = str(small_run / "config.yaml")
    assert main(["fit", "--config", config, "--data.evnts=3"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "evnts" in error


def test_a_checkpoint_opens_with_weights_only(small_run: Path) -> None:
    path = small_run / "checkpoints" / "best.ckpt"
    checkpoint = torch.load(path, weights_only=True)
    about = checkpoint["about"]
    assert about["classes"] == list(workbench.load("neutrino").classes)
    assert sum(about["class_counts"]) == 1024


def test_a_file_without_truth_serves_predict_alone(
    small_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from workbench.tasks.neutrino.events import Events
    from workbench.tasks.neutrino.simulator import simulate
    from workbench.tasks.neutrino.store import write_store

    (batch,) = simulate(60, seed=5)
    path = tmp_path / "data.store"
    write_store(path, [Events(batch.hits, batch.hit_start)], {"simulated": True})
    call = ["--config", str(small_run / "config.yaml"), f"--data.path={path}"]
    call += [f"--ckpt_path={small_run / 'checkpoints' / 'best.ckpt'}"]
    out = tmp_path / "p.npz"
    assert main(["predict", *call, "--out", str(out)]) == 0
    assert main(["test", *call]) == 2
    assert "serves only `predict`" in capsys.readouterr().err


def test_configuration_is_complete(small_run: Path) -> None:
    config = yaml.safe_load((small_run / "config.yaml").read_text())
    assert config["data"]["init_args"]["events"] == 1024
    assert config["model"]["init_args"]["network"] == "planes"
    assert {"trainer", "seed_everything"} <= set(config)
