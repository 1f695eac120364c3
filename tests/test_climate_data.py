"""The data module of maps: batches, splits, whose truth, other processes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.climate_maps import some_maps
from workbench.cuts import cuts
from workbench.errors import BadInput
from workbench.tasks.climate.data import ClimateData
from workbench.tasks.climate.files.climatenet import write_climatenet
from workbench.tasks.climate.samples import LEFT_OUT, consensus
from workbench.tasks.climate.store_writer import StoreWriter
from workbench.tasks.climate.variables import NAMES


def stored(path: Path, *parts: xr.Dataset, annotators: int = 2) -> str:
    total = sum(part.sizes["time"] for part in parts)
    with StoreWriter(path, total, {}, annotators) as writer:
        for part in parts:
            writer.add(part)
    return str(path)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    parts = [some_maps(2, seed, number=seed) for seed in range(6)]
    return stored(tmp_path_factory.mktemp("maps") / "store", *parts)


def opened(path: str, stage: str = "fit", **options: object) -> ClimateData:
    few = {"val_maps": 3, "test_maps": 2, "batch_size": 2}
    data = ClimateData(path=path, **(few | options))
    data.prepare_data()
    data.setup(stage)
    return data


def test_batches_hold_what_was_written(store: str) -> None:
    data = opened(store)
    assert [data.bounds(s) for s in ("train", "val", "test", "predict")] == [
        (0, 6),
        (6, 10),  # whole sequences
        (10, 12),
        (0, 12),
    ]
    batch = next(iter(data.val_dataloader()))
    maps = some_maps(2, 3)
    assert batch["index"].tolist() == [6, 7]
    assert batch["image"].dtype == torch.float32
    np.testing.assert_array_equal(batch["image"][:, 7], maps.PSL)
    wanted = np.where(maps.IGNORE.values > 0, LEFT_OUT, maps.TRUTH.values.astype(int))
    assert batch["mask"].dtype == torch.int64
    np.testing.assert_array_equal(batch["mask"], wanted)
    np.testing.assert_array_equal(batch["labels"].swapaxes(0, 1), maps.LABELS)
    assert data.area.shape == (12,) and data.area.sum() == pytest.approx(1)
    assert data.grid == "12x18" and data.names == list(NAMES)


def test_counts_are_of_the_training_maps(store: str) -> None:
    data = opened(store)
    masks = torch.cat([b["mask"] for b in data.train_dataloader()]).ravel()
    counted = torch.bincount(masks[masks != LEFT_OUT], minlength=3)
    assert data.class_counts == counted.tolist()
    people = opened(store, truth="annotators")
    assert sum(people.class_counts) == 2 * masks.numel()


def test_channels_are_picked_in_the_order_asked_for(store: str) -> None:
    data = opened(store, channels=["PSL", "TMQ"])
    sample = data.sample(0)
    np.testing.assert_array_equal(sample["image"][0], some_maps(2, 0).PSL[0])
    np.testing.assert_array_equal(sample["image"][1], some_maps(2, 0).TMQ[0])
    assert sample["names"] == ["PSL", "TMQ"] and sample["lat"][0] == -90


def test_most_annotators_are_believed_and_of_equals_the_first() -> None:
    labels = np.array([[2, 0, 1, 255, 2], [0, 0, 2, 255, 1], [0, 1, 255, 255, 1]])
    mask = consensus(labels.astype(np.uint8)[None, :, None])
    assert mask.tolist() == [[[0, 0, 1, LEFT_OUT, 1]]]


def test_ranks_share_an_epoch_and_workers_agree(store: str) -> None:
    data = opened(store, workers=1)
    alone = opened(store)
    there = [batch["index"].tolist() for batch in data.train_dataloader()]
    here = [batch["index"].tolist() for batch in alone.train_dataloader()]
    assert there == here and sorted(np.ravel(here)) == list(range(6))


def test_years_are_held_out_whole(tmp_path: Path) -> None:
    for year, count in ((2009, 1), (2005, 2), (2010, 2), (2004, 1), (2011, 1)):
        maps = some_maps(
            count, year, truth=False, start=f"{year}-08-01", hours=240, annotators=1
        )
        write_climatenet(tmp_path, maps)
    data = opened(
        str(tmp_path), truth="annotators", test_maps=2, val_maps=1, batch_size=1
    )
    years = data.source.time.astype("datetime64[Y]").astype(int) + 1970
    assert years.tolist() == [2004, 2005, 2005, 2009, 2010, 2010, 2011]
    assert [data.bounds(s) for s in ("train", "val", "test")] == [
        (0, 3),
        (3, 4),
        (4, 7),
    ]
    words = "no variable TRUTH, people drew it: type --data.truth=annotators"
    with pytest.raises(BadInput, match=words):
        opened(str(tmp_path), test_maps=2, val_maps=1)
    words = r"0 of 7 maps are left to train on.*whole years are held out: lower --data"
    with pytest.raises(BadInput, match=words):
        opened(str(tmp_path), truth="annotators", test_maps=4, val_maps=3)


@given(
    st.lists(st.integers(0, 6), max_size=30),
    st.integers(0, 12),
    st.integers(0, 12),
    st.booleans(),
)
@settings(deadline=None)
def test_no_split_divides_a_group(
    groups: list[int], test: int, val: int, ordered: bool
) -> None:
    group = np.array(sorted(groups) if ordered else groups, int)
    first, second = cuts(group, test, val)
    parts = [set(p.tolist()) for p in np.split(group, [first, second])]
    assert not parts[0] & parts[1] and not (parts[0] | parts[1]) & parts[2]
    assert 0 <= first <= second <= len(group)
    assert len(group) - second >= min(test, len(group))
    assert second - first >= min(val, second)
    if ordered and test and second < len(group):
        later = group[group > group[second]]
        assert len(later) < test  # no more is held out than is needed


def test_maps_without_labels_serve_predict_alone(tmp_path: Path) -> None:
    bare = some_maps(3, truth=False, annotators=0)
    bare.to_netcdf(tmp_path / "bare.nc", engine="h5netcdf")
    data = opened(str(tmp_path / "bare.nc"), "predict")
    batches = list(data.predict_dataloader())
    assert [sorted(b) for b in batches] == [["image", "index"]] * 2
    assert [len(b["image"]) for b in batches] == [2, 1]
    with pytest.raises(BadInput, match="no variable LABELS, so it serves only"):
        data.setup("fit")


def test_a_store_on_another_grid_is_refused(store: str) -> None:
    with pytest.raises(BadInput, match=r"its grid is 12x18: leave out --data\.grid"):
        opened(store, grid="96x144")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"channels": ["TMQ", "IVT"]}, "channel 'IVT': choose once each of TMQ, U850"),
        ({"channels": ["TMQ", "TMQ"]}, "channel 'TMQ': choose once"),
        ({"workers": -1}, "workers -1: type --data.workers=0 or more"),
        ({"annotators": 0, "truth": "annotators"}, "type --data.annotators=2"),
        ({"val_maps": 3, "steps": 2}, "val_maps 3: divides a sequence of 2"),
    ],
)
def test_settings_out_of_range(options: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        ClimateData(**options)


def test_simulated_maps_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    def made() -> ClimateData:
        data = ClimateData(maps=2, val_maps=1, test_maps=1, annotators=1, batch_size=1)
        data.prepare_data()
        data.setup("fit")
        return data

    first = made()
    assert [first.bounds(s) for s in ("train", "val", "test")] == [
        (0, 2),
        (2, 3),
        (3, 4),
    ]
    before = first.store.stat().st_mtime_ns
    assert "simulate" in capsys.readouterr().err
    assert made().store.stat().st_mtime_ns == before
    assert made().fingerprint == first.fingerprint


def test_two_runs_that_want_the_same_maps_make_them_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path))
    sample: dict[str, Any] = dict(maps=10, val_maps=2, test_maps=2)
    both = [ClimateData(**sample), ClimateData(**sample)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda data: data.prepare_data(), both))
    assert capsys.readouterr().err.count("is writing it: wait for it") == 1
    assert [path.name for path in both[0].store.parent.iterdir()] == [
        both[0].store.name
    ]
    for data in both:
        data.setup("fit")
        assert len(data.source) == 14
