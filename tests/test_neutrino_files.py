import multiprocessing
import pickle
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import awkward as ak
import h5py
import numpy as np
import pytest
import uproot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.tasks.neutrino.check import check
from workbench.tasks.neutrino.dense import images
from workbench.tasks.neutrino.events import (
    HIT,
    PARTICLE,
    TRUTH,
    Events,
    concatenate,
    starts,
    take_rows,
)
from workbench.tasks.neutrino.files import open_events
from workbench.tasks.neutrino.geometry import COLUMN, VIEW, columns
from workbench.tasks.neutrino.layouts import image, write_2016, write_2017
from workbench.tasks.neutrino.packing import ENERGIES, TIMES
from workbench.tasks.neutrino.segments import plane_code_of, segment_of
from workbench.tasks.neutrino.simulator import simulate
from workbench.tasks.neutrino.store import Store, StoreWriter, rows, write_store
from workbench.tasks.neutrino.truth import NOT_RECORDED, channel_of, plane_codes
from workbench.tasks.neutrino.tuples import cell_of

FEW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
HALF = {"width": 16, "allow_nan": False, "allow_infinity": False}


@st.composite
def batches(draw: st.DrawFn, truth: bool = True) -> list[Events]:
    """One to three batches of events with a few hits, no two in one cell."""
    hit = st.tuples(
        st.integers(0, 187),
        st.integers(0, 126),
        st.floats(2.0**-20, 65504, **HALF),
        st.floats(-65504, 65504, **HALF),
    )
    hits = st.lists(hit, max_size=12, unique_by=lambda h: h[:2])
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    random = np.random.default_rng(draw(st.integers(0, 1000)))
    return [
        batch_of([draw(hits) for _ in range(size)], random, truth) for size in sizes
    ]


def batch_of(
    hits: list[list[tuple]], random: np.random.Generator, truth: bool = True
) -> Events:
    flat = np.array([h for event in hits for h in event], HIT)
    start, n = starts(np.array([len(event) for event in hits])), len(hits)
    if not truth:
        return Events(flat, start)
    known = np.zeros(n, TRUTH)
    for name in TRUTH.names:
        known[name] = random.integers(0, 5, n)
    known["event"] = random.integers(0, 10**16, n)
    known["z"] = random.uniform(4200, 8600, n)
    known["segment"] = segment_of(known["z"])
    known["plane_code"] = plane_code_of(known["z"])
    number = random.integers(0, 4, n)
    particles = np.zeros(number.sum(), PARTICLE)
    particles["pdg"] = random.choice([13, 2212, 2112, -211, 111, 22], number.sum())
    particles["pz"] = random.uniform(0, 5, number.sum())
    return Events(flat, start, known, particles, starts(number))


def many(events: int, seed: int = 0, hits: int = 40) -> Events:
    random = np.random.default_rng(seed)
    cells = [random.choice(188 * 127, hits, replace=False) for _ in range(events)]
    listed = [
        [(c // 127, c % 127, *random.uniform(0.1, 99, 2)) for c in event]
        for event in cells
    ]
    return batch_of(listed, random)


def by_place(events: Events) -> tuple[np.ndarray, np.ndarray]:
    """Hits and the event of each, in the order of event, plane and strip."""
    event = np.repeat(np.arange(len(events)), np.diff(events.hit_start))
    hits = events.hits[events.hit_start[0] : events.hit_start[-1]]
    order = np.lexsort((hits["strip"], hits["plane"], event))
    return hits[order], event[order]


def same_hits(found: Events, wanted: Events, x_columns: int = 94) -> None:
    hits, event = by_place(wanted)
    width = np.array([columns(view, x_columns) for view in range(3)])
    kept = COLUMN[hits["plane"]] < width[VIEW[hits["plane"]]]
    np.testing.assert_array_equal(by_place(found)[0], hits[kept])
    np.testing.assert_array_equal(by_place(found)[1], event[kept])


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        yield Path(place)


def in_folder(use: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory() as place:
        use(Path(place))


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


@FEW
@given(
    batches(),
    st.sampled_from(["none", "separate", "combined"]),
    st.sampled_from([50, 94]),
)
def test_the_2016_layout_round_trips(
    parts: list[Events], times: str, x_columns: int
) -> None:
    def use(folder: Path) -> None:
        write_2016(folder / "f", parts, x_columns=x_columns, times=times)
        source, wanted = open_events(folder / "f"), concatenate(parts)
        found = source.read(np.arange(len(source)))
        if times == "none":
            wanted.hits["time"] = 0
        same_hits(found, wanted, x_columns)
        assert source.columns == x_columns and source.times == (times != "none")
        for name in ("event", "segment", "z"):
            np.testing.assert_array_equal(found.truth[name], wanted.truth[name])
        capped = np.minimum(wanted.truth["plane_code"], 66)
        np.testing.assert_array_equal(found.truth["plane_code"], capped)
        assert np.isnan(found.truth["energy"]).all()
        assert (found.truth["protons"] == NOT_RECORDED).all()

    in_folder(use)


@FEW
@given(batches(), st.sampled_from([50, 94]))
def test_the_2017_layout_round_trips(parts: list[Events], x_columns: int) -> None:
    def use(folder: Path) -> None:
        write_2017(folder / "f", parts, x_columns=x_columns)
        source, wanted = open_events(folder / "f"), concatenate(parts)
        found = source.read(np.arange(len(source)))
        same_hits(found, wanted, x_columns)
        lost = ("x", "y", "energy", "material", "backward", "secondary", "overlay")
        for name in [name for name in TRUTH.names if name not in lost]:
            np.testing.assert_allclose(
                found.truth[name].astype(float), wanted.truth[name], rtol=1e-6
            )

    in_folder(use)


@FEW
@given(batches(truth=False), st.sampled_from([write_2016, write_2017]))
def test_files_without_truth_serve_predict(
    parts: list[Events], write: Callable[..., None]
) -> None:
    def use(folder: Path) -> None:
        write(folder / "f", parts, x_columns=94)
        source = open_events(folder / "f")
        assert source.truth is None and source.read(np.array([0])).truth is None
        np.testing.assert_array_equal(source.ids, np.arange(len(source)))
        del source
        with h5py.File(folder / "f", "a") as file:
            for name in ("segments", "planecodes", "zs"):
                for place in (name, f"vtx_data/{name}"):
                    if place in file:
                        del file[place]
        assert open_events(folder / "f").truth is None

    in_folder(use)


@FEW
@given(batches(), st.data())
def test_rows_are_read_in_any_order(parts: list[Events], data: st.DataObject) -> None:
    def use(folder: Path) -> None:
        write_store(folder / "s", parts, {})
        write_2017(folder / "h", parts)
        index = np.array(data.draw(st.lists(st.integers(0, len(whole) - 1))), int)
        for name in "sh":
            source = open_events(folder / name)
            everything = source.read(np.arange(len(source)))
            found = source.read(index)
            np.testing.assert_array_equal(
                found.hits, everything.hits[take_rows(everything.hit_start, index)]
            )
            np.testing.assert_array_equal(
                found.truth["event"], whole.truth["event"][index]
            )
            with pytest.raises(IndexError):
                source.read(np.array([len(source)]))

    whole = concatenate(parts)
    in_folder(use)


@FEW
@given(batches(), st.sampled_from([50, 94]), st.booleans())
def test_images_are_what_the_public_layout_holds(
    parts: list[Events], x_columns: int, times: bool
) -> None:
    events = concatenate(parts)
    batch = images(events, x_columns, times)
    for view, name in enumerate("xuv"):
        wanted = image(events, view, x_columns)[:, : 2 if times else 1]
        np.testing.assert_array_equal(batch[name].numpy(), wanted)


def test_the_2016_file_is_as_published(folder: Path) -> None:
    events = many(100)
    write_2016(folder / "f", [events])
    with h5py.File(folder / "f") as file:
        assert file["hits-x"].shape == (100, 1, 127, 50)
        assert file["times-u"].shape == (100, 1, 127, 25)
        assert file["hits-v"].chunks == (1, 1, 127, 25)
        assert file["hits-x"].compression == "gzip"
        assert file["hits-x"].dtype == np.float32
        kinds = {"eventids": "u8", "segments": "u1", "planecodes": "u2", "zs": "f4"}
        for name, kind in kinds.items():
            assert file[name].shape == (100,) and file[name].dtype == kind
        split = {
            row["split"].decode(): (row["start"], row["stop"])
            for row in file.attrs["split"]
            if row["source"] == b"hits-x"
        }
        assert split == {"train": (0, 83), "valid": (83, 93), "test": (93, 100)}
        planes = events.hits_of(0)["plane"]
        near = np.flatnonzero((VIEW[planes] == 0) & (COLUMN[planes] < 50))
        assert len(near)
        for plane, strip, energy, _ in events.hits_of(0)[near]:
            assert file["hits-x"][0, 0, 126 - strip, COLUMN[plane]] == energy


def test_the_2017_file_is_as_published(folder: Path) -> None:
    events = many(20)
    write_2017(folder / "f", [events])
    truth = events.truth
    with h5py.File(folder / "f") as file:
        assert file["img_data/hitimes-x"].shape == (20, 2, 127, 94)
        assert file["img_data/hitimes-u"].shape == (20, 2, 127, 47)
        assert file["vtx_data/planecodes"].shape == (20, 1)
        np.testing.assert_allclose(file["gen_data/Q2"][:, 0], truth["q2"] * 1e6)
        ids = file["event_data/eventids"][:, 0]
        first = [int(f"{i // 10**10}{i % 100:02}") for i in ids.tolist()]
        assert file["event_data/eventids_a"][:, 0].tolist() == first
        measured = truth["protons"] + truth["charged_pions"] + truth["charged_kaons"]
        assert (file["hadro_data/n_hadmultmeas"][:, 0] == measured).all()
        muons = np.add.reduceat(
            np.append(events.particles["pdg"] == 13, 0), events.particle_start[:-1]
        )
        muons[np.diff(events.particle_start) == 0] = 0
        assert (file["lepto_data/n_muons"][:, 0] == muons).all()
        hit = events.hits_of(0)[0]
        image = file[f"img_data/hitimes-{'xuv'[VIEW[hit['plane']]]}"][0]
        cell = image[:, hit["strip"], COLUMN[hit["plane"]]]
        assert cell.tolist() == [hit["energy"], hit["time"]]


def test_process_codes_are_the_tuples_own() -> None:
    channel = channel_of(np.array([1, 2, 3, 4, 8, -1]))
    assert channel.tolist() == [1, 3, 2, 4, 0, 0]


def test_plane_codes_without_the_water_target_are_recognised() -> None:
    z = np.linspace(4200, 8600, 500)
    ours = plane_code_of(z)
    without = np.where(ours >= 36, ours - 1, ours)  # 173 codes
    assert (plane_codes(without, z)[0] >= ours - (ours == 36)).all()
    apart = ours != 36
    np.testing.assert_array_equal(plane_codes(without, z)[0][apart], ours[apart])
    np.testing.assert_array_equal(plane_codes(ours, z)[0], ours)
    assert plane_codes(ours, z)[1] == 174
    assert plane_codes(np.minimum(without, 66), z)[1] == 67
    capped = plane_codes(np.minimum(without, 66), z)[0]
    np.testing.assert_array_equal(capped[apart], np.minimum(ours, 66)[apart])


@pytest.mark.parametrize("write", [write_2016, write_2017, "store"])
def test_sources_travel_to_spawned_workers(
    folder: Path, write: Callable[..., None] | str
) -> None:
    events = many(12)
    if callable(write):
        write(folder / "f", [events])
    else:
        write_store(folder / "f", [events], {})
    source = open_events(folder / "f")
    here = source.read(np.array([7, 3]))  # its maps and handles are open now
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        there = pool.map(source.read, [np.array([7, 3])] * 2)
    for found in there:
        np.testing.assert_array_equal(found.hits, here.hits)
        assert found.truth.tobytes() == here.truth.tobytes()  # NaN too
    assert len(pickle.dumps(source)) < 4000


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


def tuple_file(
    path: Path, events: Events, lattice: bool = True, **extra: object
) -> None:
    """A small MasterAnaDev tuple as uproot writes it."""
    hits = events.hits
    index = cell_of(hits["plane"], hits["strip"].astype(np.int64))
    number = np.diff(events.hit_start)
    cells = {
        "latticeEnergyIndices": index.astype(np.int32),
        "latticeNormEnergySums": hits["energy"].astype(np.float64),
        "latticeRelativeTimes": hits["time"].astype(np.float64),
    }
    truth = events.truth
    vertex = np.stack([truth["x"], truth["y"], truth["z"], truth["z"] * 0], 1)
    momenta = {axis: events.particles[f"p{axis}"] * 1e3 for axis in "xyz"}
    inside = np.diff(events.particle_start)
    branches = {
        "mc_vtx": vertex.astype(np.float64),
        "mc_run": np.full(len(events), 110000, np.int32),
        "mc_subrun": np.arange(len(events), dtype=np.int32),
        "mc_nthEvtInFile": np.full(len(events), 12, np.int32),
        "slice_numbers": ak.unflatten(np.full(len(events), 3, np.int32), 1),
        "mc_incomingE": truth["energy"] * 1e3,
        "mc_intType": np.full(len(events), 2, np.int32),
        "mc_current": truth["current"].astype(np.int32),
        "mc_FSPartPDG": ak.unflatten(events.particles["pdg"], inside),
        **{f"mc_FSPartP{a}": ak.unflatten(p, inside) for a, p in momenta.items()},
        **extra,
    }
    if lattice:
        branches |= {name: ak.unflatten(cell, number) for name, cell in cells.items()}
    write_tree(path, branches)


def write_tree(path: Path, branches: dict[str, Any]) -> None:
    with uproot.recreate(path) as file:
        file.mktree("Meta", {"POT": np.float64}).extend({"POT": np.ones(1)})
        kinds = {
            name: ak.type(ak.Array(values)).content for name, values in branches.items()
        }
        file.mktree("MasterAnaDev", kinds).extend(branches)


def test_a_root_tuple_is_read(folder: Path) -> None:
    events = many(30)
    tuple_file(folder / "a.root", events)
    source = open_events(folder / "a.root")
    found = source.read(np.arange(30))
    same_hits(found, events)
    for name in ("x", "y", "z", "segment", "plane_code", "current"):
        np.testing.assert_array_equal(found.truth[name], events.truth[name])
    np.testing.assert_allclose(found.truth["energy"], events.truth["energy"])
    assert found.truth["channel"].tolist() == [3] * 30
    assert found.truth["event"][4] == 1100000004001203
    event = np.repeat(np.arange(30), np.diff(events.particle_start))
    fast = events.particles["pz"] > 0.31  # 50 MeV kinetic energy of a proton
    protons = event[(events.particles["pdg"] == 2212) & fast]
    np.testing.assert_array_equal(
        found.truth["protons"], np.bincount(protons, minlength=30)
    )
    again = pickle.loads(pickle.dumps(source)).read(np.array([9, 2]))
    np.testing.assert_array_equal(again.hits_of(1), found.hits_of(2))
    report = check(folder / "a.root")
    assert report is not None and report.ok and report.facts["layout"] == "root"


def test_a_lattice_counted_from_one_is_recognised(folder: Path) -> None:
    events = many(10)
    events.hits["strip"][0] = 126
    index = cell_of(events.hits["plane"], events.hits["strip"].astype(np.int64) + 1)
    number = np.diff(events.hit_start)
    shifted = ak.unflatten(index.astype(np.int32), number)
    values = ak.unflatten(events.hits["energy"].astype(np.float64), number)
    names = ("latticeEnergyIndices", "latticeNormEnergySums", "latticeRelativeTimes")
    lattice = dict(zip(names, (shifted, values, values * 0), strict=True))
    write_tree(folder / "a.root", lattice)
    source = open_events(folder / "a.root")
    events.hits["time"] = 0
    same_hits(source.read(np.arange(10)), events)
    assert source.truth is None and source.ids.tolist() == list(range(10))
