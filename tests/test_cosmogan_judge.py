"""A generator is judged, walked through, kept, and refused where it does not fit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytorch_lightning as pl
import torch

import workbench
from workbench.errors import BadInput
from workbench.main import main
from workbench.panels import Walk
from workbench.tasks.cosmogan.baselines import Gaussian, Lognormal
from workbench.tasks.cosmogan.data import ConvergenceData
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.flow import Flow
from workbench.tasks.cosmogan.gan import Gan
from workbench.tasks.cosmogan.judge import judge
from workbench.tasks.cosmogan.preview import preview
from workbench.tasks.cosmogan.scoring import WORST, score
from workbench.tasks.cosmogan.simulation import simulate
from workbench.tasks.cosmogan.walking import between

FIELD = Field.named("wide", 32)
SIZES = {"maps": 512, "val_maps": 128, "test_maps": 512, "pixels": 32}


@pytest.fixture(scope="module")
def data() -> ConvergenceData:
    made = ConvergenceData(**SIZES)
    made.prepare_data()
    made.setup("fit")
    return made


@pytest.fixture(scope="module")
def flow(data: ConvergenceData) -> Flow:
    """Not trained: it draws a fitted lognormal field."""
    pl.seed_everything(0, verbose=False)
    made = Flow(pixels=32, widths=[8, 16], steps=2)
    made.fit_values(torch.from_numpy(data.training_maps(512)))
    return made.eval()


def outputs(data: ConvergenceData, generated: np.ndarray) -> dict[str, np.ndarray]:
    return {"index": np.arange(*data.bounds("test")), "generated": generated}


def test_maps_of_the_simulator_pass_and_gaussian_ones_do_not(
    data: ConvergenceData,
) -> None:
    fresh = np.concatenate(list(simulate(512, 99, data.field)))
    good = judge(outputs(data, fresh), None, data)
    wrong = Gaussian.fit(data.training_maps(), data.field).sample(512, 1)
    bad = judge(outputs(data, wrong), None, data)
    assert good.numbers["test/gates"] > 0.8 > 0.5 > bad.numbers["test/gates"]
    for evaluation in (good, bad):
        numbers = evaluation.numbers
        assert numbers["test/power_error"] < 0.05  # which a Gaussian field has right
        assert abs(numbers["test/memorisation_share"] - 0.5) < 0.12
        assert set(evaluation.headline) <= set(numbers)
    assert good.numbers["test/skewness_error"] < 0.1
    assert bad.numbers["test/skewness_error"] > 0.9
    gates = good.tables[0]
    assert gates.columns[2:] == ("this generator", "Gaussian", "lognormal", "real maps")
    row = next(row for row in gates.rows if "skewness" in row[0])
    assert "✓" in row[2] and "✗" in row[3] and "✓" in row[4]


def test_the_score_orders_generators_and_survives_broken_ones(
    data: ConvergenceData,
) -> None:
    first, last = data.bounds("val")
    real = data.source.read(slice(first, last))
    fitted = Lognormal.fit(data.training_maps(), data.field).sample(128, 1)
    good = score(real, fitted, FIELD)
    loud = score(real, 1.3 * fitted, FIELD)
    flat = score(real, np.zeros_like(fitted) + 1e-6 * fitted, FIELD)
    none = score(real, np.full_like(fitted, np.nan), FIELD)
    order = [found["val_loss"] for found in (good, loud, flat, none)]
    assert order == sorted(order) and order[-1] == WORST
    assert not good["val_alarms"] and flat["val_alarms"] and none["val_alarms"]


def test_an_untrained_flow_draws_what_it_was_fitted_to(
    data: ConvergenceData, flow: Flow
) -> None:
    drawn = np.concatenate(list(flow.sample(256, seed=3)))
    real = data.source.read(slice(*data.bounds("test")))
    found = score(real[:256], drawn, FIELD)
    assert found["val_power_error"] < 0.08 and found["val_skewness_error"] < 0.2
    few = np.concatenate(list(flow.sample(70, seed=3, chunk=30)))
    np.testing.assert_allclose(few, drawn[:70], rtol=1e-4, atol=1e-6)
    assert not np.allclose(next(flow.sample(2, seed=4)), drawn[:2])


def test_a_walk_moves_the_picture_and_comes_back(
    data: ConvergenceData, flow: Flow
) -> None:
    panel = Walk("cosmogan", flow, data)
    (slider,) = panel.sliders.values()
    first = panel.picture.png
    assert first.startswith(b"\x89PNG") and "along 0" in panel.picture.alt
    slider.value = 0.5
    assert panel.picture.png != first and "along 0.5" in panel.picture.alt
    slider.value = slider.max
    assert panel.picture.png == first
    with pytest.raises(BadInput, match="the task neutrino has nothing to walk"):
        Walk("neutrino", flow, data)


def test_halfway_latents_are_as_likely_as_any() -> None:
    stations = torch.randn(4, 1, 64, 64)
    assert between(stations, 1.5).std().item() == pytest.approx(1, abs=0.05)
    torch.testing.assert_close(between(stations, 4.0), stations[0])


def test_a_preview_shows_maps_and_statistics_and_rings_for_a_collapse(
    data: ConvergenceData, flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = preview(flow, data)
    assert len(figure.subfigs) == 3 and not figure.get_suptitle()
    one = flow.pairs(data.batches[np.arange(4)])["generated"][:1]
    monkeypatch.setattr(
        flow,
        "forward",
        lambda latent, _: torch.from_numpy(one).expand_as(latent[..., :32, :32]),
    )
    assert "collapse" in preview(flow, data).get_suptitle()


def test_conditional_generators_hear_what_they_are_told() -> None:
    for model in (
        Flow(pixels=32, widths=[8], steps=1, conditional=True),
        Gan(pixels=32, conditional=True),
    ):
        for weights in model.parameters():
            torch.nn.init.normal_(weights, std=0.1)
        latent = model.example_input_array["latent"]
        low, high = torch.tensor([[0.2, 0.7]] * 2), torch.tensor([[0.4, 0.9]] * 2)
        drawn = model.eval()(latent, low)
        assert drawn.shape == (2, 1, 32, 32)
        assert not torch.allclose(drawn, model(latent, high))
        with pytest.raises(BadInput, match="omega_m and sigma8: give them"):
            model(latent)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--model.pixels=64"], "maps of 32 pixels a side, this network draws 64"),
        (["--model.conditional=true"], "maps of one cosmology: type --model.condit"),
        (["--model.pixels=24"], "pixels 24: type --model.pixels=64"),
        (["--model.average=1"], "average 1.0: type --model.average=0.999, or 0"),
        (["--model.steps=0"], "steps 0: type --model.steps=4"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_line(
    words: list[str],
    said: str,
    data: ConvergenceData,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [f"--data.path={data.store}", "--data.val_maps=32", "--data.test_maps=64"]
    fit = ["fit", "--config=cosmogan", f"--folder={tmp_path}", "--model.pixels=32"]
    assert main([*fit, *given, *words]) == 2
    (line,) = [
        line for line in capsys.readouterr().err.splitlines() if "workbench:" in line
    ]
    assert said in line


def test_a_checkpoint_of_other_maps_is_refused(flow: Flow) -> None:
    kept: dict[str, Any] = {}
    flow.on_save_checkpoint(kept)
    Flow(pixels=32, widths=[8, 16]).on_load_checkpoint(kept)
    for other in (Flow(pixels=64), Gan(pixels=32), Flow(pixels=32, conditional=True)):
        with pytest.raises(BadInput, match=r"the checkpoint: .* does not fit"):
            other.on_load_checkpoint(kept)
    with pytest.raises(BadInput, match="no description of its maps"):
        flow.on_load_checkpoint({})


@pytest.mark.parametrize("name", ["scores", "identity", "rational", "multichannel"])
def test_a_game_keeps_its_values_with_its_weights(
    name: Any, data: ConvergenceData
) -> None:
    maps = torch.from_numpy(data.training_maps(64))
    model, other = Gan(pixels=32, values=name), Gan(pixels=32, values=name)
    model.fit_values(maps)
    seen = model.values(maps[:2, None])
    assert seen.shape == (2, 2 if name == "multichannel" else 1, 32, 32)
    assert seen.abs().max() <= 1
    torch.testing.assert_close(model.values.kappa(seen[:, :1]), maps[:2, None])
    kept: dict[str, Any] = {"state_dict": model.state_dict()}
    model.on_save_checkpoint(kept)
    other.on_load_checkpoint(kept)
    other.load_state_dict(kept["state_dict"])
    latent = model.example_input_array["latent"]
    torch.testing.assert_close(other.eval()(latent), model.eval()(latent))
    if name != "scores":
        with pytest.raises(BadInput, match=f"values {name} do not fit"):
            Gan(pixels=32).on_load_checkpoint(kept)


def test_values_that_no_tanh_draws_are_refused() -> None:
    with pytest.raises(BadInput, match=r"that a tanh can draw: type --model\.values"):
        Gan(pixels=32, values="asinh")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=r"type --model\.batch_norm=false"):
        Gan(pixels=32, gradient_penalty=10)


def test_only_a_trained_generator_is_sampled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task = workbench.load("cosmogan")
    (tmp_path / "config.yaml").write_text(task.fit.read_text())
    words = ["sample", str(tmp_path), f"--out={tmp_path / 'a.npy'}"]
    assert main(words) == 2
    assert "last.ckpt: no such checkpoint" in capsys.readouterr().err
    assert main([*words, "--maps=0"]) == 2
    assert "ask for at least 1" in capsys.readouterr().err
    (tmp_path / "a.npy").touch()
    assert main(words) == 2
    assert "exists: name another file" in capsys.readouterr().err
