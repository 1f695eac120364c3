"""Every notebook runs from top to bottom as it stands."""

from pathlib import Path

import nbformat
import pytest

from tests.notebooks import NOTEBOOKS, Executed

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path: Path, executed: Executed) -> None:
    notebook = nbformat.read(executed(path), as_version=4)
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    assert any("image/png" in o.get("data", {}) for o in outputs)
