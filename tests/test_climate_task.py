"""The climate task: files, batches, a run, its report and its predictions."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
import xarray as xr

import workbench
from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.lightning import lightning
from workbench.tasks.climate.data import ClimateData
from workbench.tasks.climate.evaluation.confusion import confusion, overlap
from workbench.tasks.climate.judge import judge
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


def test_points_left_out_are_not_counted() -> None:
    mask = torch.tensor([[[0, 1], [2, LEFT_OUT]]])
    named = torch.tensor([[[0, 2], [2, 1]]])
    counts = confusion(mask, named)
    assert counts.tolist() == [[[1, 0, 0], [0, 0, 1], [0, 0, 1]]]
    assert overlap(counts[0]).tolist() == [1, 0, 0.5]


def test_who_names_the_truth_is_right_in_every_way(data: ClimateData) -> None:
    data.setup("test")
    rows = np.arange(*data.bounds("test"))
    codes = torch.stack([data.sample(row)["mask"] for row in rows]).clamp(min=0)
    chances = np.eye(3, dtype=np.float16)[codes].transpose(0, 3, 1, 2)
    found = judge({"index": rows[::-1], "probabilities": chances[::-1]}, None, data)
    assert {found.numbers[name] for name in found.headline} == {1.0}
    assert found.numbers["test/hit_rate_river"] == 1
    assert found.numbers["test/false_alarms_a_map_river"] == 0
    beside = next(table for table in found.tables if "learn nothing" in table.title)
    best = max(float(row[1]) for row in beside.rows[1:3])
    assert found.numbers["test/iou_cyclone_heuristics"] == pytest.approx(best, abs=1e-3)
    assert beside.rows[0] == ("the network", "1.000", "1.000")
    assert [row[1] for row in beside.rows[3:]] == ["—", "—"]
    people = next(table for table in found.tables if table.title == "Against people")
    network, truth, _ = people.rows
    assert network[1:] == truth[1:]
    assert 0.3 < found.numbers["test/iou_river_annotators"] < 0.8


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trained for a few steps and tested."""
    task = workbench.load("climate")
    quick = ["--trainer.enable_progress_bar=false", "--trainer.max_epochs=8"]
    runs = tmp_path_factory.mktemp("runs")
    folder = lightning(
        "fit", task.fit, [*SMALL, *quick, "--data.batch_size=2"], runs=runs
    )
    best = f"--ckpt_path={folder / 'checkpoints' / 'best.ckpt'}"
    lightning("test", folder / "config.yaml", [best], folder=folder)
    return folder


def test_a_network_trains_and_is_judged(run: Path) -> None:
    found = json.loads((run / "results.json").read_text())
    assert found["test/iou_background"] > 0.9
    losses = workbench.open_run(run).curves()["val_loss"].values
    assert losses[-1] < 0.8 * losses[0]
    reached = workbench.open_run(run).reached
    assert reached == ("test IoU mean", found["test/iou_mean"])
    report = (run / "report.html").read_text()
    for title in ("generator's truth", "System by system", "Published: ClimateNet"):
        assert title in report
    steps = [step for step, _ in workbench.open_run(run).previews]
    assert steps and steps == sorted(set(steps))


def test_without_their_channels_heuristics_are_left_out() -> None:
    data = ClimateData(maps=6, val_maps=2, test_maps=2, steps=2, channels=["TMQ"])
    data.setup("test")
    rows = np.arange(*data.bounds("test"))
    chances = np.full((len(rows), 3, 96, 144), 1 / 3, np.float16)
    found = judge({"index": rows, "probabilities": chances}, None, data)
    assert not any(key.endswith("_heuristics") for key in found.numbers)
    beside = next(table for table in found.tables if "learn nothing" in table.title)
    assert {cell for row in beside.rows[1:] for cell in row[1:]} == {"—"}


def test_predictions_are_written_where_and_when_the_maps_are(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    maps, out = tmp_path / "maps", tmp_path / "found.nc"
    assert main([*MAKE, str(maps), "--maps", "2", "--layout", "climatenet"]) == 0
    assert main(["predict", str(run), str(maps), "--out", str(out)]) == 0
    with xr.open_dataset(out, engine="h5netcdf") as found:
        assert found.LABELS.sizes == {"time": 2, "lat": 96, "lon": 144}
        assert found.probability.sum("class").to_numpy() == pytest.approx(1, abs=2e-3)
        assert (found.probability.argmax("class") == found.LABELS).all()
        assert found.lat.attrs["units"] == "degrees_north"
        assert found.time.dt.year.to_numpy().min() >= 1996
    assert main(["predict", str(run), str(maps), "--out", "found.csv"]) == 2
    assert "predictions are written as .nc or .npz" in capsys.readouterr().err
