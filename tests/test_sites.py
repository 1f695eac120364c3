"""Profiles of sites, what a person chose, and what it costs."""

import math
from pathlib import Path

import pytest

from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.folder import runs_root
from workbench.runs.site import PROFILES, site
from workbench.runs.slurm import allocation, keep_choices, seconds, write_script


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("WORKBENCH_SITE", "WORKBENCH_RUNS", "SBATCH_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("name", "gpus", "lines"),
    [
        ("generic", 0, ["#SBATCH --time=01:00:00"]),
        ("perlmutter", 4, ["#SBATCH --constraint=gpu", "#SBATCH --qos=regular"]),
        ("frontier", 8, ["#SBATCH --partition=batch", "module load PrgEnv-gnu"]),
    ],
)
def test_every_profile_makes_a_script(
    name: str,
    gpus: int,
    lines: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORKBENCH_SITE", name)
    wanted = allocation(2, account="m1")
    assert (wanted.gpus, wanted.processes) == (gpus, gpus or 1)
    assert wanted.node_hours == 2
    text = write_script(tmp_path, 1, [], wanted).read_text()
    for line in [*lines, "#SBATCH --account=m1"]:
        assert line in text.splitlines()
    assert (f"--gpus-per-node={gpus}" in text) == (gpus > 0)
    assert ("export MASTER_ADDR=" in text) == (name != "generic")
    cores = site().node["cores"]
    assert f"--cpus-per-task={max(1, cores // wanted.processes)}\n" in text


def test_what_was_chosen_is_chosen_again_at_that_site(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep_choices({"account": "m1", "qos": "debug", "time": None})
    assert allocation().account == "m1" and allocation().time == "01:00:00"
    assert allocation(qos="").qos == ""  # left to Slurm, this time
    monkeypatch.setenv("WORKBENCH_SITE", "perlmutter")
    monkeypatch.setenv("SBATCH_ACCOUNT", "m2")
    assert (allocation().account, allocation().qos) == ("m2", "regular")


def test_runs_go_to_the_sites_scratch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert runs_root() == Path("runs")
    monkeypatch.setenv("WORKBENCH_SITE", "perlmutter")
    monkeypatch.setenv("SCRATCH", str(tmp_path))
    assert runs_root() == tmp_path / "workbench-runs"
    assert runs_root(Path("here")) == Path("here")
    monkeypatch.delenv("SCRATCH")
    with pytest.raises(BadInput, match=r"\$SCRATCH/.* which is not set: --runs"):
        runs_root()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = [", "not valid TOML"),
        ("[queue]\nqos = 'x'", r"no part \[queue\]: one of defaults, node, "),
        ("[node]\ngpu = 4", r"\[node\] has no gpu: one of gpus, cores"),
        ("[node]\ngpus = '4'", r"\[node\] gpus is '4': wants int"),
        ("[script]\nmodules = 'rocm'", r"modules is 'rocm': wants list"),
    ],
)
def test_a_broken_profile_is_one_line(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ours.toml").write_text(text)
    monkeypatch.setenv("WORKBENCH_SITE", str(tmp_path / "ours.toml"))
    with pytest.raises(BadInput, match=rf"ours\.toml.*{said}"):
        site()


def test_an_unknown_site_names_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_SITE", "cori")
    with pytest.raises(BadInput, match="one of frontier, generic, perlmutter, or"):
        site()
    assert (PROFILES / "generic.toml").is_file()


@pytest.mark.parametrize(
    ("time", "length"),
    [
        ("30", 1800),
        ("10:30", 630),
        ("2:30:00", 9000),
        ("1-12", 129600),
        ("1-12:30", 131400),
        ("1-0:0:5", 86405),
        ("UNLIMITED", math.inf),
        ("", math.inf),
    ],
)
def test_times_are_read_as_slurm_reads_them(time: str, length: float) -> None:
    assert seconds(time) == length


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"time": "2h"}, "time '2h': write it as 30"),
        ({"nodes": 0}, "at least one node"),
        ({"qos": "debug\n#SBATCH --x"}, "is no word that sbatch knows"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, object], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        allocation(**asked)  # type: ignore[arg-type]


def test_a_site_says_where_its_nodes_stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.toml").write_text('[folders]\nstage = "$SLURM_TMPDIR"\n')
    monkeypatch.setenv("WORKBENCH_SITE", str(tmp_path / "own.toml"))
    runs = tmp_path / "runs"
    words = ["launch", "neutrino", "--compute", "slurm", "--write-only"]
    assert main([*words, "--runs", str(runs)]) == 0
    (run,) = runs.iterdir()
    assert "--stage '$SLURM_TMPDIR' \\\n" in (run / "job.sh").read_text()
    assert main([*words, "--stage", "/local", "--runs", str(runs)]) == 0
    assert any("--stage /local" in p.read_text() for p in runs.glob("*/job.sh"))
