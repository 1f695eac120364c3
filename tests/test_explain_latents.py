"""Which part of a latent moves which statistic, and what a discriminator goes by."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import workbench
from workbench.errors import BadInput
from workbench.explain.explanation import explain
from workbench.explain.latents import moves, slopes_of
from workbench.latent import Latent
from workbench.main import main
from workbench.runs.lightning import lightning
from workbench.runs.trained import Trained
from workbench.tasks.cosmogan.data import ConvergenceData
from workbench.tasks.cosmogan.flow import Flow
from workbench.tasks.cosmogan.gan import Gan
from workbench.tasks.cosmogan.latents import SCORE

KINDS = {
    "flow": lambda: Flow(pixels=32, widths=[8, 16], steps=2),
    "gan": lambda: Gan(pixels=32, batch_norm=False),
}
WORDS = {
    "flow": ["--model.widths=[8,16]", "--model.steps=2"],
    "gan": ["--model=workbench.tasks.cosmogan.gan.Gan", "--model.batch_norm=false"],
}


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 160 lognormal maps of 32 × 32."""
    path = tmp_path_factory.mktemp("maps") / "maps"
    words = ["data", "make", "cosmogan", "--maps=160", "--pixels=32", f"--out={path}"]
    assert main(words) == 0
    return path


@pytest.fixture(scope="module")
def data(maps: Path) -> ConvergenceData:
    made = ConvergenceData(str(maps), val_maps=32, test_maps=64)
    made.prepare_data()
    made.setup("test")
    return made


@pytest.fixture(scope="module", params=KINDS)
def ready(request: Any, data: ConvergenceData) -> Trained:
    """A generator that has learned its values, and no more."""
    torch.manual_seed(0)
    model = KINDS[request.param]().eval()
    model.fit_values(torch.from_numpy(data.training_maps()))
    return Trained(workbench.load("cosmogan"), model, data, {})


def test_slopes_are_those_of_small_steps(ready: Trained) -> None:
    model = ready.model.double()
    latent = workbench.load("cosmogan").latent(model, ready.data)
    given = latent.drawn(2, 1).double()
    slopes = slopes_of(latent, given)
    way = torch.randn(given.shape, generator=torch.Generator().manual_seed(3)).double()
    with torch.no_grad():
        step = 1e-5
        ahead, behind = (latent.measure(given + s * way) for s in (step, -step))
    expected = (ahead - behind) / (2 * step)
    along = torch.stack([(slope * way).flatten(1).sum(1) for slope in slopes], 1)
    torch.testing.assert_close(along, expected, rtol=1e-2, atol=1e-6)
    model.float()


def test_parts_of_a_latent_add_up_to_all_of_it(ready: Trained) -> None:
    latent = workbench.load("cosmogan").latent(ready.model, ready.data)
    slopes = torch.randn(3, *ready.model.latent)
    squares = latent.squares(slopes)
    assert squares.shape == (3, len(latent.parts))
    total = slopes.square().flatten(1).sum(1)
    torch.testing.assert_close(squares.sum(1), total, rtol=1e-4, atol=1e-3)
    assert (SCORE in latent.statistics) == isinstance(ready.model, Gan)


def test_shares_of_a_linear_statistic_are_its_squared_weights() -> None:
    weights = torch.tensor([[3.0, 0.0], [4.0, 0.0], [0.0, 2.0]])
    latent = Latent(
        lambda number, seed: torch.randn(
            number, 3, generator=torch.Generator().manual_seed(seed)
        ),
        lambda latents: latents @ weights,
        ("one", "other"),
        torch.Tensor.square,
        ("a", "b", "c"),
        "numbers",
    )
    found = moves(latent)
    np.testing.assert_allclose(found.share, [[0.36, 0.64, 0], [0, 0, 1]], atol=1e-6)
    np.testing.assert_allclose(found.spread, [5, 2], rtol=0.2)
    np.testing.assert_allclose(found.bend, 1, rtol=0.4)  # by the drawn spread


def test_large_waves_of_the_noise_move_large_scales(data: ConvergenceData) -> None:
    """A flow that has learned its values alone is a lognormal field, wave by wave."""
    model = KINDS["flow"]().eval()
    model.fit_values(torch.from_numpy(data.training_maps()))
    found = moves(workbench.load("cosmogan").latent(model, data))
    shares = dict(zip(found.latent.statistics, found.share, strict=True))
    bands = [name for name in shares if name.startswith("power")]
    assert len(bands) == 3
    middle = [
        float(shares[name] @ np.arange(len(found.latent.parts))) for name in bands
    ]
    assert middle == sorted(middle) and middle[2] - middle[0] > 1  # octaves
    assert (found.bend > 0.5).all()
    np.testing.assert_allclose(found.share.sum(1), 1, rtol=1e-5)


def test_a_discriminators_score_is_shared_out_among_pixels(
    data: ConvergenceData,
) -> None:
    torch.manual_seed(0)
    model = KINDS["gan"]().eval()
    with torch.no_grad():  # before training it hardly has an opinion
        model.discriminator.verdict.weight *= 1e4
    model.fit_values(torch.from_numpy(data.training_maps()))
    ready = Trained(workbench.load("cosmogan"), model, data, {})
    first, _ = data.bounds("test")
    samples = [data.sample(first + k) for k in range(2)]
    found = explain(ready, samples)
    assert found.question.about == "the discriminator's score"
    with torch.no_grad():
        said = model.discriminator(model.values(found.question.inputs[0]))
    np.testing.assert_allclose(found.attribution.value, said.numpy(), rtol=1e-4)
    assert found.attribution.maps["image"].shape == (2, 1, 32, 32)
    assert np.nanmax(found.attribution.completeness) < 0.02
    assert len(found.plot(1).axes) >= 2
    stamped = {badge.name: badge for badge in found.badges}
    assert stamped["completeness"].good


@pytest.fixture(scope="module", params=WORDS)
def run(
    request: Any, maps: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """A run of two steps."""
    words = [
        f"--data.path={maps}", "--data.val_maps=32", "--data.test_maps=64",
        "--data.batch_size=32", *WORDS[request.param], "--model.pixels=32",
        "--trainer.max_steps=2", "--trainer.enable_progress_bar=false",
    ]  # fmt: skip
    config = workbench.load("cosmogan").fit
    runs = tmp_path_factory.mktemp("runs")
    return request.param, lightning("fit", config, words, runs=runs)


def test_the_verb_tells_what_moves_statistics(
    run: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    kind, folder = run
    assert main(["explain", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "Which part of the latent moves which statistic" in shown
    assert "skewness" in shown and "slopes² / variance" in shown
    text = (folder / "report.html").read_text()
    assert "Share of each statistic" in text
    capsys.readouterr()
    assert main(["explain", str(folder), "--score"]) == 2
    assert "leave --score out" in capsys.readouterr().err
    status = main(["explain", str(folder), "--event=0"])
    told = capsys.readouterr()
    if kind == "flow":
        assert status == 2
        assert "a flow has no discriminator whose score could be explained" in told.err
        assert "train --model=workbench.tasks.cosmogan.gan.Gan" in told.err
    else:
        assert status == 0 and "completeness" in told.out
        text = (folder / "report.html").read_text()
        assert "the discriminator's score" in text


def test_a_task_without_a_latent_says_so(data: ConvergenceData) -> None:
    from workbench.explain.latents import latent_of

    with pytest.raises(BadInput, match="neutrino draws from no latent: ask about"):
        latent_of(Trained(workbench.load("neutrino"), None, None, {}))
