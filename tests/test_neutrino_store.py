"""The store: round trip, resuming, the order of an epoch."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.neutrino_events import FEW, batches, by_place, in_folder, many
from workbench.order import rows
from workbench.tasks.neutrino.check import check
from workbench.tasks.neutrino.events import (
    Events,
    concatenate,
)
from workbench.tasks.neutrino.packing import ENERGIES, TIMES
from workbench.tasks.neutrino.simulator import simulate
from workbench.tasks.neutrino.store import Store, StoreWriter, write_store


@FEW
@given(batches())
def test_a_store_gives_back_what_it_was_given(parts: list[Events]) -> None:
    def use(folder: Path) -> None:
        write_store(folder / "a", parts, {"seed": 1})
        store, wanted = Store(folder / "a"), concatenate(parts)
        found = store.read(np.arange(len(store)))
        assert len(store) == len(wanted) and store.about["seed"] == 1
        np.testing.assert_array_equal(found.truth, wanted.truth)
        np.testing.assert_array_equal(found.particles, wanted.particles)
        np.testing.assert_array_equal(found.particle_start, wanted.particle_start)
        (hits, event), (given, place) = by_place(found), by_place(wanted)
        np.testing.assert_array_equal(event, place)
        for name in ("plane", "strip"):
            np.testing.assert_array_equal(hits[name], given[name])
        energy = np.maximum(given["energy"].astype(float), 2.0**-8)
        np.testing.assert_allclose(hits["energy"], energy, rtol=0.035)
        late = np.abs(given["time"].astype(float))
        assert (
            np.abs(hits["time"] - given["time"].astype(float)) <= 0.2 + 0.042 * late
        ).all()
        write_store(folder / "b", [found], {"seed": 1})
        assert Store(folder / "b").about == store.about

    in_folder(use)


@given(st.integers(0, 300), st.integers(0, 5), st.integers(0, 5), st.integers(1, 7))
@settings(deadline=None)
def test_ranks_share_an_epoch(n: int, seed: int, epoch: int, world: int) -> None:
    shares = [rows(n, seed, epoch, rank, world) for rank in range(world)]
    assert {len(share) for share in shares} == {n // world}
    assert len(np.unique(np.concatenate(shares))) == n // world * world
    np.testing.assert_array_equal(shares[0], rows(n, seed, epoch, 0, world))
    if n > 50:
        assert (rows(n, seed, epoch) != rows(n, seed, epoch + 1)).any()
        assert (rows(n, seed, epoch) != rows(n, seed + 1, epoch)).any()


def test_packed_steps_are_finer_than_the_detector() -> None:
    assert np.diff(np.log(ENERGIES.astype(float)), 1).max() < 0.07
    assert np.isfinite(ENERGIES).all() and np.isfinite(TIMES).all()
    assert (np.diff(TIMES.astype(float)) > 0).all() and TIMES[127] == 0


def test_simulated_events_fit_in_3_kB(folder: Path) -> None:
    write_store(folder / "s", simulate(300, seed=5, workers=1), {"seed": 5})
    size = sum(file.stat().st_size for file in (folder / "s").iterdir())
    assert size / 300 <= 3000
    report = check(folder / "s")
    assert report is not None and report.ok, report
    assert "94/47/47" in report.text() and "nothing is wrong" in report.text()


def test_an_interrupted_store_goes_on(folder: Path) -> None:
    parts = [many(5, seed) for seed in range(4)]
    write_store(folder / "whole", parts, {"seed": 1})
    with pytest.raises(KeyboardInterrupt), StoreWriter(folder / "s", {"seed": 1}) as w:
        w.add(parts[0])
        w.add(parts[1])
        raise KeyboardInterrupt
    assert not (folder / "s").exists()
    with open(folder / "s.partial" / "hits.npy", "ab") as file:
        file.write(b"torn")
    with open(folder / "s.partial" / "journal.jsonl", "ab") as file:
        file.write(b'{"events": 15, "arr')
    with StoreWriter(folder / "s", {"seed": 1}) as writer:
        assert writer.events == 10
        for part in parts[2:]:
            writer.add(part)
    assert Store(folder / "s").about == Store(folder / "whole").about
    assert not (folder / "s.partial").exists()
    assert not Store(folder / "s").damage()


def test_a_batch_whose_bytes_were_lost_is_written_again(folder: Path) -> None:
    parts = [many(5, seed) for seed in range(3)]
    with pytest.raises(KeyError), StoreWriter(folder / "s", {}) as writer:
        for part in parts:
            writer.add(part)
        raise KeyError
    truth = folder / "s.partial" / "truth.npy"
    content = bytearray(truth.read_bytes())
    content[-3] ^= 1  # as after a power cut
    truth.write_bytes(content)
    with StoreWriter(folder / "s", {}) as writer:
        assert writer.events == 10
        writer.add(parts[2])
    write_store(folder / "whole", parts, {})
    assert Store(folder / "s").about == Store(folder / "whole").about


def test_write_store_skips_what_is_there(folder: Path) -> None:
    whole = many(9)
    part = Events(
        whole.hits,
        whole.hit_start[:5],
        whole.truth[:4],
        whole.particles,
        whole.particle_start[:5],
    )
    with pytest.raises(KeyError), StoreWriter(folder / "s", {}) as writer:
        writer.add(part)
        raise KeyError
    write_store(folder / "s", [whole], {})
    write_store(folder / "t", [whole], {})
    assert Store(folder / "s").about == Store(folder / "t").about
