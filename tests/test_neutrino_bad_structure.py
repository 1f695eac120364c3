"""Files whose structure no reader expects are refused in a line, not a traceback."""

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import uproot
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.neutrino_events import some
from workbench.errors import BadInput
from workbench.tasks.neutrino.check import check
from workbench.tasks.neutrino.files import open_events
from workbench.tasks.neutrino.layouts import write_2016, write_2017
from workbench.tasks.neutrino.store import Store, write_store


@pytest.mark.parametrize("what", ["group", "scalar", "null"])
@pytest.mark.parametrize("name", ["x", "u", "segments", "planecodes", "zs", "eventids"])
@pytest.mark.parametrize("layout", ["2016", "2017"])
def test_a_group_or_a_number_where_a_data_set_belongs(
    tmp_path: Path, layout: str, name: str, what: str
) -> None:
    path, names = tmp_path / "f", []
    {"2016": write_2016, "2017": write_2017}[layout](path, [some(6)])
    with h5py.File(path, "a") as file:
        file.visit(names.append)
        end = f"s-{name}" if len(name) == 1 else name
        found = next(n for n in names if n.endswith(end))
        del file[found]
        if what == "group":
            file.create_group(found)
        elif what == "scalar":
            file[found] = np.float32(1)
        else:
            file[found] = h5py.Empty("f4")
    said = "is a group" if what == "group" else "has shape ()"
    with pytest.raises(BadInput, match="workbench data check") as caught:
        open_events(path)
    assert f"{found} {said}, not" in str(caught.value)
    report = check(path)
    assert report is not None and f"{found} {said}" in report.text()


def opened(path: Path, about: Any) -> BadInput | None:
    """What opening and reading a store with that description says."""
    (path / "about.json").write_text(json.dumps(about))
    try:
        store = Store(path)
        store.read(np.arange(len(store)))
        store.damage()
        assert store.about["fingerprint"]
    except BadInput as error:
        assert str(path) in str(error) and "\n" not in str(error)
        return error
    return None


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stores") / "s"
    write_store(path, [some(6)], {"seed": 1})
    return path


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(0, 20),
    st.floats(allow_nan=False),
    st.text(max_size=3),
    st.just([]),
    st.just({}),
    st.just({"hits": 1}),
)


def places(value: Any, here: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every key of a nested description."""
    if not isinstance(value, dict):
        return [here]
    inner = [p for name, part in value.items() for p in places(part, (*here, name))]
    return [here, *inner]


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_spoilt_description_is_refused_in_a_line(
    store: Path, data: st.DataObject
) -> None:
    whole = (store / "about.json").read_text()
    try:
        about = json.loads(whole)
        *outer, last = ("all", *data.draw(st.sampled_from(places(about))))
        holder = {"all": about}
        part = holder
        for name in outer:
            part = part[name]
        if last != "all" and data.draw(st.booleans()):
            del part[last]
        else:
            part[last] = data.draw(VALUES)
        opened(store, holder["all"])
    finally:
        (store / "about.json").write_text(whole)


@pytest.mark.parametrize(
    ("keys", "value", "words"),
    [
        ((), [], "no description of a store"),
        ((), 3, "no description of a store"),
        (("arrays",), None, "arrays None"),
        (("arrays", "hits"), 4, "hits 4"),
        (("events",), 5, "planes has 6 rows, not 5"),
        (("events",), -1, "events -1"),
        (("arrays", "hit_start", "rows"), 6, "hit_start has 6 rows, not 7"),
        (("arrays", "hits", "rows"), 10**30, "bytes for 10000"),
        (("made",), 1, "made 1"),
    ],
)
def test_a_wrong_description_says_what_is_wrong(
    tmp_path: Path, keys: tuple[str, ...], value: object, words: str
) -> None:
    path = tmp_path / "s"
    write_store(path, [some(6)], {})
    about = json.loads((path / "about.json").read_text())
    if keys:
        part = about
        for key in keys[:-1]:
            part = part[key]
        part[keys[-1]] = value
    error = opened(path, about if keys else value)
    assert error is not None and words in str(error), error
    assert "make or copy it again" in str(error)


def test_a_tuple_whose_vertices_are_numbers(tmp_path: Path) -> None:
    import awkward as ak

    lattice = ("latticeEnergyIndices", "latticeNormEnergySums", "latticeRelativeTimes")
    branches: dict[str, Any] = {
        name: ak.unflatten(np.zeros(4, np.int32), np.full(4, 1)) for name in lattice
    }
    branches["mc_vtx"] = np.ones(4)
    with uproot.recreate(tmp_path / "a.root") as file:
        kinds = {n: ak.type(ak.Array(v)).content for n, v in branches.items()}
        file.mktree("MasterAnaDev", kinds).extend(branches)
    source = open_events(tmp_path / "a.root")
    with pytest.raises(BadInput, match=r"a\.root: branch mc_vtx has shape \(4,\)"):
        _ = source.truth
