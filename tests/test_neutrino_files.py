"""The public layouts: round trips, and as they were published."""

import multiprocessing
import pickle
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.neutrino_events import FEW, batches, in_folder, many, same_hits
from workbench.tasks.neutrino.dense import images
from workbench.tasks.neutrino.events import (
    TRUTH,
    Events,
    concatenate,
    take_rows,
)
from workbench.tasks.neutrino.files import open_events
from workbench.tasks.neutrino.geometry import COLUMN, VIEW
from workbench.tasks.neutrino.layouts import image, write_2016, write_2017
from workbench.tasks.neutrino.segments import plane_code_of
from workbench.tasks.neutrino.store import write_store
from workbench.tasks.neutrino.truth import NOT_RECORDED, channel_of, plane_codes


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
