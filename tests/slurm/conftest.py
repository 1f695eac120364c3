"""A Slurm of two nodes on this machine, up for as long as the tests that want it."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """The folder of a running Slurm; without one the tests are skipped."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-slurm-")) / "cluster"
    folder.parent.chmod(0o755)  # munge wants its socket within everybody's reach
    script = [str(HERE / "cluster.sh")]
    port = str(20000 + os.getpid() % 10000)  # of this worker's own
    up = subprocess.run(
        [*script, "up", str(folder), port], capture_output=True, text=True
    )
    try:
        if up.returncode:
            if "slurm" in os.environ.get("WORKBENCH_REQUIRE", ""):
                pytest.fail(f"Slurm is required here: {up.stderr}")
            pytest.skip(f"no Slurm: {up.stderr.strip().splitlines()[-1]}")
        yield folder
    finally:
        subprocess.run([*script, "down", str(folder)], check=True)
        shutil.rmtree(folder.parent)


@pytest.fixture(autouse=True)
def at_site(
    cluster: Path, pebbles: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """An environment as on a login node; no job is left behind."""
    for name in list(os.environ):
        if name.startswith("SLURM"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SLURM_CONF", str(cluster / "slurm.conf"))
    monkeypatch.setenv("WORKBENCH_SITE", str(HERE / "here.toml"))
    monkeypatch.setenv("WORKBENCH_TEST_SCRATCH", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_QUEUE_PERIOD", "0.2")
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    yield
    subprocess.run(["scancel", "--user", str(os.getuid())], check=True)
    while subprocess.check_output(["squeue", "--me", "--noheader"]):
        time.sleep(0.2)
