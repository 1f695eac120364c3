"""The store of maps: round trip, resuming, damage, other processes, other readers."""

import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given

from tests.climate_maps import FEW, in_folder, same, sequences, some_maps
from workbench.errors import BadInput
from workbench.main import main
from workbench.tasks.climate.files.limits import NOBODY
from workbench.tasks.climate.generator import recipe, simulate
from workbench.tasks.climate.store import Store
from workbench.tasks.climate.store_writer import StoreWriter


def write(path: Path, parts: list[xr.Dataset], annotators: int = 2) -> Store:
    total = sum(part.sizes["time"] for part in parts)
    with StoreWriter(path, total, {"seed": 1}, annotators) as writer:
        for part in parts:
            writer.add(part)
    return Store(path)


@FEW
@given(sequences())
def test_a_store_gives_back_what_it_was_given(parts: list[xr.Dataset]) -> None:
    wanted = xr.concat(parts, "time", data_vars="minimal", combine_attrs="drop")
    people = wanted.sizes.get("annotator", 0)

    def use(folder: Path) -> None:
        store = write(folder / "a", parts, people)
        same(store.maps(np.arange(len(store))), wanted)
        back = np.arange(len(store))[::-1]
        same(store.maps(back), wanted.isel(time=back))
        if "TRUTH" in wanted:
            kept = wanted.TRUTH.to_numpy()[wanted.IGNORE.to_numpy() == 0]
            counts = np.bincount(kept, minlength=3)
            np.testing.assert_array_equal(store.counts[:, 0].sum(0), counts)
        if people:
            counts = np.bincount(wanted.LABELS.to_numpy().ravel(), minlength=3)
            np.testing.assert_array_equal(store.counts[:, 1:].sum((0, 1)), counts)

    in_folder(use)


def test_a_map_that_fewer_drew_leaves_the_rest_empty(tmp_path: Path) -> None:
    parts = [some_maps(1, annotators=3), some_maps(1, 1, annotators=1)]
    labels = write(tmp_path / "s", parts, 3).read(np.array([1])).labels
    assert labels is not None
    assert (labels[0, 1:] == NOBODY).all() and (labels[0, 0] < 3).all()


def test_xarray_opens_a_store(tmp_path: Path) -> None:
    given = some_maps(3)
    store = write(tmp_path / "s", [given])
    seen = xr.open_zarr(store.path, chunks=None)
    np.testing.assert_array_equal(seen.time, given.time)
    np.testing.assert_array_equal(seen.image[:, 7], given.PSL)
    assert seen.image.attrs["channels"][7] == "PSL"
    np.testing.assert_array_equal(seen.truth, given.TRUTH)
    np.testing.assert_array_equal(seen.labels[:, 1], given.LABELS[1])
    assert seen.truth.attrs["flag_meanings"].split()[2] == "atmospheric_river"


def test_maps_without_a_date_keep_none(tmp_path: Path) -> None:
    given = some_maps(2).assign_coords(time=np.full(2, np.datetime64("NaT", "ns")))
    assert np.isnat(write(tmp_path / "s", [given]).time).all()


def _first(store: Store) -> float:
    return float(store.read(np.array([1])).image[0, 0, 0, 0])


def test_a_store_is_opened_anew_in_another_process(tmp_path: Path) -> None:
    given = some_maps(2)
    store = write(tmp_path / "s", [given])
    store.read(np.array([0]))
    assert len(pickle.dumps(store)) < 4000
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(_first, [store]) == [float(given.TMQ[1, 0, 0])]


def test_an_interrupted_store_is_gone_on_with(tmp_path: Path) -> None:
    parts = [some_maps(2, seed, number=seed) for seed in range(3)]
    whole = write(tmp_path / "whole", parts)

    def begun(after: int) -> None:
        with (
            pytest.raises(KeyError),
            StoreWriter(tmp_path / "s", 6, {"seed": 1}, 2) as writer,
        ):
            for part in parts[writer.maps // 2 : after]:
                writer.add(part)
            raise KeyError

    begun(2)
    partial = tmp_path / "s.partial"
    with pytest.raises(BadInput, match=r"s\.partial: an unfinished store"):
        Store(partial)
    with open(partial / "journal.jsonl", "ab") as journal:
        journal.write(b'{"time": 12')  # torn off in the middle of a line
    (partial / "image" / "c.4.0.0.0").write_bytes(b"half")
    with StoreWriter(tmp_path / "s", 6, {"seed": 1}, 2) as writer:
        assert writer.maps == 4
        writer.add(parts[2])
    assert Store(tmp_path / "s").about == whole.about
    same(Store(tmp_path / "s").maps(np.arange(6)), whole.maps(np.arange(6)))
    assert not partial.exists()


def test_a_store_of_something_else_is_not_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(KeyError), StoreWriter(tmp_path / "s", 4, {"a": 1}) as writer:
        writer.add(some_maps(annotators=0))
        raise KeyError
    with (
        pytest.raises(BadInput, match=r"s\.partial: was begun with other settings"),
        StoreWriter(tmp_path / "s", 4, {"a": 2}),
    ):
        pass
    with pytest.raises(BadInput, match=r"process .* is writing it"):
        with StoreWriter(tmp_path / "s", 4, {"a": 1}):
            with StoreWriter(tmp_path / "s", 4, {"a": 1}):
                pass


def test_fewer_maps_than_promised_are_no_store(tmp_path: Path) -> None:
    with (
        pytest.raises(BadInput, match="2 maps of 3: run the same command again"),
        StoreWriter(tmp_path / "s", 3, {}, 2) as writer,
    ):
        writer.add(some_maps(2))
    assert not (tmp_path / "s").exists()
    with pytest.raises(KeyError), StoreWriter(tmp_path / "t", 3, {}, 2):
        raise KeyError
    assert not (tmp_path / "t.partial").exists()
    write(tmp_path / "u", [some_maps()])
    with pytest.raises(BadInput, match="u exists: remove it or give another path"):
        write(tmp_path / "u", [some_maps()])


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (some_maps(rows=10), "map 2: lat 10 from -90 to 90, of those before 12 from"),
        (some_maps(names=("TMQ",)), "map 2: channels TMQ, of those before TMQ, U850"),
        (some_maps(truth=False), "map 2: truth False, of those before True"),
        (some_maps(3), "more than 4 maps"),
    ],
)
def test_maps_of_another_kind_are_refused(
    tmp_path: Path, other: xr.Dataset, words: str
) -> None:
    with (
        pytest.raises(BadInput, match=words),
        StoreWriter(tmp_path / "s", 4, {}, 2) as writer,
    ):
        writer.add(some_maps())
        writer.add(other)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("image/c.1.0.0.0", r"image: map 1 \("),
        ("truth/c.1.0.0", r"truth: map 1 \("),
        ("labels/c.1.0.0.0", r"labels: map 1 \("),
        ("zarr.json", r"zarr\.json cannot be read"),
    ],
)
@pytest.mark.parametrize("how", ["cut", "gone", "empty"])
def test_a_damaged_store_is_refused(
    tmp_path: Path, file: str, words: str, how: str
) -> None:
    store = write(tmp_path / "s", [some_maps()])
    target = store.path / file
    {"cut": _cut, "gone": Path.unlink, "empty": lambda p: p.write_bytes(b"")}[how](
        target
    )
    if (file, how) == ("zarr.json", "gone"):
        words = r"zarr\.json is gone, perhaps deleted as old"
    with pytest.raises(BadInput, match=words) as caught:
        Store(store.path).read(np.array([1]))
    assert "make or copy it again" in str(caught.value)


def test_a_store_of_a_later_version_is_refused(tmp_path: Path) -> None:
    store = write(tmp_path / "s", [some_maps()])
    file = store.path / "zarr.json"
    about = json.loads(file.read_text())
    about["attributes"]["version"] = 2
    file.write_text(json.dumps(about))
    with pytest.raises(BadInput, match="version 2, wanted science-workbench maps"):
        Store(store.path)


WRITER = """
import sys, time
from pathlib import Path
from tests.climate_maps import some_maps
from workbench.tasks.climate.store_writer import StoreWriter
with StoreWriter(Path(sys.argv[1]), 9, {"seed": 1}, 2) as writer:
    for seed in range(9):
        writer.add(some_maps(1, seed, number=seed))
        time.sleep(0.2)
"""


def test_a_killed_writer_leaves_whole_maps(tmp_path: Path) -> None:
    path, partial = tmp_path / "s", tmp_path / "s.partial"
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)])
    try:
        while not (partial / "image" / "c.2.0.0.0").exists():
            assert process.poll() is None
            time.sleep(0.01)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert not path.exists()
    with StoreWriter(path, 9, {"seed": 1}, 2) as writer:
        assert 2 <= writer.maps <= 3
        for seed in range(writer.maps, 9):
            writer.add(some_maps(1, seed, number=seed))
    parts = [some_maps(1, seed, number=seed) for seed in range(9)]
    assert Store(path).about == write(tmp_path / "t", parts).about


def test_a_simulation_goes_on_inside_a_sequence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = {"grid": "96x144", "steps": 2, "hours": 3.0}
    sequences = list(simulate(4, 3, **kind, annotators=1))
    made = {"seed": 3, **kind, "recipe": recipe()}
    path = tmp_path / "s"
    with pytest.raises(KeyError), StoreWriter(path, 4, made, 1) as writer:
        writer.add(sequences[0])
        writer.add(sequences[1].isel(time=slice(0, 1)))
        raise KeyError
    before = (tmp_path / "s.partial" / "image" / "c.2.0.0.0").stat().st_mtime_ns
    words = ["data", "make", "climate", "--layout", "zarr", "--maps", "4"]
    words += ["--grid", "96x144", "--seed", "3", "--steps", "2", "--out", str(path)]
    assert main(words) == 0
    assert "4 simulated maps, grid 96x144, layout zarr" in capsys.readouterr().out
    assert (path / "image" / "c.2.0.0.0").stat().st_mtime_ns == before
    same(Store(path).maps(np.arange(4)), xr.concat(sequences, "time"))
    assert main(words) == 2
    assert "exists: remove it or give another --out" in capsys.readouterr().err


FULL = """
import resource, sys
from tests.climate_maps import some_maps
from workbench.errors import BadInput
from workbench.tasks.climate.files.climatenet import write_climatenet
from workbench.tasks.climate.files.deepcam import write_deepcam
from workbench.tasks.climate.store_writer import StoreWriter
from pathlib import Path
kind, path = sys.argv[1], Path(sys.argv[2])
def room(bytes):
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes, resource.RLIM_INFINITY))
try:
    if kind == "store":
        with StoreWriter(path, 2, {}, 2) as writer:
            writer.add(some_maps(1))
            room(500)
            writer.add(some_maps(1, 1))
    else:
        room(100_000)
        write = write_climatenet if kind == "climatenet" else write_deepcam
        write(path.parent, some_maps(1, rows=60, columns=60))
except BadInput as error:
    print(error)
"""


@pytest.mark.parametrize("kind", ["climatenet", "deepcam", "store"])
def test_a_full_disk_leaves_no_half_file(tmp_path: Path, kind: str) -> None:
    words = [sys.executable, "-c", FULL, kind, str(tmp_path / "s")]
    answer = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "no room for the next" in answer.stdout, answer.stderr
    left = [path.name for path in tmp_path.iterdir()]
    assert left == (["s.partial"] if kind == "store" else [])
    if kind == "store":
        assert "1 whole maps are kept" in answer.stdout
        maps = [some_maps(1), some_maps(1, 1)]
        with StoreWriter(tmp_path / "s", 2, {}, 2) as writer:
            assert writer.maps == 1
            writer.add(maps[1])
        same(Store(tmp_path / "s").maps(np.array([0])), maps[0])
