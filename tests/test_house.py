"""The house rules: light import, imports that point down, tasks that keep the seam."""

import ast
import dataclasses
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import workbench
from workbench.errors import BadInput

ROOT = Path(__file__).parents[1]
FLOORS = [
    {"errors", "paths", "cards", "chart"},
    {"task"},
    {"tasks"},
    {"runs"},
    {"explain", "uncertainty", "lessons"},
    {"search"},
    {"panels"},
    {"demo", "doctor", "kernel", "lab", "main"},
]
VERBS = {"runs", "explain", "uncertainty", "search", "lessons"}
SOURCES = sorted((ROOT / "workbench").rglob("*.py"))


def imported(source: Path) -> set[str]:
    """Modules of ours that a file imports anywhere, as dotted names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}: relative imports hide the floor"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] == "workbench"}


def floor(name: str) -> int:
    part = [*name.split("."), "__init__"][1]
    for level, parts in enumerate(FLOORS):
        if part in parts:
            return level
    return 3 if part in {"__init__", "load", "task_names", "BadInput"} else 0


def place(source: Path) -> str:
    return ".".join(source.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("source", SOURCES, ids=place)
def test_imports_point_down(source: Path) -> None:
    here = place(source)
    if here == "workbench.__init__":
        return
    task = here.split(".")[2] if here.startswith("workbench.tasks.") else None
    for name in imported(source):
        assert floor(name) <= floor(here), f"{here} imports {name} from above"
        other = name.split(".")[2:3] if name.startswith("workbench.tasks.") else []
        if task and task != "__init__" and other:
            assert other == [task], f"{here} imports another task: {name}"
        if here.split(".")[1] in VERBS and other:
            assert other[0] in {"load", "task_names"}, f"{here} knows a task: {name}"


def test_the_floor_test_can_fail() -> None:
    assert floor("workbench.main") > floor("workbench.tasks.neutrino.data")
    assert floor("workbench.runs.trial") > floor("workbench.tasks.neutrino.data")
    assert floor("workbench.task.Task") < floor("workbench.tasks.neutrino")


def test_import_is_light() -> None:
    code = (
        "import sys, workbench, workbench.main; workbench.task_names();"
        "heavy = {'torch', 'numpy', 'matplotlib', 'numba', 'h5py'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("folder", ["datasets", "widgets"])
def test_no_python_beside_the_package(folder: str) -> None:
    assert (ROOT / folder / "README.md").is_file()
    assert not list((ROOT / folder).rglob("*.py"))


def test_an_unknown_task_names_the_known_ones() -> None:
    with pytest.raises(
        BadInput, match=r"unknown task 'neutrinos': choose one of .*neu"
    ):
        workbench.load("neutrinos")


@pytest.mark.parametrize("name", workbench.task_names())
def test_every_task_keeps_the_seam(name: str) -> None:
    import matplotlib.figure
    import pytorch_lightning as pl

    task = workbench.load(name)
    assert dataclasses.is_dataclass(task) and task.name == name
    assert issubclass(task.data, pl.LightningDataModule)
    assert issubclass(task.model, pl.LightningModule)
    assert task.fit.is_file() and task.demo.is_file()
    assert task.inputs and task.target not in task.inputs
    assert task.card.title and task.card.licence
    assert (ROOT / "datasets" / name / "README.md").is_file()
    assert callable(task.plot) and matplotlib.figure
    with pytest.raises(dataclasses.FrozenInstanceError):
        task.name = "other"  # type: ignore[misc]


def test_no_source_file_is_past_300_lines() -> None:
    long = [place(s) for s in SOURCES if len(s.read_text().splitlines()) > 300]
    assert not long


def test_torchvision_and_lightning_are_not_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        listed += extra
    listed += (ROOT / "requirements.txt").read_text().splitlines()
    for line in listed:
        assert not line.startswith(("torchvision", "lightning")), line


@pytest.mark.parametrize("build", ["2.11.0+rocm7.1", "2.13.0+cu130", "2.12.0"])
def test_a_centres_own_torch_serves(build: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needs = {need.name: need for need in map(Requirement, project["dependencies"])}
    assert needs["torch"].specifier.contains(build)


def test_notebooks_are_short_and_carry_no_output() -> None:
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert notebooks
    for notebook in notebooks:
        cells = json.loads(notebook.read_text())["cells"]
        assert len(cells) <= 25, notebook
        for cell in (c for c in cells if c["cell_type"] == "code"):
            text = "".join(cell["source"])
            assert not cell["outputs"], notebook
            assert len(text.splitlines()) <= 12, (notebook, text)
            assert "class " not in text, (notebook, text)


BENCHMARKS = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))


def test_every_benchmark_finds_what_it_measures() -> None:
    imports = "; ".join(f"import benchmarks.{name}" for name in BENCHMARKS)
    subprocess.run([sys.executable, "-c", imports], cwd=ROOT, check=True)
