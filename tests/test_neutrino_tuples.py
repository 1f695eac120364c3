"""MINERvA's ROOT tuples, as uproot writes small ones."""

import pickle
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import awkward as ak
import numpy as np
import pytest
import uproot

from tests.neutrino_events import many, same_hits
from workbench.tasks.neutrino.check import check
from workbench.tasks.neutrino.events import (
    Events,
)
from workbench.tasks.neutrino.files import open_events
from workbench.tasks.neutrino.tuples import cell_of


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        yield Path(place)


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
