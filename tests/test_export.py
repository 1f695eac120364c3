"""A run as something else: script, notebook, portable networks; runs side by side."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import torch

import workbench
from workbench.main import main
from workbench.runs.history import History
from workbench.runs.lightning import opened


@pytest.fixture(scope="module")
def judged(small_run: Path) -> dict[str, Any]:
    """Seven events, and the logits of the run's best network."""
    task, model, data = opened(small_run / "config.yaml")
    best = small_run / "checkpoints" / "best.ckpt"
    model.load_state_dict(torch.load(best, weights_only=True)["state_dict"])
    data.prepare_data()
    data.setup("test")
    batch = next(iter(data.test_dataloader()))
    inputs = {name: batch[name][:7] for name in task.inputs}
    with torch.no_grad():
        return {"inputs": inputs, "logits": model.eval()(*inputs.values())}


def test_a_pt2_file_gives_the_same_logits(
    small_run: Path, judged: dict[str, Any], tmp_path: Path
) -> None:
    out = tmp_path / "network.pt2"
    words = ["export", str(small_run), "--format", "pt2", "--out", str(out)]
    assert main(words) == 0
    extra = {"about.json": ""}
    network = torch.export.load(out, extra_files=extra).module()
    torch.testing.assert_close(network(*judged["inputs"].values()), judged["logits"])
    about = json.loads(extra["about.json"])
    assert about["task"] == "neutrino" and len(about["classes"]) == 11
    assert about["normalisation"] and about["channels"]


def test_an_onnx_file_gives_the_same_logits(
    small_run: Path, judged: dict[str, Any], tmp_path: Path
) -> None:
    import onnxruntime

    out = tmp_path / "network.onnx"
    assert main(["export", str(small_run), "--format", "onnx", "--out", str(out)]) == 0
    session = onnxruntime.InferenceSession(out)
    given = {name: view.numpy() for name, view in judged["inputs"].items()}
    [logits] = session.run(None, given)
    np.testing.assert_allclose(logits, judged["logits"].numpy(), atol=1e-4)
    about = json.loads(session.get_modelmeta().custom_metadata_map["about"])
    assert about["normalisation"]


def test_a_script_repeats_the_run_with_lightning_alone(
    small_run: Path, tmp_path: Path
) -> None:
    out = tmp_path / "again.py"
    assert main(["export", str(small_run), "--out", str(out)]) == 0
    assert "workbench.runs" not in out.read_text()
    out.write_text(
        out.read_text().replace(
            "trainer.test(", "print('val', trainer.callback_metrics)\n    trainer.test("
        )
    )
    answer = subprocess.run(
        [sys.executable, out], cwd=tmp_path, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    history = History(small_run)
    history.read()
    loss = history.curves["val_loss"].values[-1]
    assert f"'val_loss': tensor({loss:.4f}" in answer.stdout


def test_a_notebook_is_one_that_jupyter_opens(small_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "again.ipynb"
    words = ["export", str(small_run), "--format", "notebook", "--out", str(out)]
    assert main(words) == 0
    book = nbformat.read(out, 4)
    nbformat.validate(book)
    code = [cell["source"] for cell in book.cells if cell["cell_type"] == "code"]
    compile("\n".join(code), str(out), "exec")


def test_predictions_of_a_run_for_a_file(small_run: Path, tmp_path: Path) -> None:
    sample = Path(__file__).parents[1] / "datasets" / "neutrino" / "sample.hdf5"
    out = tmp_path / "p.csv"
    assert main(["predict", str(small_run), str(sample), "--out", str(out)]) == 0
    assert len(out.read_text().splitlines()) == 41


def test_runs_are_compared(
    small_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    config = (small_run / "config.yaml").read_text()
    (other / "config.yaml").write_text(config.replace("max_epochs: 1", "max_epochs: 2"))
    kept, figure = tmp_path / "c.json", tmp_path / "c.png"
    words = ["compare", str(small_run), str(other)]
    assert main([*words, "--json", str(kept), "--figure", str(figure)]) == 0
    said = capsys.readouterr().out
    assert "trainer.max_epochs" in said and "test/accuracy" in said
    known = json.loads(kept.read_text())
    assert known["settings"] == {"trainer.max_epochs": [1, 2]}
    assert known["results"]["test/accuracy"][1] is None
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert workbench.open_run(other).state
