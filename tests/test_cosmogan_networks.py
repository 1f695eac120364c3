"""The networks: as published where they are published, correct where they are ours."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import kstest

from workbench.tasks.cosmogan import games
from workbench.tasks.cosmogan.alarms import alarms, checkerboard
from workbench.tasks.cosmogan.networks.dcgan import DCDiscriminator, DCGenerator
from workbench.tasks.cosmogan.networks.gaussian import GaussianField, NormalScores
from workbench.tasks.cosmogan.networks.unet import UNet
from workbench.tasks.cosmogan.noise import noise, rows_of_noise
from workbench.tasks.cosmogan.stages import Stages, blur

PUBLISHED = {256: (12_824_449, 4_436_225), 64: (4_837_249, 4_313_345)}


def parameters(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize("pixels", PUBLISHED)
def test_the_published_networks_have_as_many_parameters_as_published(
    pixels: int,
) -> None:
    networks = DCGenerator(pixels), DCDiscriminator(pixels)
    assert tuple(map(parameters, networks)) == PUBLISHED[pixels]


@pytest.mark.parametrize("pixels", [64, 128])
def test_they_draw_and_judge_maps_of_their_size(pixels: int) -> None:
    drawn = DCGenerator(pixels)(torch.randn(2, 64))
    assert drawn.shape == (2, 1, pixels, pixels)
    assert drawn.abs().max() < 1
    assert DCDiscriminator(pixels)(drawn).shape == (2,)


def test_weights_begin_as_published() -> None:
    artist, judge = DCGenerator(64), DCDiscriminator(64)
    for layer in [*artist.modules(), *judge.modules()]:
        if isinstance(layer, torch.nn.BatchNorm2d):
            assert layer.momentum == 0.1 and layer.eps == 1e-5  # TensorFlow's decay 0.9
        elif isinstance(layer, torch.nn.Linear | torch.nn.ConvTranspose2d):
            assert layer.weight.std().item() == pytest.approx(0.02, rel=0.05)
            assert not layer.bias.any()
        elif isinstance(layer, torch.nn.Conv2d) and layer.in_channels > 1:
            # normal numbers cut off at two standard deviations spread 0.88 as much
            assert layer.weight.std().item() == pytest.approx(0.0176, rel=0.05)
            assert layer.weight.abs().max() <= 0.04


def test_a_map_judged_alone_is_judged_as_among_others_without_batch_norm() -> None:
    judge, maps = DCDiscriminator(32, batch_norm=False), torch.randn(4, 1, 32, 32)
    torch.testing.assert_close(judge(maps)[:1], judge(maps[:1]))
    judge = DCDiscriminator(32)
    assert not torch.allclose(judge(maps)[:1], judge(maps[:1]))


def test_the_unet_begins_with_nothing_and_hears_its_numbers() -> None:
    network, maps = UNet(2, 1, (8, 16)), torch.randn(3, 2, 32, 32)
    times = torch.tensor([[0.0], [0.5], [1.0]])
    assert not network(maps, times).any()
    for weights in network.parameters():
        torch.nn.init.normal_(weights, std=0.1)
    one, other = network(maps, times), network(maps, 1 - times)
    assert one.shape == (3, 1, 32, 32)
    torch.testing.assert_close(one[1], other[1])
    assert not torch.allclose(one[0], other[0])


def test_normal_scores_are_normal_and_the_way_back_is_exact() -> None:
    kappa = torch.from_numpy(np.random.default_rng(0).lognormal(size=200_000)).float()
    scores = NormalScores()
    torch.testing.assert_close(scores(kappa), kappa)  # before it has learned
    scores.fit(kappa)
    assert kstest(scores(kappa).numpy(), "norm").statistic < 0.002
    torch.testing.assert_close(scores.inverse(scores(kappa)), kappa)
    beyond = torch.tensor([-50.0, 5000.0])  # a line beyond what was seen
    torch.testing.assert_close(scores.inverse(scores(beyond)), beyond)
    assert (scores.knots.diff() > 0).all()


def ringing(maps: int, pixels: int) -> torch.Tensor:
    """Patches of a Gaussian field with an exponential covariance."""
    wide = 4 * pixels
    apart = torch.arange(wide).minimum(wide - torch.arange(wide))
    covariance = (-torch.hypot(apart[:, None].float(), apart.float()) / 5).exp()
    amplitude = torch.fft.rfft2(covariance).real.clamp(min=0).sqrt()
    source = torch.Generator().manual_seed(0)
    white = torch.randn(maps, wide, wide, generator=source)
    field = torch.fft.irfft2(torch.fft.rfft2(white) * amplitude)
    return field[:, :pixels, :pixels]


def test_a_gaussian_field_has_the_covariance_of_the_maps_it_learned_from() -> None:
    field = GaussianField(16)
    field.fit(ringing(4000, 16))
    drawn = field(torch.randn(4000, 1, 32, 32))[:, 0]
    for row, column in ((0, 0), (0, 1), (3, 4), (0, 15), (15, 15)):
        found = (drawn[:, 0, 0] * drawn[:, row, column]).mean().item()
        assert found == pytest.approx(math.exp(-math.hypot(row, column) / 5), abs=0.07)
    far = (drawn[:, 0, 0] * drawn[:, 0, 15]).mean().item()
    assert far < 0.15  # no torus: the opposite edge is far away


def test_white_maps_have_modes_alike_and_colour_brings_them_back() -> None:
    maps, field = ringing(2000, 16), GaussianField(16)
    field.fit(maps)
    white = field.white(maps)
    torch.testing.assert_close(field.coloured(white), maps, rtol=1e-3, atol=1e-3)
    assert field.modes(white).var(0).mean().item() == pytest.approx(1, abs=0.02)
    apart = (white[:, 5, 5] * white[:, 5, 6]).mean().item()
    assert abs(apart) < 0.1  # neighbours no longer know each other


def test_noise_belongs_to_its_place() -> None:
    rows = rows_of_noise((3,), 7, [5, 0, 5])
    assert torch.equal(rows[0], rows[2]) and not torch.equal(rows[0], rows[1])
    assert torch.equal(rows[1], noise((3,), 7, 0))
    assert not torch.equal(noise((3,), 8, 0), rows[1])


def test_the_game_is_won_by_telling_right() -> None:
    sure, unsure = torch.full((4,), 5.0), torch.zeros(4)
    for game in ("binary", "wasserstein"):
        right = games.discriminator_loss(game, sure, -sure, flipped=False)
        wrong = games.discriminator_loss(game, sure, -sure, flipped=True)
        none = games.discriminator_loss(game, unsure, unsure, flipped=False)
        assert right < none < wrong
        fooled = games.generator_loss(game, sure), games.generator_loss(game, -sure)
        assert fooled[0] < fooled[1]
    known = games.discriminator_loss("binary", unsure, unsure, flipped=False)
    assert known.item() == pytest.approx(2 * math.log(2))


def test_slopes_of_a_plane_are_known() -> None:
    weights = torch.randn(1, 4, 4)

    def plane(image: torch.Tensor) -> torch.Tensor:
        return (image * weights).flatten(1).sum(1)

    maps, share = torch.randn(2, 3, 1, 4, 4), torch.rand(3)
    norm = weights.norm()
    torch.testing.assert_close(games.slope_at(plane, maps[0]), norm**2)
    penalty = games.gradient_penalty(plane, maps[0], maps[1], share)
    torch.testing.assert_close(penalty, (norm - 1) ** 2)


def test_the_spectral_loss_sees_power_and_has_a_gradient() -> None:
    bins, source = games.wave_bins(32), torch.Generator().manual_seed(0)
    real, alike = torch.randn(2, 512, 1, 32, 32, generator=source)
    louder = (1.2 * alike).requires_grad_()
    loss = games.spectral_loss(real, louder, bins)
    assert games.spectral_loss(real, alike, bins) < loss - 1
    (slope,) = torch.autograd.grad(loss, louder)
    assert (slope * louder).sum() > 0  # towards less power


def test_stages_grow_sharper_and_a_blur_keeps_the_mean() -> None:
    stages = Stages([4, 2, 0])
    assert [stages.width(step, 9) for step in (0, 2, 3, 5, 6, 8, 99)] == [
        4, 4, 2, 2, 0, 0, 0,
    ]  # fmt: skip
    assert stages.width(5, math.inf) == 0
    maps = torch.zeros(1, 1, 33, 33)
    maps[..., 16, 16] = 1
    seen = blur(maps, 2.0)
    assert seen.sum().item() == pytest.approx(1, abs=1e-4)
    rows = torch.arange(33) - 16.0
    assert (seen[0, 0].sum(1) * rows**2).sum().item() == pytest.approx(4, rel=0.03)


def test_alarms_ring_for_what_they_are_made_for() -> None:
    draw = np.random.default_rng(0).normal
    real, good = draw(size=(2, 64, 32, 32)).astype(np.float32)
    assert alarms(real, good, coverage=0.9) == []
    same = good[:1] + 0.1 * good
    assert "collapse" in alarms(real, same)[0]
    assert "collapse" in alarms(real, good, coverage=0.05)[0]
    assert "diverged" in alarms(real, 10 * good)[0]
    assert "diverged" in alarms(real, np.full_like(good, np.nan))[0]
    board = 0.4 * (-1.0) ** np.arange(32)
    found = alarms(real, good + board)
    assert "checkerboard" in found[0] and checkerboard(real, good + board) > 2
