"""Writers that are interrupted, meet another writer, or fill the disk."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.neutrino_events import some
from workbench.errors import BadInput
from workbench.tasks.neutrino.events import Events
from workbench.tasks.neutrino.files import open_events
from workbench.tasks.neutrino.layouts import write_2016, write_2017
from workbench.tasks.neutrino.store import Store, StoreWriter, write_store

MAKER = """
import resource, sys
import numpy as np
from workbench.tasks.neutrino.events import HIT, TRUTH, Events, starts
def some(events, seed=0, hits=300):
    random = np.random.default_rng(seed)
    cells = np.zeros(events * hits, HIT)
    cells["plane"] = random.integers(0, 188, len(cells))
    cells["strip"] = random.integers(0, 127, len(cells))
    cells["energy"] = random.uniform(1, 50, len(cells))
    start = starts(np.full(events, hits))
    return Events(cells, start, np.zeros(events, TRUTH))
"""


@pytest.mark.parametrize("write", [write_2016, write_2017, write_store])
def test_a_writer_neither_overwrites_nor_writes_nothing(
    tmp_path: Path, write: Callable[..., None]
) -> None:
    extra = ({},) if write is write_store else ()
    with pytest.raises(BadInput, match="no events to write"):
        write(tmp_path / "f", [], *extra)
    assert not list(tmp_path.iterdir())
    (tmp_path / "f").mkdir()
    with pytest.raises(BadInput, match="exists: remove it or give another path"):
        write(tmp_path / "f", [some(3)], *extra)
    (tmp_path / "no").write_text("a file where a folder should be")
    with pytest.raises(BadInput, match=r"cannot be written|no room"):
        write(tmp_path / "no" / "f", [some(3)], *extra)


def test_a_partial_store_made_otherwise_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError), StoreWriter(tmp_path / "s", {"seed": 1}) as writer:
        writer.add(some(3))
        raise KeyError
    with pytest.raises(BadInput, match="begun with seed 1 instead of 2: remove it"):
        write_store(tmp_path / "s", [some(3)], {"seed": 2})
    with pytest.raises(BadInput, match="unfinished store"):
        open_events(tmp_path / "s.partial")
    write_store(tmp_path / "s", [some(3)], {"seed": 1})


def test_truth_in_some_batches_only_is_refused(tmp_path: Path) -> None:
    blind = Events(some(3).hits, some(3).hit_start)
    with pytest.raises(BadInput, match="event 3: from here on the events carry"):
        write_store(tmp_path / "s", [some(3), blind], {})


def test_a_store_has_one_writer(tmp_path: Path) -> None:
    with StoreWriter(tmp_path / "s", {}) as writer:
        with pytest.raises(BadInput, match=f"process {os.getpid()} on .* is writing"):
            write_store(tmp_path / "s", [some(3)], {})
        writer.add(some(3))
    assert len(Store(tmp_path / "s")) == 3


FULL = """
from workbench.errors import BadInput
from workbench.tasks.neutrino.layouts import write_2016, write_2017
from workbench.tasks.neutrino.store import write_store
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
kind, path = sys.argv[1:]
batches = [some(100, seed) for seed in range(20)]
try:
    if kind == "store":
        write_store(path, batches, {"seed": 0})
    else:
        {"2016": write_2016, "2017": write_2017}[kind](path, batches)
except BadInput as error:
    print(error)
"""


@pytest.mark.parametrize("kind", ["2016", "2017", "store"])
def test_a_full_disk(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "f"
    answer = subprocess.run(
        [sys.executable, "-c", MAKER + FULL, kind, str(path)],
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0 and not answer.stderr, answer.stderr
    assert str(path) in answer.stdout and "no room for the next" in answer.stdout
    assert answer.stdout.count("\n") == 1
    assert not path.exists()
    if kind == "store":
        assert "whole events are kept" in answer.stdout
        space: dict = {}
        exec(MAKER, space)
        batches = [space["some"](100, seed) for seed in range(20)]
        with StoreWriter(path, {"seed": 0}) as writer:
            assert writer.events > 0 and writer.events % 100 == 0
            for batch in batches[writer.events // 100 :]:
                writer.add(batch)
        write_store(tmp_path / "whole", batches, {"seed": 0})
        assert Store(path).about == Store(tmp_path / "whole").about
    else:
        assert not list(tmp_path.iterdir())


KILLED = """
from workbench.tasks.neutrino.store import StoreWriter
with StoreWriter(sys.argv[1], {}) as writer:
    for seed in range(100_000):
        writer.add(some(100, seed))
"""


def test_a_killed_writer_is_succeeded(tmp_path: Path) -> None:
    journal = tmp_path / "s.partial" / "journal.jsonl"
    with subprocess.Popen(
        [sys.executable, "-c", MAKER + KILLED, str(tmp_path / "s")]
    ) as maker:
        until = time.monotonic() + 60
        while time.monotonic() < until and maker.poll() is None:
            if journal.exists() and journal.read_bytes().count(b"\n") > 3:
                break
            time.sleep(0.01)
        maker.send_signal(signal.SIGKILL)
    assert not (tmp_path / "s").exists()
    space: dict = {}
    exec(MAKER, space)
    with StoreWriter(tmp_path / "s", {}) as writer:
        done = writer.events // 100
        assert done >= 3 and writer.events % 100 == 0
        writer.add(space["some"](100, done))
    batches = [space["some"](100, seed) for seed in range(done + 1)]
    write_store(tmp_path / "whole", batches, {})
    assert Store(tmp_path / "s").about == Store(tmp_path / "whole").about
    assert not Store(tmp_path / "s").damage()
