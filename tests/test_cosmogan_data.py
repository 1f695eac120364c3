"""The data module of convergence maps: batches, splits, symmetries, refusals."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytorch_lightning as pl
import torch
from astropy.io import fits

from tests.cosmogan_maps import FIELD, some_maps
from workbench.errors import BadInput
from workbench.tasks.cosmogan.data import ConvergenceData
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.saving import write_maps
from workbench.tasks.cosmogan.store import FORMAT, VERSION
from workbench.tasks.cosmogan.symmetries import WAYS, turned, ways

MAPS = some_maps(30)


@pytest.fixture(scope="module", params=[".npy", ".fits", ".h5", ".zarr"])
def file(request: pytest.FixtureRequest, tmp_path_factory: Any) -> str:
    path = tmp_path_factory.mktemp("maps") / f"m{request.param}"
    write_maps(path, [MAPS], 30, FIELD, {"seed": 1})
    return str(path)


@pytest.fixture(scope="module")
def npy(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("maps") / "m.npy"
    write_maps(path, [MAPS], 30, FIELD, {"seed": 1})
    return str(path)


def opened(path: str, stage: str = "fit", **options: Any) -> ConvergenceData:
    few = {"val_maps": 6, "test_maps": 4, "batch_size": 4}
    data = ConvergenceData(path=path, **(few | options))
    data.prepare_data()
    data.setup(stage)
    return data


def test_batches_hold_what_the_file_does(file: str) -> None:
    data = opened(file)
    splits = ("train", "val", "test", "predict")
    wanted = [(0, 20), (20, 26), (26, 30), (0, 30)]
    assert [data.bounds(split) for split in splits] == wanted
    batches = list(data.val_dataloader())
    assert [batch["index"].tolist() for batch in batches] == [
        [20, 21, 22, 23],
        [24, 25],
    ]
    image = torch.cat([batch["image"] for batch in batches])
    assert image.shape == (6, 1, 8, 8) and image.dtype == torch.float32
    np.testing.assert_array_equal(image[:, 0], MAPS[20:26])
    assert set(batches[0]) == {"image", "index"}
    assert data.field.degrees == pytest.approx(0.4) and not data.conditional
    assert data.mean == pytest.approx(MAPS[:20].mean(), rel=1e-4)
    assert data.std == pytest.approx(MAPS[:20].std(), rel=1e-5)
    np.testing.assert_array_equal(data.training_maps(2), MAPS[[0, 19]])
    sample = data.sample(3)
    np.testing.assert_array_equal(sample["image"][0], MAPS[3])
    assert sample["field"] == data.field


def test_workers_load_the_same_batches(npy: str) -> None:
    data = opened(npy, workers=1)
    alone = opened(npy)
    there = [batch["index"].tolist() for batch in data.train_dataloader()]
    assert there == [batch["index"].tolist() for batch in alone.train_dataloader()]
    assert sorted(np.ravel(there)) == list(range(20))


def test_the_fingerprint_is_of_the_maps_and_not_of_the_place(
    npy: str, tmp_path: Path
) -> None:
    first = opened(npy).fingerprint
    write_maps(tmp_path / "other.npy", [MAPS], 30, FIELD, {})
    assert opened(str(tmp_path / "other.npy")).fingerprint == first
    write_maps(tmp_path / "more.npy", [MAPS[::-1]], 30, FIELD, {})
    assert opened(str(tmp_path / "more.npy")).fingerprint != first


def test_a_store_keeps_boxes_whole_and_says_the_cosmology(tmp_path: Path) -> None:
    write_maps(tmp_path / "maps.npy", [MAPS], 30, FIELD, {})
    (tmp_path / "maps.json").unlink()
    box = np.repeat(np.arange(5), 6)
    known = np.column_stack([0.2 + 0.1 * (box % 2), 0.8 + 0 * box, box])
    np.save(tmp_path / "parameters.npy", known)
    field = {"pixels": 8, "degrees": 0.4, "source": 1.0}
    about = {"format": FORMAT, "version": VERSION, "maps": 30, "field": field}
    (tmp_path / "about.json").write_text(json.dumps(about | {"fingerprint": "abc"}))
    data = opened(str(tmp_path), test_maps=4, val_maps=7)
    splits = ("train", "val", "test")
    assert [data.bounds(s) for s in splits] == [(0, 12), (12, 24), (24, 30)]
    batch = next(iter(data.test_dataloader()))
    assert data.conditional and batch["parameters"].dtype == torch.float32
    np.testing.assert_allclose(batch["parameters"], known[24:28, :2])
    assert data.fingerprint == "abc" and data.field == Field(8, 0.4, 1.0)


def test_squares_of_one_large_map_are_split_with_a_row_between(tmp_path: Path) -> None:
    image = some_maps(1, pixels=80)[0]
    header = fits.Header({"ANGLE": 1.0})
    fits.PrimaryHDU(image, header).writeto(tmp_path / "m.fits")
    options = {"pixels": 16, "test_maps": 5, "val_maps": 4, "batch_size": 5}
    data = opened(str(tmp_path / "m.fits"), **options)
    splits = ("train", "val", "test")
    assert [data.bounds(s) for s in splits] == [(0, 5), (10, 15), (20, 25)]
    assert data.field == Field(16, pytest.approx(0.2))
    alone = opened(str(tmp_path / "m.fits"), **options | {"val_maps": 0})
    assert [alone.bounds(s) for s in splits] == [(0, 15), (20, 20), (20, 25)]
    with pytest.raises(BadInput, match=r"0 of 25 maps are left to train on, too few"):
        opened(str(tmp_path / "m.fits"), **options | {"val_maps": 10})


def test_the_eight_ways_are_eight_and_each_is_one_map() -> None:
    image = torch.from_numpy(MAPS[:1, None]).expand(WAYS, 1, 8, 8)
    seen = turned(image, np.arange(WAYS))
    assert len({one.numpy().tobytes() for one in seen}) == WAYS
    for one in seen:
        assert torch.equal(one.flatten().sort()[0], image[0].flatten().sort()[0])
    assert torch.equal(seen[0], image[0])
    counts = np.bincount(ways(3, 0, 80_000), minlength=WAYS)
    assert abs(counts - 10_000).max() < 5 * 100


class Watch(pl.LightningModule):
    """Keeps what it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.one = torch.nn.Parameter(torch.zeros(()))
        self.seen: dict[str, dict[tuple[int, int], torch.Tensor]] = {"t": {}, "v": {}}

    def _keep(self, kind: str, batch: dict[str, torch.Tensor]) -> None:
        for row, image in zip(batch["index"].tolist(), batch["image"], strict=True):
            self.seen[kind][self.current_epoch, row] = image.clone()

    def training_step(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        self._keep("t", batch)
        return self.one

    def validation_step(self, batch: dict[str, torch.Tensor]) -> None:
        self._keep("v", batch)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), 0.1)


def trained(data: ConvergenceData, folder: Path) -> Watch:
    model = Watch()
    trainer = pl.Trainer(
        accelerator="cpu",
        max_epochs=2,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        enable_checkpointing=False,
        default_root_dir=folder,
    )
    trainer.fit(model, datamodule=data)
    return model


@pytest.mark.filterwarnings("ignore:.*does not have many workers:UserWarning")
@pytest.mark.filterwarnings("ignore:.*LeafSpec:FutureWarning")  # Lightning's own
def test_training_maps_lie_by_seed_epoch_and_row_and_others_as_they_are(
    npy: str, tmp_path: Path
) -> None:
    options = {"path": npy, "val_maps": 6, "test_maps": 4}
    seen = trained(ConvergenceData(**options, batch_size=4), tmp_path).seen
    other = trained(ConvergenceData(**options, batch_size=5), tmp_path).seen
    assert len(seen["t"]) == 40
    for (epoch, row), image in seen["t"].items():
        how = ways(0, epoch, 30)[row : row + 1]
        wanted = turned(torch.from_numpy(MAPS[row])[None, None], how)[0]
        assert torch.equal(image, wanted)
        assert torch.equal(image, other["t"][epoch, row])  # whatever the batches
    for (_, row), image in seen["v"].items():
        assert torch.equal(image[0], torch.from_numpy(MAPS[row]))
    plain = ConvergenceData(**options, batch_size=4, symmetries=False)
    for (_, row), image in trained(plain, tmp_path).seen["t"].items():
        assert torch.equal(image[0], torch.from_numpy(MAPS[row]))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"maps": 0}, "maps 0: type --data.maps=1 or more"),
        ({"workers": -1}, "workers -1: type --data.workers=0 or more"),
        ({"galaxies": 30.0}, r"galaxies: is of simulated maps alone: leave out --data"),
        ({"cosmologies": [[0.3, 0.8]]}, "cosmologies: is of simulated maps alone"),
        ({"cosmologies": [[0.3]]}, r"cosmologies \[0\.3\]: give pairs of Ω_m and σ8"),
    ],
)
def test_settings_that_do_not_go(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        ConvergenceData(path="m.npy", **options)


def test_boxes_are_enough_to_hold_some_out() -> None:
    words = r"boxes 2: training, validation and test want .* --data\.boxes=3 or more"
    with pytest.raises(BadInput, match=words):
        ConvergenceData(kind="particles", boxes=2)
    with pytest.raises(BadInput, match=r"--data\.boxes=6 or more"):
        ConvergenceData(kind="particles", cosmologies=[[0.2, 0.8], [0.3, 0.8]])


def test_too_few_maps_and_no_field(npy: str, tmp_path: Path) -> None:
    words = r"m\.npy: 2 of 30 maps are left to train on, too few for a batch of 4: lowe"
    with pytest.raises(BadInput, match=words):
        opened(npy, val_maps=24)
    with pytest.raises(BadInput, match=r"no maps to test: type --data\.test_maps=1024"):
        opened(npy, "test", test_maps=0)
    np.save(tmp_path / "bare.npy", MAPS)
    with pytest.raises(BadInput, match="says nowhere how wide its maps are: type --fi"):
        opened(str(tmp_path / "bare.npy"))
    data = opened(str(tmp_path / "bare.npy"), field="cosmogan", degrees=0.5)
    assert data.field == Field(8, 0.5, 2.0)


def test_a_map_that_is_not_finite_stops_a_training_with_its_number(
    tmp_path: Path,
) -> None:
    maps = MAPS.copy()
    maps[7, 0, 0] = np.nan
    write_maps(tmp_path / "m.npy", [maps], 30, FIELD, {})
    data = opened(str(tmp_path / "m.npy"))
    with pytest.raises(BadInput, match=r"m\.npy: map 7: 1 of 64 pixels are not finite"):
        list(data.train_dataloader())
