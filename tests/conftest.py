"""One small trained run, shared by every test that needs one."""

import os
import tempfile
from pathlib import Path

import pytest

import workbench.tasks
from tests.notebooks import Executed

TASKS = Path(__file__).parent / "tasks"
os.environ["WORKBENCH_CACHE"] = tempfile.mkdtemp(prefix="workbench-tests-")
# tests share the cores: threads that wait must not spin, or a training takes 7 times as
# long beside another (read when torch is first loaded; launched trainings inherit it)
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

SMALL = [
    "--data.events=1024",
    "--data.val_events=256",
    "--data.test_events=500",
    "--data.batch_size=64",
    "--trainer.max_epochs=1",
    "--trainer.enable_progress_bar=false",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that wait for real processes come first, lest one be left for the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    return tmp_path


@pytest.fixture
def pebbles(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task whose trainings start soon, as a person adds one."""
    monkeypatch.setenv("WORKBENCH_TASKS", str(TASKS))
    path = [*workbench.tasks.__path__, str(TASKS)]
    monkeypatch.setattr(workbench.tasks, "__path__", path)


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run folder of a demo on 1,024 simulated events."""
    import workbench
    from workbench.runs.trial import trial

    return trial(workbench.load("neutrino"), tmp_path_factory.mktemp("runs"), SMALL)


@pytest.fixture(scope="session")
def executed(request: pytest.FixtureRequest) -> Executed:
    """Gives notebooks with their outputs, each executed when it is first asked for."""
    return Executed(request)
