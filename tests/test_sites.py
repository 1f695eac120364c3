"""Profiles of sites, what a person chose, and what it costs."""

import json
import math
import sys
from pathlib import Path

import pytest

from workbench.centre import PLACE, profile
from workbench.doctor import doctor
from workbench.errors import BadInput
from workbench.main import main
from workbench.paths import cache
from workbench.runs.folder import runs_root
from workbench.runs.site import PROFILES, site
from workbench.runs.slurm import (
    Allocation,
    allocation,
    cancel,
    keep_choices,
    seconds,
    write_script,
)


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "etc"))
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
    with pytest.raises(BadInput, match=r"\$SCRATCH/.* not set: set it, or type --runs"):
        runs_root()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = [", "not valid TOML"),
        ("[queue]\nqos = 'x'", r"no part \[queue\]: one of centre, defaults, "),
        ("[node]\ngpu = 4", r"\[node\] has no gpu: one of gpus, cores"),
        ("[node]\ngpus = '4'", r"\[node\] gpus is '4': wants int"),
        ("[script]\nmodules = 'rocm'", r"modules is 'rocm': wants list"),
        ("[node]\ncores = -1", r"\[node\] cores is -1: wants 0 or more"),
        ("[node]\ncores = true", r"\[node\] cores is True: wants int"),
        ("[partitions]\ngpu = 4", r"write \[partitions\.gpu\], and below it gpus, "),
        ("[partitions.gpu]\nqos = 'x'", r"\[partitions\.gpu\] has no qos: one of gp"),
        ("[folders]\nscratch = '/x'", r"no scratch: one of runs, stage, cache, data"),
        ("[centre]\nname = 'é", r"not valid TOML .* export WORKBENCH_SITE=generic"),
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


CENTRE = """
[centre]
name = "Example Centre"
help = "help@example.org"
[defaults]
partition = "gpu"
qos = "regular"
[node]
cores = 64
[partitions.gpu]
gpus = 4
time = "12:00:00"
[partitions.debug]
gpus = 2
cores = 16
time = "00:30:00"
[script]
modules = ["pytorch/2.11"]
[folders]
runs = "$SCRATCH/runs"
cache = "$SCRATCH/made"
"""


def laid(root: Path, text: str) -> Path:
    """A site.toml where an administrator, or a person, puts it."""
    file = root / PLACE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The profile of the system."""
    monkeypatch.setenv("SCRATCH", str(tmp_path / "scratch"))
    return laid(tmp_path / "etc", CENTRE)


def test_the_nearest_profile_counts(
    centre: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = profile()
    assert (found.path, found.why) == (centre, "it is the system's")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    ours = laid(tmp_path / "environment" / "etc", "[node]\ngpus = 1\n")
    assert profile().path == ours and site().node == {"gpus": 1}
    monkeypatch.setenv("WORKBENCH_SITE", "generic")
    assert profile().path == PROFILES / "generic.toml"
    monkeypatch.setenv("WORKBENCH_SITE", str(centre))
    assert profile().why == "$WORKBENCH_SITE names it"


def test_a_partition_has_nodes_and_a_limit_of_its_own(centre: Path) -> None:
    usual = allocation()
    assert (usual.partition, usual.gpus, usual.cores) == ("gpu", 4, 16)
    assert usual.time == "12:00:00" and "account" not in str(usual)
    short = allocation(partition="debug")
    assert (short.gpus, short.processes, short.cores) == (2, 2, 8)
    assert short.time == "00:30:00" and short.node_hours == 0.5
    assert allocation(partition="debug", time="10").time == "10"
    with pytest.raises(BadInput, match=r"time 45: .* debug ends after 00:30:00: ask"):
        allocation(partition="debug", time="45")
    other = allocation(partition="large")  # which the profile does not list
    assert (other.gpus, other.cores, other.time) == (0, 64, "")


def test_a_persons_own_choice_lies_over_the_centres(
    centre: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = laid(tmp_path / "config", '[defaults]\naccount = "m7"\nqos = "low"\n')
    wanted = allocation()
    assert (wanted.account, wanted.qos, wanted.gpus) == ("m7", "low", 4)
    assert allocation(qos="high").qos == "high"
    assert runs_root() == tmp_path / "scratch" / "runs"
    mine.write_text(f'[folders]\nruns = "{tmp_path}/mine"\n')
    assert runs_root() == tmp_path / "mine"
    monkeypatch.setenv("WORKBENCH_RUNS", "/elsewhere")
    assert runs_root() == Path("/elsewhere")
    mine.write_text('[script]\nmodules = ["other"]\n')
    with pytest.raises(BadInput, match=r"\[script\] describes a centre, .* \$WORKBEN"):
        site()


def test_the_cache_follows_the_person_then_the_centre(
    centre: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKBENCH_CACHE")
    assert cache("neutrino") == tmp_path / "scratch" / "made" / "neutrino"
    monkeypatch.delenv("SCRATCH")
    with pytest.raises(BadInput, match=r"cache is \$SCRATCH/made, .* WORKBENCH_CACHE="):
        cache("neutrino")
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "my"))
    assert cache("neutrino") == tmp_path / "my" / "neutrino"


@pytest.mark.parametrize("place", [PLACE, PLACE.parent])
def test_what_anybody_could_have_written_is_refused(
    centre: Path, tmp_path: Path, place: Path
) -> None:
    (tmp_path / "etc" / place).chmod(0o777)
    with pytest.raises(BadInput, match=r"anybody may write it, .*: chmod o-w ") as said:
        site()
    assert str(said.value).endswith(f"chmod o-w {tmp_path / 'etc' / place}")


def test_the_doctor_says_which_profile_counts(
    centre: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "seen.json"
    main(["doctor", "--json", str(kept)])
    facts = json.loads(kept.read_text())["facts"]
    assert facts["site"] == f"{centre}: it is the system's"
    for words in (
        "Example Centre; help from help@example.org; partitions gpu, debug; modules "
        "pytorch/2.11",
        "runs in $SCRATCH/runs; cache in $SCRATCH/made",
    ):
        assert words in facts["site says"]
    assert facts["runs"] == str(tmp_path / "scratch" / "runs")
    centre.write_text("[script]\npython = 3\n")
    said = [p for p in doctor().problems if "site.toml" in p]
    assert said == [f"{centre}: [script] python is 3: wants str"]
    assert "python is 3" not in capsys.readouterr().out


def test_a_launch_where_the_profile_is_broken_is_one_line(
    centre: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    centre.write_text("[queues]\n")
    assert main(["launch", "neutrino", "--compute", "slurm", "--write-only"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "no part [queues]: one of centre, " in said


def test_a_folders_words_are_no_more_than_words(tmp_path: Path) -> None:
    for hostile in ({"account": "m1\nrm -rf ~"}, {"cores": "1; rm -rf ~"}):
        with pytest.raises(BadInput):
            Allocation(
                **({"nodes": 1, "processes": 1, "gpus": 0, "cores": 1} | hostile)
            )
    with pytest.raises(BadInput, match="no number of a job: nothing is cancelled"):
        cancel("--user=me")
