"""Value transforms: there and back, beyond their range, published values."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cosmogan_maps import some_maps
from workbench.errors import BadInput
from workbench.tasks.cosmogan.transforms import TRANSFORMS, fitted, restored
from workbench.tasks.cosmogan.transforms.channels import MultiChannel
from workbench.tasks.cosmogan.transforms.skewed import LogLinear, Rational

MAPS = some_maps(200, pixels=16)


def as_batch(values: object, kind: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.as_tensor(np.asarray(values), dtype=kind).reshape(-1, 1, 1, 1)


@pytest.mark.parametrize("name", TRANSFORMS)
@given(st.floats(-1, 1))
@settings(deadline=None)
def test_there_and_back(name: str, share: float) -> None:
    transform = fitted(name, MAPS)
    kappa = as_batch(share * transform.limit)
    back = transform.inverse(transform(kappa))
    torch.testing.assert_close(back, kappa, rtol=1e-9, atol=1e-9 * transform.limit)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_training_maps_survive_single_precision(name: str) -> None:
    transform = fitted(name, MAPS)
    maps = torch.from_numpy(MAPS)[:, None]
    seen = transform(maps)
    assert seen.shape == (200, transform.channels, 16, 16)
    assert seen.dtype == torch.float32
    if transform.bounded:
        assert seen.abs().max() <= 1 + 1e-6
    else:
        assert abs(seen.mean()) < 1e-3 and seen.std() == pytest.approx(1, abs=1e-3)
    back = transform.inverse(seen)
    # a few of the last bits of the largest value, as any sum of them would lose
    assert (back - maps).abs().max() < 16 * 2**-24 * maps.abs().max()


@pytest.mark.parametrize("name", TRANSFORMS)
def test_it_rises_everywhere(name: str) -> None:
    transform = fitted(name, MAPS)
    kappa = as_batch(np.linspace(-transform.limit, transform.limit, 10_001))
    assert (transform(kappa)[:, 0].flatten().diff() > 0).all()


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
def test_whatever_is_drawn_comes_back_finite_and_so_do_gradients(
    name: str, kind: torch.dtype
) -> None:
    transform = fitted(name, MAPS)
    drawn = as_batch([-1e30, -50, -1, -0.999, 0, 0.5, 0.999, 1, 50, 1e30], kind)
    drawn.requires_grad_()
    kappa = transform.inverse(drawn)
    assert torch.isfinite(kappa).all()
    assert kappa.abs().max() <= transform.limit * (1 + 1e-4)
    assert kappa[-1].item() == pytest.approx(transform.limit, rel=1e-4)
    kappa.sum().backward()
    assert drawn.grad is not None and torch.isfinite(drawn.grad).all()
    assert drawn.grad[0] == drawn.grad[-1] == 0
    below = as_batch([-10 * transform.limit, -1, 0, 1, 10 * transform.limit], kind)
    below.requires_grad_()
    seen = transform(below)
    seen.sum().backward()
    assert torch.isfinite(seen).all()
    assert below.grad is not None and torch.isfinite(below.grad).all()


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_checkpoint_keeps_it(name: str) -> None:
    transform = fitted(name, MAPS)
    about = transform.about()
    assert all(type(value) in (str, float) for value in about.values())
    maps = torch.from_numpy(MAPS[:4])[:, None]
    assert torch.equal(restored(about)(maps), transform(maps))


def test_an_unknown_name() -> None:
    with pytest.raises(BadInput, match="transform 'log': no such transform: choose f"):
        fitted("log", MAPS)


def test_published_values_of_matter_counts() -> None:
    counts = as_batch([0.0, 4.0, 50.0, 15_000.0])
    rational = Rational(limit=1e5, a=4.0, shift=0.0)(counts).flatten()
    wanted = [-1.0, 0.0, 2 * 50 / 54 - 1, 2 * 15_000 / 15_004 - 1]
    torch.testing.assert_close(rational.tolist(), wanted)
    line = LogLinear(limit=1e5, knee=50.0, top=15_000.0, shift=0.0)(counts).flatten()
    torch.testing.assert_close(line.tolist(), [-1.0, 0.03 * 4 - 1, 0.5, 1.0])


def test_a_lognormal_field_becomes_gaussian() -> None:
    draw = np.random.default_rng(1)
    lam, spread = 0.0245, 0.44
    noise = spread * draw.standard_normal((64, 64, 64)) - spread**2 / 2
    maps = (lam * (np.exp(noise) - 1)).astype(np.float32)
    transform = fitted("lognormal", maps)
    seen = transform(torch.from_numpy(maps)[:, None])
    assert transform.about()["lam"] == pytest.approx(lam, rel=0.02)
    assert abs((seen**3).mean()) < 0.03


def test_maps_without_a_tail_are_taken_as_they_are() -> None:
    maps = np.random.default_rng(0).standard_normal((50, 16, 16)).astype(np.float32)
    seen = fitted("lognormal", -np.exp(0.3 * maps))(torch.from_numpy(maps)[:, None])
    assert torch.isfinite(seen).all()


def test_the_discriminator_sees_both_channels_of_what_is_drawn() -> None:
    transform = MultiChannel.fit(MAPS)
    maps = torch.from_numpy(MAPS[:8])[:, None]
    seen = transform(maps)
    torch.testing.assert_close(transform.seen(seen[:, :1]), seen, atol=1e-5, rtol=1e-5)
    assert seen[:, 1].max() <= np.tanh(1.0) + 1e-6
