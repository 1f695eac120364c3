"""A generator of several cosmologies, from its data to maps, a walk and a portable."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

import workbench
from workbench.main import main
from workbench.panels import Walk
from workbench.runs.lightning import opened
from workbench.tasks.cosmogan.files.opening import open_maps
from workbench.tasks.cosmogan.generator import Generator

pytestmark = pytest.mark.slow

QUIET, LOUD = [0.2, 0.7], [0.35, 0.95]  # Ω_m and σ8


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trained on few maps of two cosmologies, tested and reported."""
    folder = tmp_path_factory.mktemp("conditional") / "run"
    words = [f"--folder={folder}", "--model.conditional=true"]
    words += ["--model.pixels=32", "--model.widths=[8,16]", "--model.steps=2"]
    words += [f"--data.cosmologies=[{QUIET},{LOUD}]", "--data.maps=1024"]
    words += ["--data.val_maps=128", "--data.test_maps=256", "--data.pixels=32"]
    words += ["--trainer.max_epochs=4", "--trainer.check_val_every_n_epoch=2"]
    words += ["--trainer.enable_progress_bar=false"]
    assert main(["fit", "--config=cosmogan", *words]) == 0
    best = folder / "checkpoints" / "best.ckpt"
    config = f"--config={folder / 'config.yaml'}"
    assert main(["test", config, f"--folder={folder}", f"--ckpt_path={best}"]) == 0
    return folder


@pytest.fixture(scope="module")
def model(run: Path) -> Generator:
    """The best network."""
    _, model, _ = opened(run / "config.yaml")
    kept = torch.load(run / "checkpoints" / "best.ckpt", weights_only=True)
    model.on_load_checkpoint(kept)
    model.load_state_dict(kept["state_dict"])
    return model.eval()


def test_it_draws_the_cosmology_that_it_is_asked_for(run: Path, tmp_path: Path) -> None:
    spreads: list[float] = []
    for name, asked in (("quiet", QUIET), ("loud", LOUD)):
        out = tmp_path / f"{name}.npy"
        words = ["sample", str(run), "--maps=64", f"--out={out}", "--given"]
        assert main([*words, *map(str, asked)]) == 0
        spreads.append(float(open_maps(out).read(slice(0, 64)).std()))
    assert spreads[1] > 1.05 * spreads[0]


def test_it_is_asked_for_one(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sample", str(run), f"--out={tmp_path / 'a.npy'}"]) == 2
    assert "depend on 2 numbers: type --given OMEGA_M" in capsys.readouterr().err


def test_its_walk_has_a_slider_for_each_number(run: Path, model: Generator) -> None:
    _, _, data = opened(run / "config.yaml")
    data.prepare_data()
    data.setup("validate")
    panel = Walk("cosmogan", model, data)
    assert list(panel.sliders) == ["along", "omega_m", "sigma8"]
    first = panel.picture.png
    panel.sliders["sigma8"].value = 0.95
    assert panel.picture.png != first


def test_its_report_is_whole(run: Path) -> None:
    results = json.loads((run / "results.json").read_text())
    assert np.isfinite(results["test/power_error"])
    assert "Memorisation" in (run / "report.html").read_text()
    assert workbench.open_run(run).state == "finished"


def test_portable_networks_draw_the_same(
    run: Path, model: Generator, tmp_path: Path
) -> None:
    import onnxruntime

    latent = torch.randn(3, *model.latent)
    conditions = torch.tensor([QUIET, LOUD, QUIET])
    with torch.no_grad():
        expected = model(latent, conditions)
    files = {form: tmp_path / f"network.{form}" for form in ("pt2", "onnx")}
    for form, out in files.items():
        words = ["export", str(run), f"--format={form}", f"--out={out}"]
        assert main(words) == 0
    extra = {"about.json": ""}
    network = torch.export.load(files["pt2"], extra_files=extra).module()
    torch.testing.assert_close(network(latent, conditions), expected)
    assert json.loads(extra["about.json"])["unit"] == "convergence κ"
    session = onnxruntime.InferenceSession(files["onnx"])
    assert [answer.name for answer in session.get_outputs()] == ["sample"]
    given = {"latent": latent.numpy(), "conditions": conditions.numpy()}
    (drawn,) = session.run(None, given)
    np.testing.assert_allclose(drawn, expected.numpy(), atol=1e-4)
