"""Where one begins: what the first notebook says, and leads to."""

import json
import logging
import re
import warnings
from pathlib import Path

import pytest

import workbench
from workbench.runs.in_place import trainer

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
START = "00-start.ipynb"


def text(notebook: Path) -> str:
    cells = json.loads(notebook.read_text())["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def links(notebook: Path) -> set[str]:
    return set(re.findall(r"\]\(([^):]+\.ipynb)\)", text(notebook)))


def test_the_first_notebook_leads_to_all_others() -> None:
    there = {path.name for path in NOTEBOOKS.glob("*.ipynb")}
    assert links(NOTEBOOKS / START) == there - {START}


@pytest.mark.parametrize(
    "notebook", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem
)
def test_links_between_notebooks_lead_somewhere(notebook: Path) -> None:
    assert all((NOTEBOOKS / link).is_file() for link in links(notebook))


@pytest.mark.parametrize("number", ["01", "02", "03", "04", "05", "06"])
def test_every_science_notebook_says_what_is_simulated(number: str) -> None:
    (notebook,) = NOTEBOOKS.glob(f"{number}-*.ipynb")
    assert "simulat" in text(notebook)


def test_a_training_in_a_notebook_is_quiet_and_writes_nothing(
    pebbles: None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task = workbench.load("pebbles")
    logging.getLogger("pytorch_lightning").setLevel(logging.INFO)
    with warnings.catch_warnings():  # its filters are for the rest of a notebook
        data, model = task.data(), task.model()
        learning = trainer(
            max_steps=2, default_root_dir=folder, enable_progress_bar=False
        )
        learning.fit(model, data)
    assert learning.global_step == 2
    assert not list(folder.iterdir())
    said = capsys.readouterr()
    assert not said.out and not said.err


def test_measured_times_go_into_the_tables() -> None:
    from benchmarks.notebooks import filled

    before = (NOTEBOOKS / START).read_text()
    taken = {"01-neutrino": 100.0, "03-climate": 20.0, "14-sight": 400.0}
    after = filled(before, taken, "1234")
    assert "(01-neutrino.ipynb) | 2 min |" in after
    assert "(03-climate.ipynb) | under a minute |" in after
    assert "(14-sight.ipynb) | 7 min |" in after
    assert "1234  # a second" in after
    assert filled(before, {}, "") == before
