"""Damaged and wrong files are refused in a line that says what to do."""

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
import uproot

from tests.neutrino_events import some
from workbench.errors import BadInput
from workbench.tasks.neutrino.check import check
from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.files import open_events
from workbench.tasks.neutrino.layouts import write_2016, write_2017
from workbench.tasks.neutrino.store import write_store


@pytest.fixture(params=["2016", "2017"])
def good(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    write = {"2016": write_2016, "2017": write_2017}[request.param]
    write(tmp_path / "f.hdf5", [some(6)])
    return tmp_path / "f.hdf5"


def name_in(path: Path, end: str) -> str:
    names: list[str] = []
    with h5py.File(path) as file:
        file.visit(names.append)
    return next(name for name in names if name.endswith(end))


def refused(path: Path, *words: str, read: bool = False) -> str:
    """The one line that reading for training gives."""
    with pytest.raises(BadInput) as caught:
        source = open_events(path)
        assert read, "opening should have been refused"
        source.read(np.arange(len(source)))
    text = str(caught.value)
    assert "\n" not in text and str(path) in text and ":" in text
    for word in words:
        assert word in text, (word, text)
    return text


def reported(path: Path, *words: str) -> None:
    report = check(path)
    assert report is not None and not report.ok
    for word in words:
        assert word in report.text(), (word, report.text())


def test_a_good_file_is_fine(good: Path) -> None:
    report = check(good)
    assert report is not None and report.ok and report.facts["events"] == "6"


def test_a_truncated_file(good: Path) -> None:
    content = good.read_bytes()
    for keep in (100, len(content) // 2, len(content) - 1):
        good.write_bytes(content[:keep])
        refused(good, "not a whole HDF5 file", "copy or download it again")
        with pytest.raises(BadInput, match="not a whole HDF5 file"):
            check(good)


def test_a_corrupt_chunk(good: Path) -> None:
    name = name_in(good, "s-x")
    with h5py.File(good) as file:
        chunk = file[name].id.get_chunk_info(3)
    content = bytearray(good.read_bytes())
    middle = chunk.byte_offset + chunk.size // 2
    content[middle : middle + 8] = b"\0\xff" * 4
    good.write_bytes(content)
    refused(good, name, "damaged", read=True)
    reported(good, "rows 3–3", "damaged")


def test_no_bytes_at_all(tmp_path: Path) -> None:
    (tmp_path / "f.hdf5").write_bytes(b"")
    refused(tmp_path / "f.hdf5", "the file is empty")


def test_nothing_there(tmp_path: Path) -> None:
    refused(tmp_path / "f.hdf5", "no such file or folder")


@pytest.mark.parametrize("end", ["s-x", "s-u", "s-v", "segments"])
def test_a_missing_data_set(good: Path, end: str) -> None:
    name = name_in(good, end)
    with h5py.File(good, "a") as file:
        del file[name]
    refused(good, f"data set {name} is missing", "workbench data check")
    reported(good, f"data set {name} is missing")


@pytest.mark.parametrize(
    ("end", "shape"),
    [
        ("s-x", (6, 1, 127, 49)),
        ("s-u", (5, 1, 127, 25)),
        ("s-v", (6, 127, 25)),
        ("s-x", (6,)),
        ("zs", (7,)),
        ("eventids", (6, 2)),
    ],
)
def test_wrong_shapes(good: Path, end: str, shape: tuple[int, ...]) -> None:
    name = name_in(good, end)
    with h5py.File(good, "a") as file:
        del file[name]
        file[name] = np.zeros(shape, np.float32)
    refused(good, f"{name} has shape {shape}")
    reported(good, f"{name} has shape {shape}")


def test_a_wrong_kind_of_number(good: Path) -> None:
    name = name_in(good, "s-u")
    with h5py.File(good, "a") as file:
        shape = file[name].shape
        del file[name]
        file[name] = np.zeros(shape, "S3")
    refused(good, f"{name} holds |S3")


@pytest.mark.parametrize("energy", [np.nan, -1.0, np.inf, 1e6])
def test_energies_no_hit_can_have(good: Path, energy: float) -> None:
    name = name_in(good, "s-v")
    with h5py.File(good, "a") as file:
        file[name][4, 0, 60, 7] = energy
    refused(good, f"event 4: {name} row 60, column 7", f"{energy:g}", read=True)
    reported(good, "event 4", "leave the event out")
    source = open_events(good)
    assert len(source.read(np.array([0, 5, 3]))) == 3


def test_a_time_that_is_not_a_number(good: Path) -> None:
    name = name_in(good, "times-x")
    with h5py.File(good, "a") as file:
        image = name_in(good, "s-x")
        row, column = np.argwhere(file[image][2, 0] > 0)[0]
        file[name][2, -1, row, column] = np.nan
    refused(good, "event 2", "time nan", read=True)


@pytest.mark.parametrize("label", [11, 254])
def test_labels_outside_0_to_10(good: Path, label: int) -> None:
    with h5py.File(good, "a") as file:
        file[name_in(good, "segments")][3] = label
    refused(good, f"event 3: segment {label} is not one of 0–10", read=True)
    reported(good, f"event 3: segment {label} is not one of 0–10")


def test_a_label_that_disagrees_with_z(good: Path) -> None:
    with h5py.File(good, "a") as file:
        name = name_in(good, "segments")
        file[name][1] = (np.array(file[name][1]) + 1) % 11
    reported(good, "event 1: segment", "mm lies in")
    assert len(open_events(good)) == 6


def test_many_bad_events_are_counted(tmp_path: Path) -> None:
    write_2016(tmp_path / "f", [some(40)])
    with h5py.File(tmp_path / "f", "a") as file:
        file["hits-x"][:30, 0, 0, 0] = -1
        file["segments"][:20] = 99
    reported(tmp_path / "f", "and 20 more such events", "and 10 more such events")


def test_no_events(good: Path) -> None:
    with h5py.File(good, "a") as file:
        names: list[str] = []
        file.visititems(
            lambda name, item: names.append(name) if hasattr(item, "shape") else None
        )
        for name in names:
            file[name].resize(0, axis=0)
    refused(good, "there are no events")
    reported(good, "there are no events")


def test_unknown_layouts(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["pictures"] = np.zeros(3)
    (tmp_path / "text.csv").write_text("a,b\n")
    (tmp_path / "folder").mkdir()
    refused(tmp_path / "other.h5", "unknown layout (HDF5 with pictures)", "wanted")
    for name in ("text.csv", "folder"):
        refused(tmp_path / name, "unknown layout; wanted a store")
        assert check(tmp_path / name) is None
    assert check(tmp_path / "other.h5") is None


def test_a_tuple_without_lattice_branches(tmp_path: Path) -> None:
    with uproot.recreate(tmp_path / "a.root") as file:
        file.mktree("MasterAnaDev", {"mc_run": np.int32}).extend(
            {"mc_run": np.ones(4, np.int32)}
        )
    refused(
        tmp_path / "a.root",
        "no tree in it (MasterAnaDev) has the branches latticeEnergyIndices",
    )
    content = (tmp_path / "a.root").read_bytes()
    (tmp_path / "b.root").write_bytes(content[:150])
    refused(tmp_path / "b.root", "damaged ROOT file")


def test_uproot_is_optional(tmp_path: Path) -> None:
    (tmp_path / "a.root").write_bytes(b"root" + bytes(100))
    code = (
        "import sys; sys.modules['uproot'] = None\n"
        "from workbench.tasks.neutrino.files import open_events\n"
        f"open_events({str(tmp_path / 'a.root')!r})"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    )
    assert "pip install 'science-workbench[root]'" in answer.stderr


def test_a_store_that_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "s"
    write_store(path, [some(6)], {})
    hits = path / "hits.npy"
    content = hits.read_bytes()
    hits.write_bytes(content[:-5])
    with pytest.raises(BadInput, match=r"hits\.npy: .* bytes of .*: the store is dam"):
        open_events(path)
    hits.write_bytes(content[:-5] + bytes([content[-5] ^ 0x80]) + content[-4:])
    reported(path, "hits.npy is damaged: its checksum")
    hits.unlink()
    with pytest.raises(BadInput, match=r"hits\.npy is gone, perhaps deleted as old"):
        open_events(path)
    (path / "about.json").write_text("{")
    with pytest.raises(BadInput, match=r"about\.json: .*: make or copy it again"):
        open_events(path)
    (path / "about.json").unlink()
    with pytest.raises(BadInput, match=r"about\.json is gone, perhaps deleted as old"):
        open_events(path)


def test_a_store_of_another_version(tmp_path: Path) -> None:
    write_store(tmp_path / "s", [some(6)], {})
    about = tmp_path / "s" / "about.json"
    about.write_text(about.read_text().replace('"version": 1', '"version": 9'))
    refused(tmp_path / "s", "version 9, wanted", "update the workbench")


def spoilt(**changes: float) -> Events:
    events = some(6)
    for name, value in changes.items():
        where = events.truth if name == "segment" else events.hits
        where[name][3] = value
    return events


@pytest.mark.parametrize(
    ("events", "words"),
    [
        (spoilt(energy=np.nan), "event 0: a hit in plane"),
        (spoilt(energy=-2), "energy -2 MeV"),
        (spoilt(time=np.inf), "time inf ns"),
        (spoilt(plane=188), "plane 188"),
        (spoilt(strip=127), "strip 127"),
        (spoilt(segment=11), "event 3: segment 11"),
    ],
)
def test_a_store_takes_no_impossible_hits(
    tmp_path: Path, events: Events, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        write_store(tmp_path / "s", [events], {})
    assert not (tmp_path / "s").exists()
