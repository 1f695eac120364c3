"""Autoencoders and GANs on digits: what they learn, and how one sees it."""

import io
from typing import Any

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from tests.shown_code import ran
from workbench.lessons import autoencoder as coding
from workbench.lessons import gan
from workbench.lessons.autoencoder import KINDS, Trained, autoencoder, nearest, pixels
from workbench.lessons.gan import FAIR, HASTY, Game
from workbench.lessons.questions import gan as asked
from workbench.panels.lessons import Autoencoders, Gan
from workbench.panels.lessons.frame import Code
from workbench.panels.lessons.question import Question
from workbench.panels.lessons.tiles import tiles

EPOCHS, ROUNDS = 30, 40


@pytest.fixture(scope="module")
def three() -> dict[str, Trained]:
    return {kind: autoencoder(kind, EPOCHS) for kind in KINDS}


@pytest.fixture(scope="module")
def games() -> tuple[Game, Game]:
    return gan.play(FAIR, ROUNDS), gan.play(HASTY, ROUNDS)


@pytest.fixture(scope="module")
def walked(three: dict[str, Trained]) -> Autoencoders:
    return Autoencoders(EPOCHS)


@pytest.fixture(scope="module")
def played(games: tuple[Game, Game]) -> Gan:
    return Gan(epochs=ROUNDS)


# autoencoders


def test_each_learns_more_than_the_mean_digit(three: dict[str, Trained]) -> None:
    learned, unseen = pixels()
    mean = float((unseen - learned.mean(0)).square().mean().sqrt())
    for one in three.values():
        assert one.missed(unseen, unseen) < 0.85 * mean
        assert one.costs[-1] < 0.8 * one.costs[0]
        assert one.places(unseen).shape == (597, 2)


def test_the_denoising_one_is_better_with_noise(three: dict[str, Trained]) -> None:
    unseen = pixels()[1]
    draw = torch.Generator().manual_seed(0)
    noisy = unseen + 0.4 * torch.randn(unseen.shape, generator=draw)
    missed = {kind: one.missed(unseen, noisy) for kind, one in three.items()}
    assert missed["denoising"] < missed["plain"]
    assert asked.ABOUT_AUTOENCODERS[0].right == 1


def test_only_the_variational_ones_places_fill_a_unit_gaussian(
    three: dict[str, Trained],
) -> None:
    spread = {kind: one.places(pixels()[1]).std() for kind, one in three.items()}
    assert 0.6 < spread["variational"] < 1.2 and spread["plain"] > 2
    assert float(three["variational"].drawn(4000, 0).std()) == pytest.approx(
        1, abs=0.05
    )
    seen, drawn = three["plain"].places(pixels()[0]), three["plain"].drawn(20000, 0)
    assert torch.allclose(seen.T.cov(), drawn.T.cov(), rtol=0.1, atol=0.1)
    assert asked.ABOUT_AUTOENCODERS[1].right == 1


def test_a_divergence_is_torchs_own() -> None:
    mean, log_variance = torch.randn(2, 30, 2)
    own = Normal(mean, (log_variance / 2).exp())
    wanted = kl_divergence(own, Normal(0.0, 1.0)).sum(1)
    assert torch.allclose(coding.divergence(mean, log_variance), wanted, atol=1e-4)


def test_draws_have_the_mean_and_the_spread_they_are_told() -> None:
    draw = torch.Generator().manual_seed(0)
    noise = torch.randn(50_000, generator=draw)
    mean, log_variance = torch.tensor(1.5), torch.tensor(0.5).log() * 2
    found = coding.reparametrised(mean, log_variance, noise)
    assert float(found.mean()) == pytest.approx(1.5, abs=0.02)
    assert float(found.std()) == pytest.approx(0.5, abs=0.02)


def test_a_known_digit_is_its_own_nearest() -> None:
    learned, unseen = pixels()
    assert float(nearest(learned[:20]).max()) < 1e-3
    assert float(nearest(unseen).min()) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_shown_code_of_an_autoencoder_runs(kind: str) -> None:
    known = ran(asked.autoencoder_code(kind), images=pixels()[0][:20])
    assert known["cost"].shape == (20,)
    assert known["encoder"][0].weight.grad.abs().sum() > 0


# the game


def test_samples_come_nearer_to_real_digits(games: tuple[Game, Game]) -> None:
    game, known = games[0], gan.histogram(pixels()[1])
    first, last = (game.drawn(k, 400) for k in (0, -1))
    assert gan.apart(gan.histogram(last), known) < 0.05
    assert gan.apart(gan.histogram(first), known) > 0.1
    assert nearest(last).mean() < 0.8 * nearest(first).mean()
    assert game.epochs == tuple(range(0, ROUNDS + 1, 2))
    assert len(game.generators) == 21 and np.isfinite(game.costs).all()


def test_a_hasty_generator_makes_few_digits_with_the_right_pixels(
    games: tuple[Game, Game],
) -> None:
    fair, hasty = (game.drawn(-1, 597) for game in games)
    real = pixels()[1]
    assert gan.modes(hasty) < 0.5 * gan.modes(fair) < gan.modes(real)
    assert gan.variety(hasty) < gan.variety(fair)
    assert gan.apart(gan.histogram(hasty), gan.histogram(real)) < 0.1
    assert asked.PREDICTIONS[0].right == 1


def test_a_histogram_is_of_the_digits_own_steps() -> None:
    found = gan.histogram(pixels()[1])
    assert found.sum() == pytest.approx(1) and (found > 0).all()
    low, high = gan.scatter(pixels()[1])
    inside = (low <= found) & (found <= high)
    assert inside.mean() > 0.9
    half = gan.histogram(torch.full((3, 64), 0.5))
    assert half[8] == 1 and gan.apart(half, gan.histogram(torch.ones(2, 64))) == 0.5


def test_modes_are_counted_by_hills_number() -> None:
    images = pixels()[1]
    assert 9.5 < gan.modes(images) <= 10
    assert gan.modes(images[:1].repeat(50, 1)) == 1.0
    assert gan.variety(images[:1].repeat(5, 1)) == 0.0
    assert gan.counts(images).sum() == 597


def test_the_shown_code_of_the_game_runs() -> None:
    g, d = gan.generator(), gan.discriminator()
    before = [p.clone() for p in (*g.parameters(), *d.parameters())]
    known: dict[str, Any] = {"generator": g, "discriminator": d}
    known |= {"moves": torch.optim.Adam(g.parameters())}
    known |= {"watches": torch.optim.Adam(d.parameters())}
    ran(asked.gan_code(2, 0.9), real=pixels()[0][:20], **known)
    after = (*g.parameters(), *d.parameters())
    assert all(not torch.equal(a, b) for a, b in zip(before, after, strict=True))


# the panels


def test_a_walk_through_the_plane_makes_digits(walked: Autoencoders) -> None:
    before = walked.there.png
    walked.plane.at = [0.1, -2.0]
    assert walked.there.png != before and "(0.10, -2.00)" in walked.there.alt
    assert walked.plane._shown["glyphs"] == list("0123456789")
    questions = [one for one in walked.children if isinstance(one, Question)]
    for question in questions:
        question.answers.index = 1
        question.reveal.click()
        assert "Yes" in question.told.value
    assert (walked.noise.value, walked.kind.value) == (0.4, "variational")
    assert "log_variance" in walked.code.text
    before = walked.new.png
    walked.draw.value = 2
    assert walked.new.png != before and walked.back.png.startswith(b"\x89PNG")


def test_epochs_and_rules_move_samples_and_checks(played: Gan) -> None:
    last = played.made.png, played._told.value
    played.epoch.value = 0
    assert played.made.png != last[0] and "after 0 epochs" in played.made.alt
    for question in (one for one in played.children if isinstance(one, Question)):
        question.answers.index = 1
        question.reveal.click()
        assert "Yes" in question.told.value
    assert played.rules.value == 1 and f"after {ROUNDS} epochs" in played._told.value
    names = [line["name"] for line in played.course._shown["lines"]]
    assert names == [FAIR.name, HASTY.name, "real digits"]
    assert f"range({HASTY.turns})" in played.code.text
    assert any(isinstance(part, Code) for part in played.children)


def test_tiles_lie_in_rows() -> None:
    from matplotlib.image import imread

    png = tiles(np.ones((5, 8, 8)), 3, wide=52)
    assert imread(io.BytesIO(png)).shape[:2] == (34, 52)
