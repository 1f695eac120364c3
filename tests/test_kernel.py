"""The kernel that a Jupyter server elsewhere starts."""

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

import workbench
from tests.serving import ROOT
from workbench.errors import BadInput
from workbench.kernel import install_kernel
from workbench.main import main
from workbench.runs.site import PROFILES

SITE = """\
[script]
modules = ["pytorch/2.11", "openmpi"]
setup = ["export SET_UP=\\"by the site\\"", "cd \\"$SET_UP_IN\\""]
container = ["env", "IN_CONTAINER=yes"]
"""
MODULES = '() {  LOADED="$LOADED $*"; export LOADED; }'  # as Environment Modules do it
ASK = """
import os, workbench, workbench.runs.site as s
print(*[os.environ[n] for n in ("LOADED", "SET_UP", "IN_CONTAINER")], sep="; ")
print(workbench.__file__, os.getcwd(), s.site().name, sep="; ")
"""


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The profile of a centre, whose administrator has chosen it for all."""
    profile = tmp_path / "ours.toml"
    profile.write_text(SITE)
    monkeypatch.setenv("WORKBENCH_SITE", str(profile))
    return profile


def test_it_starts_behind_the_lines_of_the_site(
    ours: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["kernel", "install", "--prefix", str(tmp_path / "env")]) == 0
    place = Path(capsys.readouterr().out.strip())
    assert place == tmp_path / "env" / "share" / "jupyter" / "kernels" / "workbench"
    (tmp_path / "here").mkdir()
    monkeypatch.delenv("WORKBENCH_SITE")  # the kernel knows it without
    monkeypatch.setenv("BASH_FUNC_module%%", MODULES)
    monkeypatch.setenv("SET_UP_IN", str(tmp_path / "here"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "env" / "share" / "jupyter"))
    said: list[str] = []
    manager, client = start_new_kernel(kernel_name="workbench")
    try:
        answer = client.execute_interactive(
            ASK,
            timeout=60,
            output_hook=lambda message: said.append(str(message["content"])),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert answer["content"]["status"] == "ok", said
    told = "".join(said)
    assert "load pytorch/2.11 load openmpi; by the site; yes" in told
    assert f"{workbench.__file__}; {tmp_path / 'here'}; ours" in told


def test_without_a_login_it_looks_for_modules_first(ours: Path, tmp_path: Path) -> None:
    script = (install_kernel(prefix=tmp_path) / "start.sh").read_text()
    at_login = script.index("type module >/dev/null 2>&1 || . /etc/profile")
    assert at_login < script.index("module load pytorch/2.11\nmodule load openmpi\n")
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize("name", [p.stem for p in PROFILES.glob("*.toml")])
def test_every_profile_makes_one(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_SITE", name)
    place = install_kernel(prefix=tmp_path)
    script = (place / "start.sh").read_text()
    assert f"for the site {name};" in script
    assert ("module load PrgEnv-gnu" in script) == (name == "frontier")
    assert "MASTER_ADDR" not in script  # that is for nodes which train together
    known = json.loads((place / "kernel.json").read_text())
    assert known["env"] == {"WORKBENCH_SITE": name}


def test_for_oneself_or_under_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKBENCH_SITE", raising=False)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "mine"))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "ours"))
    assert main(["kernel", "install", "--user"]) == 0
    assert main(["kernel", "install", "--name", "bench-2"]) == 0
    assert main(["kernel", "install", "--name", "bench-2"]) == 0  # replaced
    found = KernelSpecManager().get_all_specs()
    for name, title in (
        ("workbench", "Science workbench"),
        ("bench-2", "Science workbench (bench-2)"),
    ):
        assert found[name]["spec"]["display_name"] == title
        assert found[name]["resource_dir"] == str(tmp_path / "mine" / "kernels" / name)
        assert found[name]["spec"]["env"] == {}


def test_for_all_it_can_be_read_by_all(tmp_path: Path) -> None:
    place = install_kernel(prefix=tmp_path)
    for path in (place, *place.iterdir()):
        assert path.stat().st_mode & stat.S_IROTH


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--name", "my kernel"], "--name 'my kernel': only a-z"),
        (["--prefix", "/proc/no"], "/proc/no/share/jupyter/kernels/workbench: cannot"),
        (["now"], "kernel takes no now"),
    ],
)
def test_what_cannot_be_is_one_line(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kernel", "install", *words]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


def test_an_unknown_site_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_SITE", "cori")
    with pytest.raises(BadInput, match="no such profile"):
        install_kernel(prefix=tmp_path)
    assert not os.listdir(tmp_path)
