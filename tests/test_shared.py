"""One store for many: read-only, somebody else's, made twice at once, on full disks."""

import fcntl
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import workbench
from tests.climate_maps import some_maps
from tests.powers import anothers, closed, no_powers, small_disk
from workbench.errors import BadInput
from workbench.lock import Made
from workbench.main import main
from workbench.refusals import disk_full
from workbench.tasks.climate.files.deepcam import read_deepcam, write_deepcam
from workbench.unfinished import Unfinished

ROOT = Path(__file__).parents[1]
SMALL: dict[str, dict[str, Any]] = {
    "neutrino": {"events": 64, "val_events": 16, "test_events": 16, "batch_size": 8},
    "climate": {"maps": 2, "val_maps": 1, "test_maps": 1, "batch_size": 1},
    "cosmogan": {"maps": 64, "val_maps": 16, "test_maps": 16, "pixels": 16},
}
TASKS = pytest.mark.parametrize("name", SMALL)


def data(name: str, **more: Any) -> Any:
    return workbench.load(name).data(**{**SMALL[name], **more})


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """What is compiled or loaded at the first call is not the tests' matter."""
    for name in SMALL:
        data(name).prepare_data()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of one's own with nothing in it."""
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "mine"))
    return tmp_path / "mine"


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache that somebody filled for all; we may read it."""
    place = tmp_path / "project"
    monkeypatch.setenv("WORKBENCH_CACHE", str(place))
    for name in SMALL:
        data(name).prepare_data()
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "mine"))
    monkeypatch.setenv("WORKBENCH_DATA", str(place))
    before = sorted(place.rglob("*"))
    for folder in [p for p in (place, *before) if p.is_dir()]:
        folder.chmod(0o555)
    anothers(place)
    with no_powers():
        yield place
    assert sorted(place.rglob("*")) == before  # nothing is left there
    for folder in [p for p in (place, *before) if p.is_dir()]:
        folder.chmod(0o755)


def test_what_is_shared_is_read_by_all_and_made_by_none(
    shared: Path, tmp_path: Path
) -> None:
    for name in SMALL:
        read = data(name)
        read.prepare_data()
        read.setup("fit")
        assert read.store.is_relative_to(shared / name)
        assert next(iter(read.train_dataloader()))
        given = data(name, **{"path": str(read.store)})
        given.prepare_data()
        given.setup("fit")
        assert given.fingerprint == read.fingerprint
    assert not (tmp_path / "mine").exists()
    other = data("neutrino", seed=1)  # not there: made in one's own
    other.prepare_data()
    assert other.store.is_relative_to(tmp_path / "mine")


@TASKS
def test_a_cache_that_may_not_be_written_is_one_line(home: Path, name: str) -> None:
    home.mkdir()
    with closed(home), pytest.raises(BadInput) as error:
        data(name, seed=5).prepare_data()
    said = str(error.value)
    assert "cannot be written (Permission denied" in said
    assert "export WORKBENCH_CACHE=FOLDER, a folder of your own" in said
    assert (f"{home} belongs to nobody" in said) == (os.getuid() == 0)


@TASKS
def test_a_store_that_may_not_be_read_is_one_line(home: Path, name: str) -> None:
    made = data(name, seed=6)
    made.prepare_data()
    for file in made.store.rglob("*"):
        if file.is_file():
            file.chmod(0)
    anothers(made.store)
    with no_powers(), pytest.raises(BadInput) as error:
        given = data(name, **{"path": str(made.store)})
        given.prepare_data()
        given.setup("fit")
        next(iter(given.train_dataloader()))
    assert "Permission denied" in str(error.value)
    assert "damaged" not in str(error.value)


@TASKS
def test_a_small_disk_is_full_and_later_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    more = {"neutrino": {"events": 4000}, "climate": {"maps": 6}}
    big = data(name, **more.get(name, {"maps": 1024}), seed=7)
    size = {"neutrino": "600k", "climate": "3m", "cosmogan": "700k"}[name]
    with small_disk(tmp_path / "disk", size) as disk:
        monkeypatch.setenv("WORKBENCH_CACHE", str(disk))
        with pytest.raises(BadInput, match=r"no room for .* free on the disk\).*make"):
            big.prepare_data()
        subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
        big.prepare_data()
        big.setup("fit")
        assert len(big.train_dataloader())


def test_a_used_up_quota_is_called_by_its_name(tmp_path: Path) -> None:
    import errno

    error = OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
    said = str(disk_full(tmp_path / "x", error, "make room", 4096))
    assert "the next 4,096 bytes (your quota is used up, `quota -s` tells" in said
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, most))
    try:
        with pytest.raises(OSError) as grown:
            (tmp_path / "y").write_bytes(bytes(20_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert "`ulimit -f` tells" in str(disk_full(tmp_path, grown.value, "make room"))


MAKE = """
import sys, workbench
from tests.test_shared import SMALL, made
for name in SMALL:
    workbench.load(name).data()
print("ready", flush=True)
sys.stdin.readline()
print(made(range(50, 53)), flush=True)
"""


def made(seeds: Iterable[int]) -> list[str]:
    """The fingerprints of samples of every task, each made if nobody has."""
    found: list[str] = []
    for name in SMALL:
        for seed in seeds:
            sample = data(name, seed=seed)
            sample.prepare_data()
            sample.setup("fit")
            found.append(sample.fingerprint)
    return found


def test_processes_that_make_the_same_data_make_it_once(home: Path) -> None:
    words = [sys.executable, "-c", MAKE]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, cwd=ROOT, text=True, **pipes) as other:
        assert other.stdin and other.stdout
        assert other.stdout.readline() == "ready\n"
        print(file=other.stdin, flush=True)
        ours = made(range(50, 53))
        assert other.stdout.readline() == f"{ours}\n"
    for name in SMALL:
        stores = list((home / name).iterdir())
        assert len(stores) == 3
        inside = {file.name for store in stores for file in store.rglob("*")}
        assert not inside & {"lock", "journal.jsonl"}


def test_who_comes_when_it_is_just_made_leaves_it_as_it_is(tmp_path: Path) -> None:
    first, late = Unfinished(tmp_path / "f"), Unfinished(tmp_path / "f")
    first.begin(lambda lines: lines or [{}])

    def finish(lines: Any) -> Any:  # the other ends between two looks
        return lines

    (first.partial / "data").write_bytes(b"1")
    first.finish()
    with pytest.raises(Made, match="exists: remove it or give another path"):
        late.begin(finish)
    late.leave(resumable=True)
    first.leave(resumable=True)
    assert [place.name for place in tmp_path.rglob("*")] == ["f", "data"]


@pytest.fixture
def locked() -> Iterator[Callable[[Path], None]]:
    """Holds what a file system with locks grants one alone."""
    held: list[Any] = []

    def lock(path: Path) -> None:
        held.append(path.open("rb"))
        fcntl.flock(held[-1], fcntl.LOCK_EX)

    yield lock
    for file in held:
        file.close()


def test_hdf5_is_read_whoever_locks_it(
    tmp_path: Path, locked: Callable[[Path], None]
) -> None:
    out = tmp_path / "events.hdf5"
    words = ["data", "make", "neutrino", "--events", "8", "--layout", "2017"]
    assert main([*words, "--out", str(out)]) == 0
    (map_file,) = write_deepcam(tmp_path, some_maps(1))
    for file in (out, map_file):
        locked(file)
    assert main(["data", "check", str(out)]) == 0
    assert read_deepcam(map_file).sizes["time"] == 1
    from workbench.tasks.climate.files.opening import opened

    some_maps().to_netcdf(tmp_path / "maps.nc", engine="h5netcdf")
    locked(tmp_path / "maps.nc")
    with opened(tmp_path / "maps.nc") as read:
        assert np.isfinite(read.TMQ).all()
