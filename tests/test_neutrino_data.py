"""What the data module refuses before it trains, and what its batches hold."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from tests.neutrino_events import some
from workbench.errors import BadInput
from workbench.tasks.neutrino.batches import UNKNOWN_CODE
from workbench.tasks.neutrino.check import check
from workbench.tasks.neutrino.data import VertexData
from workbench.tasks.neutrino.files import open_events
from workbench.tasks.neutrino.layouts import write_2016, write_2017


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 events with 50 columns, no times and plane codes capped at 66."""
    path = tmp_path_factory.mktemp("near") / "f.hdf5"
    write_2016(path, [some(30, 188, 8500.0)], times="none")
    return path


def opened(path: Path, stage: str = "fit", **more: Any) -> VertexData:
    sizes = {"val_events": 5, "test_events": 5, "batch_size": 4}
    data = VertexData(str(path), **(sizes | more))
    data.prepare_data()
    data.setup(stage)
    return data


def refused(words: str, path: Path, stage: str = "fit", **more: Any) -> None:
    with pytest.raises(BadInput) as caught:
        opened(path, stage, **more)
    text = str(caught.value)
    assert words in text and str(path) in text and "\n" not in text, text


@pytest.mark.parametrize("stage", ["fit", "validate", "test", "predict"])
def test_columns_and_times_that_a_file_lacks_are_refused(
    near: Path, stage: str
) -> None:
    opened(near, stage)
    refused(
        "has 50 X columns, not 94: type --data.x_columns=50", near, stage, x_columns=94
    )
    refused("has no hit times: type --data.times=false", near, stage, times=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x_columns", 60),
        ("events", -1),
        ("val_events", -1),
        ("test_events", -1),
        ("batch_size", 0),
        ("workers", -1),
    ],
)
def test_numbers_out_of_range_are_refused(name: str, value: int) -> None:
    with pytest.raises(BadInput, match=f"{name} {value}: type --data.{name}="):
        VertexData(**{name: value})


def test_training_events_that_make_no_batch_are_refused(near: Path) -> None:
    few = "3 training events make no batch of 4: raise --data.events"
    refused(few, near, events=3)
    held = "it has 30, of which --data.val_events and --data.test_events hold out"
    refused(held, near, test_events=25)
    refused("20 training events make no batch of 21", near, batch_size=21)
    opened(near, "test", events=3)


def test_simulated_events_that_make_no_batch_are_named() -> None:
    data = VertexData(events=20, val_events=5, test_events=5)
    data.prepare_data()
    with pytest.raises(BadInput) as caught:
        data.setup("fit")
    assert str(caught.value).startswith(f"{data.store}: 20 training events")
    assert "raise --data.events" in str(caught.value)


@pytest.mark.parametrize(("stage", "split"), [("validate", "val"), ("test", "test")])
def test_nothing_to_judge_is_refused(near: Path, stage: str, split: str) -> None:
    words = f"no events to {stage}: type --data.{split}_events="
    refused(words, near, stage, **{f"{split}_events": 0})


def test_unknown_plane_codes_are_marked(tmp_path: Path, near: Path) -> None:
    write_2017(tmp_path / "f.hdf5", [some(30, 188, 8500.0)])
    data = opened(tmp_path / "f.hdf5")
    assert data.plane_codes == 174
    for batch in data.test_dataloader():
        codes = data.source.truth["plane_code"][batch["index"].numpy()]
        assert batch["plane_code"].tolist() == codes.tolist()
    assert opened(near).plane_codes == 67
    with h5py.File(tmp_path / "f.hdf5", "a") as file:
        del file["vtx_data/planecodes"], file["vtx_data/zs"]
    bare = opened(tmp_path / "f.hdf5")
    for batch in bare.train_dataloader():
        assert (batch["plane_code"] == UNKNOWN_CODE).all()
        assert (batch["segment"] <= 10).all()


def test_the_sample_in_the_datasets_is_whole() -> None:
    path = Path(__file__).parents[1] / "datasets" / "neutrino" / "sample.hdf5"
    report = check(path)
    assert report is not None and report.ok, report
    assert report.facts["layout"] == "2017" and report.facts["events"] == "40"
    source = open_events(path)
    assert report.facts["fingerprint"] == source.about["fingerprint"]
    events = source.read(np.arange(40))
    assert events.truth is not None and (events.truth["segment"] <= 10).all()
    assert len(np.unique(events.truth["event"])) == 40
    assert (source.columns, source.times, len(events)) == (94, True, 40)
    assert (np.diff(events.hit_start) > 0).all()
