"""Notebooks, each executed once in a session of tests, whoever asks first."""

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from workbench.lock import take_lock, waiting

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
ASKS = {"05-explain", "06-uncertainty"}  # about a trained run
SMALL = {
    "EVENTS": "1500",
    "MAPS": "24",
    "EPOCHS": "2",
    "POINTS": "5",
    "DIRECTIONS": "2",
    "SECONDS": "0.02",
}


class Executed:
    """Notebooks with their outputs, in a folder that all processes of a session share.

    Args:
        request: Of a fixture of the session.
    """

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request
        factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
        base = factory.getbasetemp()
        alone = "PYTEST_XDIST_WORKER" not in os.environ
        self.folder = (base if alone else base.parent) / "notebooks"
        self.folder.mkdir(exist_ok=True)

    def __call__(self, path: Path) -> Path:
        """Where the notebook is with its outputs; a failure is raised by the first."""
        waiting(lambda: self._once(path))
        return self.folder / path.name

    def _once(self, path: Path) -> None:
        done = self.folder / path.name
        lock = done.with_suffix(".lock")
        take_lock(lock, done)
        try:
            if not done.exists():
                self._execute(path, done)
        finally:
            lock.unlink()

    def _execute(self, path: Path, done: Path) -> None:
        runs = self.folder / f"runs-{path.stem}"
        runs.mkdir(exist_ok=True)
        if path.stem in ASKS:
            run: Path = self._request.getfixturevalue("small_run")
            shutil.copytree(run, runs / run.name, dirs_exist_ok=True)
        notebook = nbformat.read(path, as_version=4)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WORKBENCH_RUNS", str(runs))
            for name, value in SMALL.items():
                patch.setenv(f"WORKBENCH_{name}", value)
            NotebookClient(notebook, timeout=240, kernel_name="python3").execute()
        nbformat.write(notebook, done)
