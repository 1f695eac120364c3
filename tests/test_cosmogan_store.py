"""The store of simulated maps: what is in it, what interrupts it, what it refuses."""

import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.opening import open_maps
from workbench.tasks.cosmogan.make import make_store
from workbench.tasks.cosmogan.simulation import recipe, simulate
from workbench.tasks.cosmogan.simulation.cosmology import Cosmology

FIELD = Field.named("wide", 32)
TWO = (Cosmology(0.2, 0.7), Cosmology(0.35, 0.95))


def test_a_store_holds_the_maps_and_how_they_were_made(tmp_path: Path) -> None:
    path = tmp_path / "maps"
    make_store(path, 70, 4, FIELD, cosmologies=TWO, noise=(30.0, 0.4), smoothing=1.0)
    found = open_maps(path)
    assert len(found) == 70 and found.field == FIELD
    made = simulate(70, 4, FIELD, cosmologies=TWO, noise=(30.0, 0.4), smoothing=1.0)
    np.testing.assert_array_equal(found.read(slice(None)), np.concatenate(list(made)))
    np.testing.assert_array_equal(
        found.read(np.array([5, 3]))[1], found.read(slice(None))[3]
    )
    parameters = np.load(path / "parameters.npy")
    np.testing.assert_allclose(parameters[:2], [[0.2, 0.7, 0], [0.35, 0.95, 1]])
    about = found.about["made"]
    assert about["recipe"] == recipe() and about["seed"] == 4
    assert about["kind"] == "lognormal" and about["noise"] == [30.0, 0.4]
    assert found.about["simulated"] is True
    assert sorted(file.name for file in path.iterdir()) == [
        "about.json",
        "maps.npy",
        "parameters.npy",
    ]


def test_the_same_store_is_left_and_another_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "maps"
    make_store(path, 8, 0, FIELD)
    before = (path / "maps.npy").stat().st_mtime_ns
    make_store(path, 8, 0, FIELD)
    assert (path / "maps.npy").stat().st_mtime_ns == before
    for others in ({"seed": 1}, {"maps": 9}, {"smoothing": 5.0}):
        settings = {"maps": 8, "seed": 0, "field": FIELD} | others
        with pytest.raises(BadInput, match="exists with other maps: remove it"):
            make_store(path, **settings)
    assert open_maps(path).about["maps"] == 8


def killed(path: Path, maps: int) -> int:
    """Kill a process that writes a store; how many maps its journal has."""
    code = (
        "from pathlib import Path;"
        "from workbench.tasks.cosmogan.field import Field;"
        "from workbench.tasks.cosmogan.make import make_store;"
        f"make_store(Path({str(path)!r}), {maps}, 0, Field.named('wide', 32))"
    )
    journal = path.with_name(path.name + ".partial") / "journal.jsonl"
    with subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            if journal.is_file() and len(journal.read_bytes().splitlines()) > 3:
                break
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    return sum(
        json.loads(line)["maps"] for line in journal.read_bytes().splitlines()[1:-1]
    )


def test_a_killed_writer_is_gone_on_with(tmp_path: Path) -> None:
    path, maps = tmp_path / "maps", 6000
    done = killed(path, maps)
    assert 0 < done < maps
    with pytest.raises(BadInput, match="unfinished: make it with"):
        open_maps(tmp_path / "maps.partial")
    with pytest.raises(BadInput, match="was begun with other settings: remove it"):
        make_store(path, maps, 1, FIELD)
    partial = tmp_path / "maps.partial"
    with open(partial / "maps.npy", "r+b") as file:
        file.seek(-100, 2)
        file.write(b"torn")  # whatever is after the last whole chunk does not count
    inode = (partial / "maps.npy").stat().st_ino
    make_store(path, maps, 0, FIELD)
    assert (path / "maps.npy").stat().st_ino == inode
    ours = open_maps(path)
    last = np.concatenate(list(simulate(maps, 0, FIELD, first=maps - 5)))
    np.testing.assert_array_equal(ours.read(slice(None))[-5:], last)
    first = np.concatenate(list(simulate(done + 64, 0, FIELD)))
    np.testing.assert_array_equal(ours.read(slice(None))[: done + 64], first)


@pytest.mark.parametrize("torn", ["header", "maps", "journal"])
def test_what_a_power_cut_tore_is_made_again(tmp_path: Path, torn: str) -> None:
    path, partial = tmp_path / "maps", tmp_path / "maps.partial"
    make_store(path, 96, 0, FIELD)
    whole, about = (path / "maps.npy").read_bytes(), open_maps(path).about
    shutil.rmtree(path)

    class Cut(Exception):
        pass

    def chunks(first: int):
        for number, chunk in enumerate(simulate(96, 0, FIELD, first=first)):
            if number == 2:
                raise Cut
            yield chunk

    from workbench.tasks.cosmogan.simulation.sky import Sky
    from workbench.tasks.cosmogan.store_writer import write_store

    with pytest.raises(Cut):
        write_store(path, chunks, FIELD, Sky(FIELD).parameters(96), about["made"])
    name = "journal.jsonl" if torn == "journal" else "maps.npy"
    content = (partial / name).read_bytes()
    keep = {"header": 20, "maps": 128 + 40 * 4096, "journal": len(content) - 7}[torn]
    (partial / name).write_bytes(content[:keep])
    make_store(path, 96, 0, FIELD)
    assert (path / "maps.npy").read_bytes() == whole


@contextmanager
def room(size: int) -> Iterator[None]:
    """No file may grow beyond that many bytes."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def test_a_full_disk_is_said_and_what_is_whole_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "maps"
    with room(400_000), pytest.raises(BadInput) as error:
        make_store(path, 256, 0, FIELD)
    assert "no room for the next 131,072 bytes" in str(error.value)
    assert "96 maps are kept in" in str(error.value) and "\n" not in str(error.value)
    make_store(path, 256, 0, FIELD)
    every = np.concatenate(list(simulate(256, 0, FIELD)))
    np.testing.assert_array_equal(open_maps(path).read(slice(None)), every)


def test_a_damaged_store_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "maps"
    make_store(path, 8, 0, FIELD)
    content = (path / "maps.npy").read_bytes()
    (path / "maps.npy").write_bytes(content[:-5])
    with pytest.raises(BadInput, match=r"the file is truncated or damaged: copy or"):
        open_maps(path)
    (path / "about.json").write_text("{}")
    with pytest.raises(BadInput, match="make it with `workbench data make cosmogan"):
        open_maps(path)
    with pytest.raises(BadInput, match="unknown layout; wanted a store"):
        open_maps(tmp_path)
