"""Data copied to a node's own disk: once, whole or not at all."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import BadInput
from workbench.runs.staging import stage, stage_data, staged
from workbench.tasks.neutrino.data import VertexData
from workbench.tasks.neutrino.make import make_store

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
KILLED = """
import os, signal, sys, threading
from pathlib import Path
from workbench.runs.staging import stage
source, place = map(Path, sys.argv[1:])
def kill():
    while not list(place.glob(".*/*/large")):
        pass
    os.kill(os.getpid(), signal.SIGKILL)
threading.Thread(target=kill).start()
stage(source, place)
"""


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a few simulated events."""
    path = tmp_path_factory.mktemp("shared") / "events.store"
    make_store(path, 320, seed=0)
    return path


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of two files."""
    source = tmp_path / "source"
    (source / "deep").mkdir(parents=True)
    (source / "deep" / "small").write_bytes(b"a few bytes")
    with (source / "large").open("wb") as stream:
        stream.truncate(500_000_000)  # of zeros that take no room
    return source


def data(path: Path) -> VertexData:
    return VertexData(str(path), events=256, val_events=32, test_events=32)


def test_a_copy_is_made_once_and_anew_when_the_source_changes(
    files: Path, tmp_path: Path
) -> None:
    os.truncate(files / "large", 1000)
    place = tmp_path / "disk"
    copy = stage(files, place)
    assert (copy / "deep" / "small").read_bytes() == b"a few bytes"
    written = (copy / "large").stat()
    assert stage(files, place) == copy
    assert (copy / "large").stat().st_ino == written.st_ino
    (files / "large").write_bytes(b"other")
    other = stage(files, place)
    assert other != copy and (other / "large").read_bytes() == b"other"
    alone = stage(files / "large", place)
    assert alone.read_bytes() == b"other"


def test_a_copy_with_a_file_too_short_is_not_read(files: Path, tmp_path: Path) -> None:
    os.truncate(files / "large", 1000)
    copy = stage(files, tmp_path / "disk")
    os.truncate(copy / "large", 999)
    assert staged(files, tmp_path / "disk") is None
    assert stage(files, tmp_path / "disk") == copy
    assert (copy / "large").stat().st_size == 1000


def test_a_killed_copy_is_begun_again(files: Path, tmp_path: Path) -> None:
    place = tmp_path / "disk"
    words = [sys.executable, "-c", KILLED, str(files), str(place)]
    killed = subprocess.run(words, cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    assert len(list(place.iterdir())) == 1 and staged(files, place) is None
    copy = stage(files, place)
    assert copy == staged(files, place) and list(place.iterdir()) == [copy.parent]


def test_without_room_training_reads_where_the_data_are(
    events: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def prepared() -> VertexData:
        module = data(events)
        stage_data(module, tmp_path / "disk")
        module.prepare_data()
        module.setup("fit")
        return module

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        module = prepared()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert module.store == events and not list((tmp_path / "disk").iterdir())
    told = capsys.readouterr().err
    assert f"File too large; training reads from {events}" in told
    assert "name another place with --stage" in told and told.count("\n") == 1
    copy = prepared().store
    assert copy.is_relative_to(tmp_path / "disk") and not capsys.readouterr().err


def test_a_disk_too_small_is_not_begun_to_fill(files: Path, tmp_path: Path) -> None:
    os.truncate(files / "large", 10**13)
    with pytest.raises(OSError, match=r"no room for 10,000,000\.0 MB, .* MB are free"):
        stage(files, tmp_path / "disk")
    assert not list((tmp_path / "disk").iterdir())


def test_what_cannot_be_staged_is_one_line(events: Path) -> None:
    with pytest.raises(BadInput, match=r"NO_SUCH/disk: a variable is not set"):
        stage_data(data(events), "$NO_SUCH/disk")
    with pytest.raises(BadInput, match="object has no path to stage: leave out"):
        stage_data(object(), "/tmp")
