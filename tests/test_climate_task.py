"""The climate task: files, batches, a run of the pixelwise classifier."""

import json
from pathlib import Path

import pytest
import torch
import xarray as xr

import workbench
from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.lightning import lightning
from workbench.tasks.climate.data import ClimateData, Order
from workbench.tasks.climate.judge import judge
from workbench.tasks.climate.model import confusion
from workbench.tasks.climate.samples import LEFT_OUT

MAKE = ["data", "make", "climate", "--grid", "96x144", "--out"]
SMALL = ["--data.maps=12", "--data.val_maps=4", "--data.test_maps=4"]


@pytest.fixture(scope="module")
def data() -> ClimateData:
    return ClimateData(maps=6, val_maps=2, test_maps=2, steps=2, batch_size=2)


def test_maps_are_made_into_files_and_resumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "maps"
    words = [*MAKE, str(out), "--maps", "5", "--steps", "2", "--annotators", "2"]
    assert main(words) == 0
    assert "5 simulated maps" in capsys.readouterr().out
    files = sorted(out.glob("*.nc"))
    assert [path.name for path in files] == [f"sequence-{k:05}.nc" for k in range(3)]
    with xr.open_dataset(files[0], engine="h5netcdf") as first:
        assert first.sizes == {"annotator": 2, "time": 2, "lat": 96, "lon": 144}
        assert first.TMQ.attrs["units"] == "kg/m2"
    before = files[0].stat().st_mtime_ns
    last = xr.load_dataset(files[2], engine="h5netcdf")
    files[2].unlink()
    assert main(words) == 0
    assert files[0].stat().st_mtime_ns == before
    assert xr.load_dataset(files[2], engine="h5netcdf").identical(last)
    capsys.readouterr()
    assert main([*words, "--seed", "9"]) == 2
    assert "is not of these maps: give another --out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--maps", "0"], "--maps 0: give at least 1"),
        (["--hours", "0"], "hours 0.0: give more than 0"),
    ],
)
def test_what_cannot_be_made_leaves_no_folder(
    tmp_path: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*MAKE, str(tmp_path / "out"), *words]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_split_divides_no_sequence(data: ClimateData) -> None:
    assert [data.bounds(s) for s in ("train", "val", "test")] == [
        (0, 6),
        (6, 8),
        (8, 10),
    ]
    batch = next(iter(data.val_dataloader()))
    assert batch["image"].shape == (2, 16, 96, 144)
    assert batch["index"].tolist() == [6, 7]
    assert set(batch["mask"].unique().tolist()) <= {LEFT_OUT, 0, 1, 2}
    with pytest.raises(BadInput, match=r"maps 7: divides a sequence .* --data.maps=8"):
        ClimateData(maps=7, steps=2)
    with pytest.raises(BadInput, match=r"type --data\.batch_size=1 or more"):
        ClimateData(batch_size=0)


def test_the_order_is_a_function_of_seed_and_epoch() -> None:
    def order(epoch: int, rank: int = 0, world: int = 1, seed: int = 3) -> list[int]:
        made = Order(10, seed, rank, world)
        made.set_epoch(epoch)
        return list(made)

    assert order(1) == order(1) != order(2)
    assert order(1) != order(1, seed=4)
    both = order(1, 0, 2) + order(1, 1, 2)
    assert sorted(both) == list(range(10))
    assert list(Order(5, None, 1, 2)) == [1, 3]


def test_points_left_out_are_not_counted() -> None:
    mask = torch.tensor([[[0, 1], [2, LEFT_OUT]]])
    named = torch.tensor([[[0, 2], [2, 1]]])
    counts = confusion(mask, named)
    assert counts.tolist() == [[[1, 0, 0], [0, 0, 1], [0, 0, 1]]]
    found = judge({"counts": counts.numpy()}, None, None).numbers
    assert found["test/iou_background"] == 1
    assert found["test/iou_cyclone"] == 0
    assert found["test/iou_river"] == 0.5


def test_the_classifier_trains_and_is_judged(tmp_path: Path) -> None:
    task = workbench.load("climate")
    quick = ["--trainer.enable_progress_bar=false", "--trainer.max_epochs=6"]
    run = lightning("fit", task.fit, [*SMALL, *quick], runs=tmp_path)
    best = f"--ckpt_path={run / 'checkpoints' / 'best.ckpt'}"
    lightning("test", run / "config.yaml", [best], folder=run)
    found = json.loads((run / "results" / "test.json").read_text())
    assert found["test/iou_background"] > 0.8
    assert found["test/iou_river"] > 0.05
