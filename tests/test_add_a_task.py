"""The tutorial that adds a task, done as its reader does it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.pages import DOCS, blocks

pytestmark = pytest.mark.slow

PAGE = DOCS / "add-a-task.md"
CALL = """
import os, shlex, sys
from workbench.main import main

for line in sys.argv[1:]:
    print(">", line)
    known = os.listdir("runs") if os.path.isdir("runs") else []
    words = shlex.split(line.replace("RUN", *known) if known else line)
    status = main(words[1:])
    if status:
        sys.exit(status)
"""


def typed(lines: Sequence[str], folder: Path) -> str:
    """What the commands print, in one process so that torch starts but once."""
    done = subprocess.run(
        [sys.executable, "-c", CALL, *lines],
        cwd=folder,
        env=os.environ | {"WORKBENCH_TASKS": str(folder / "my-tasks")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The reader's folder once the page has been followed, and what was printed."""
    folder = tmp_path_factory.mktemp("tutorial")
    printed, waiting = "", list[str]()
    for block in blocks(PAGE):
        if block.file is not None:
            if waiting:
                printed += typed(waiting, folder)
                waiting.clear()
            block.write(folder)
        elif block.language == "console" and block.text.startswith("mkdir"):
            (folder / "my-tasks" / "biopsy").mkdir(parents=True)
        elif block.language == "console":
            waiting += block.text.splitlines()
    return folder, printed + typed(waiting, folder)


def test_the_task_is_listed_when_it_has_a_card(said: tuple[Path, str]) -> None:
    assert "biopsy       Biopsies: is the tumour malignant?" in said[1]


def test_the_network_is_better_than_chance(said: tuple[Path, str]) -> None:
    (run,) = (said[0] / "runs").iterdir()
    results = json.loads((run / "results.json").read_text())
    assert results["test/accuracy"] > 0.9  # of the benign there are 63 %
    assert results["uncertainty/alpha"] == 0.05
    assert results["uncertainty/coverage"] > 0.85


def test_the_report_holds_every_part(said: tuple[Path, str]) -> None:
    (run,) = (said[0] / "runs").iterdir()
    report = (run / "report.html").read_text()
    for part in ("logistic regression", "Why, event by event", "last-layer Laplace"):
        assert part in report, part


def test_shares_add_up_and_a_trained_network_has_its_own(
    said: tuple[Path, str],
) -> None:
    lines = said[1].splitlines()
    for badge in ("completeness", "randomisation"):
        marks = [line[0] for line in lines if line[2:].startswith(badge)]
        assert marks and set(marks) == {"+"}, badge
