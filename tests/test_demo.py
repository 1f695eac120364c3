"""The whole story, of a task that offers little to be asked."""

import json
from pathlib import Path

import pytest

from workbench.main import main


@pytest.mark.usefixtures("pebbles")
def test_what_a_task_does_not_offer_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "pebbles", "--runs", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "Why, of three test samples?\nthe task pebbles" in said
    assert "How sure?\n" in said
    (run,) = folder.iterdir()
    assert json.loads((run / "results.json").read_text())["time/total"] > 0
    assert (run / "report.html").is_file()
