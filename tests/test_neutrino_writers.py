"""Who may write a file, what an interruption leaves, and what events keep."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from workbench import lock as locks
from workbench.errors import BadInput
from workbench.lock import take_lock
from workbench.main import main
from workbench.tasks.neutrino import make
from workbench.tasks.neutrino.batches import VertexBatches
from workbench.tasks.neutrino.data import VertexData
from workbench.tasks.neutrino.events import HIT, TRUTH, Events, starts
from workbench.tasks.neutrino.layouts import write_2016, write_2017
from workbench.tasks.neutrino.store import Store, StoreWriter, write_store


def some(events: int, truth: bool = True) -> Events:
    random = np.random.default_rng(0)
    hits = np.zeros(events * 20, HIT)
    hits["plane"] = random.integers(0, 188, len(hits))
    hits["strip"] = random.integers(0, 127, len(hits))
    hits["energy"] = random.uniform(1, 50, len(hits))
    known = np.zeros(events, TRUTH) if truth else None
    return Events(hits, starts(np.full(events, 20)), known)


def test_a_bad_label_is_named_by_its_row(tmp_path: Path) -> None:
    bad = some(4)
    bad.truth["segment"][1] = 77
    with pytest.raises(BadInput, match="event 5: segment 77"):
        write_store(tmp_path / "s", [some(4), bad], {})
    write_store(tmp_path / "t", [some(9)], {})
    truth = tmp_path / "t" / "truth.npy"
    content = bytearray(truth.read_bytes())
    place = len(content) - (9 - 7) * TRUTH.itemsize + TRUTH.fields["segment"][1]
    content[place] = 77
    truth.write_bytes(content)
    with pytest.raises(BadInput, match="event 7: segment 77"):
        Store(tmp_path / "t").read(np.array([2, 7, 3]))


def test_another_simulator_does_not_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops_after_one(self: StoreWriter, batch: Events) -> None:
        add(self, batch)
        raise KeyboardInterrupt

    add = StoreWriter.add
    monkeypatch.setattr(StoreWriter, "add", stops_after_one)
    with pytest.raises(KeyboardInterrupt):
        make.make_store(tmp_path / "s", 1020, seed=1)
    monkeypatch.setattr(StoreWriter, "add", add)
    was = make.recipe()
    monkeypatch.setattr(make, "recipe", lambda: "changed")
    with pytest.raises(BadInput, match=f"begun with recipe {was} instead of changed"):
        make.make_store(tmp_path / "s", 1020, seed=1)
    monkeypatch.undo()
    make.make_store(tmp_path / "s", 1020, seed=1)
    assert len(Store(tmp_path / "s")) == 1020
    assert Store(tmp_path / "s").about["recipe"] == was


def test_a_mistyped_seed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    words = ["data", "make", "neutrino", "--events", "5", "--out", str(tmp_path / "o")]
    assert main([*words, "--seed", "-1"]) == 2
    assert not list(tmp_path.iterdir())
    assert main([*words, "--seed", "1"]) == 0


def test_a_partial_store_without_a_whole_batch_is_no_obstacle(tmp_path: Path) -> None:
    with pytest.raises(KeyError), StoreWriter(tmp_path / "s", {"seed": 1}):
        raise KeyError
    assert not list(tmp_path.iterdir())
    killed = (
        "import os, sys\n"
        "from workbench.tasks.neutrino.store import StoreWriter\n"
        "with StoreWriter(sys.argv[1], {'seed': 1}):\n"
        "    os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", killed, str(tmp_path / "s")], check=True)
    assert (tmp_path / "s.partial" / "journal.jsonl").exists()
    write_store(tmp_path / "s", [some(3)], {"seed": 2})
    assert len(Store(tmp_path / "s")) == 3


@pytest.mark.parametrize("write", [write_2016, write_2017])
def test_event_numbers_stay_through_a_store(tmp_path: Path, write: object) -> None:
    import h5py

    write(tmp_path / "f", [some(6, truth=False)])
    numbers = 1100000004001203 + 7 * np.arange(6, dtype=np.uint64)
    name = "eventids" if write is write_2016 else "event_data/eventids"
    with h5py.File(tmp_path / "f", "a") as file:
        file[name][...] = numbers.reshape(file[name].shape)
    data = VertexData(str(tmp_path / "f"), batch_size=4)
    data.prepare_data()
    data.setup("predict")
    assert data.source.ids.tolist() == numbers.tolist()
    assert not Store(data.store).damage()
    seen = [batch["event"] for batch in data.predict_dataloader()]
    assert np.concatenate(seen).tolist() == numbers.tolist()


def test_an_event_without_a_number_has_its_row(tmp_path: Path) -> None:
    write_store(tmp_path / "s", [some(6, truth=False)], {})
    batch = VertexBatches(Store(tmp_path / "s"), 50, False)[np.array([4, 1])]
    assert batch["event"].tolist() == [4, 1]
    known = some(6)
    known.truth["event"] = 10**16 + np.arange(6)
    write_store(tmp_path / "t", [known], {})
    batch = VertexBatches(Store(tmp_path / "t"), 50, False)[np.array([4, 1])]
    assert batch["event"].tolist() == [10**16 + 4, 10**16 + 1]


def owner(pid: int, started: float) -> str:
    return f"{socket.gethostname()} {pid} {started:.2f}"


def test_only_one_succeeds_a_dead_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, parent = tmp_path / "lock", psutil.Process(os.getppid())
    lock.write_text(owner(2**22 + 1, 0.0))
    alive = locks._alive

    def another_is_faster(text: str) -> bool:
        found = alive(text)
        if not found:
            lock.unlink()
            lock.write_text(owner(parent.pid, parent.create_time()))
        return found

    monkeypatch.setattr(locks, "_alive", another_is_faster)
    with pytest.raises(BadInput, match=f"process {parent.pid} on .* is writing it"):
        take_lock(lock, tmp_path)
    assert lock.read_text().split()[1] == str(parent.pid)
    assert list(tmp_path.iterdir()) == [lock]


def test_a_process_number_given_again_blocks_nobody(tmp_path: Path) -> None:
    lock, parent = tmp_path / "lock", psutil.Process(os.getppid())
    lock.write_text(owner(parent.pid, parent.create_time() - 3600))
    take_lock(lock, tmp_path)
    assert lock.read_text().split()[1] == str(os.getpid())
    assert list(tmp_path.iterdir()) == [lock]


@pytest.mark.parametrize("text", ["", "elsewhere 5 1.0", "nonsense"])
def test_a_lock_that_tells_nothing_is_left(tmp_path: Path, text: str) -> None:
    (tmp_path / "lock").write_text(text)
    with pytest.raises(BadInput, match="is writing it: wait for it, or remove"):
        take_lock(tmp_path / "lock", tmp_path)
    assert (tmp_path / "lock").read_text() == text


@pytest.mark.parametrize("write", [write_2016, write_2017])
def test_a_layout_has_one_writer(tmp_path: Path, write: object) -> None:
    def batches() -> object:
        yield some(2)
        with pytest.raises(BadInput, match=f"process {os.getpid()} on .* is writing"):
            write(tmp_path / "f", [some(3)])
        yield some(2)

    write(tmp_path / "f", batches())
    assert [file.name for file in tmp_path.iterdir()] == ["f"]


def test_converting_shows_its_progress(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_2016(tmp_path / "f", [some(6)])
    VertexData(str(tmp_path / "f")).prepare_data()
    assert "convert: 100%" in capsys.readouterr().err
