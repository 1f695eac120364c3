"""Every notebook runs from top to bottom as it stands."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.slow

ASKS = {"05-explain", "06-uncertainty"}  # about a trained run
NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    if path.stem in ASKS:
        run: Path = request.getfixturevalue("small_run")
        shutil.copytree(run, tmp_path / run.name)
    monkeypatch.setenv("WORKBENCH_RUNS", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_EVENTS", "1500")
    monkeypatch.setenv("WORKBENCH_MAPS", "24")
    monkeypatch.setenv("WORKBENCH_EPOCHS", "2")
    monkeypatch.setenv("WORKBENCH_POINTS", "5")
    monkeypatch.setenv("WORKBENCH_DIRECTIONS", "2")
    monkeypatch.setenv("WORKBENCH_SECONDS", "0.02")
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=240, kernel_name="python3").execute()
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    assert any("image/png" in o.get("data", {}) for o in outputs)
