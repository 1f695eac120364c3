"""Binder: what repo2docker makes of the repository, short of building the image."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from workbench.allotted import usable_cores, usable_memory

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder"
NAMES = {  # of conda-forge, where they are not those of the package index
    "torch": "pytorch-cpu",
    "matplotlib": "matplotlib-base",
    "astropy": "astropy-base",
}


@pytest.fixture(scope="module")
def dockerfile() -> str:
    """What repo2docker itself would build."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_repo2docker_takes_the_environment_from_binder(dockerfile: str) -> None:
    assert '--file "binder/environment.yml"' in dockerfile
    assert re.search(r"COPY .*environment-?\S*py-?\S*3\S*11\S* /tmp/env", dockerfile)
    assert "requirements.txt" not in dockerfile.split("env update")[1]


def test_the_environment_is_kept_when_only_the_sources_change(dockerfile: str) -> None:
    assert dockerfile.index("env update") < dockerfile.index("# Copy stuff.")


def test_repo2docker_runs_our_scripts(dockerfile: str) -> None:
    assert "RUN ./binder/postBuild" in dockerfile
    assert 'R2D_ENTRYPOINT="${REPO_DIR}/binder/start"' in dockerfile


def needed() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found = map(Requirement, project["dependencies"])
    return {NAMES.get(need.name, need.name): need for need in found}


def installed() -> dict[str, Requirement]:
    """What the environment asks for, from either place."""
    listed = yaml.safe_load((BINDER / "environment.yml").read_text())["dependencies"]
    (index,) = (part["pip"] for part in listed if isinstance(part, dict))
    conda = [part for part in listed if isinstance(part, str) and "=" in part]
    words = [re.sub(r"(?<![<>=!])=(?!=)", "==", part) for part in (*conda, *index)]
    return {need.name: need for need in map(Requirement, words)}


def test_the_environment_is_what_the_project_asks_for() -> None:
    wanted, there = needed(), installed()
    assert set(wanted) == set(there) - {"python"}
    for name, need in wanted.items():
        assert there[name].specifier == need.specifier, name


def test_its_python_is_one_that_the_project_takes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (python,) = (spec.version for spec in installed()["python"].specifier)
    assert Requirement(f"x{project['requires-python']}").specifier.contains(python)


def test_what_is_warmed_is_there_to_be_opened() -> None:
    script = (BINDER / "postBuild").read_text()
    subprocess.run(["bash", "-n", BINDER / "postBuild"], check=True)
    named = re.findall(r"notebooks/\S+\.ipynb", script)
    assert "notebooks/00-start.ipynb" in named
    assert all((ROOT / path).is_file() for path in named)


def test_a_session_starts_with_as_many_threads_as_it_is_given() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    environment["PYTHONPATH"] = str(ROOT)
    answer = subprocess.run(
        [BINDER / "start", "printenv", "OMP_NUM_THREADS"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == str(usable_cores())


@pytest.fixture
def container(tmp_path: Path) -> dict[str, Path]:
    """Control groups as Linux writes them: a pod of 1.5 cores and 2 GiB, and a job."""
    pod, job = tmp_path / "groups/pod", tmp_path / "groups/pod/job"
    job.mkdir(parents=True)
    (pod / "cpu.max").write_text("150000 100000\n")
    (pod / "memory.max").write_text(f"{2 << 30}\n")
    (pod / "memory.current").write_text(f"{3 << 29}\n")
    (pod / "memory.stat").write_text(f"anon {1 << 30}\ninactive_file {1 << 28}\n")
    (job / "cpu.max").write_text("max 100000\n")
    (job / "memory.max").write_text("max\n")
    own = tmp_path / "own"
    own.write_text("4:memory:/other\n0::/pod/job\n")
    return {"groups": tmp_path / "groups", "own": own}


def test_a_container_has_what_it_is_given(container: dict[str, Path]) -> None:
    assert usable_cores(**container) == 1
    assert usable_memory(**container) == ((2 << 30) - (3 << 29) + (1 << 28), 2 << 30)


def test_without_a_limit_the_machine_counts(tmp_path: Path) -> None:
    nothing = {"groups": tmp_path, "own": tmp_path / "none"}
    assert usable_cores(**nothing) == len(os.sched_getaffinity(0))
    free, total = usable_memory(**nothing)
    assert 0 < free < total
