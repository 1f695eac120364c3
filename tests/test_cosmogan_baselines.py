"""Generators that learn a spectrum and a skewness from crops."""

import numpy as np
import pytest
from scipy.stats import kurtosis, skew

from workbench.errors import BadInput
from workbench.tasks.cosmogan.baselines import Gaussian, Lognormal
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.simulation import simulate

FIELD = Field.named("wide", 64)
KINDS = (Gaussian, Lognormal)


@pytest.fixture(scope="module")
def seen() -> np.ndarray:
    return np.concatenate(list(simulate(1024, 3, FIELD))) + np.float32(0.002)


@pytest.fixture(scope="module")
def made(seen: np.ndarray) -> dict[type, np.ndarray]:
    return {kind: kind.fit(seen, FIELD).sample(1536, 1) for kind in KINDS}


def spectrum(maps: np.ndarray) -> np.ndarray:
    """By ring, up to 0.7 of the shortest wave."""
    power = (np.abs(np.fft.rfft2(maps)) ** 2).mean(0)
    rows, columns = np.fft.fftfreq(64, 1 / 64), np.fft.rfftfreq(64, 1 / 64)
    ring = np.rint(np.hypot(rows[:, None], columns)).astype(int).ravel()
    return (np.bincount(ring, power.ravel()) / np.bincount(ring))[1:23]


@pytest.mark.parametrize("kind", KINDS)
def test_samples_have_the_spectrum_and_mean_of_what_was_learnt(
    kind: type, seen: np.ndarray, made: dict[type, np.ndarray]
) -> None:
    ours = made[kind]
    assert ours.shape == (1536, 64, 64) and ours.dtype == np.float32
    ratio = spectrum(ours) / spectrum(seen)
    assert np.abs(ratio - 1).mean() < 0.012  # two real samples differ by 0.011
    assert ours.std() == pytest.approx(seen.std(), rel=0.01)
    assert ours.mean() == pytest.approx(0.002, abs=3e-4)
    seam = np.abs(ours[:, 0] - ours[:, -1]).mean()
    assert seam > 1.3 * np.abs(np.diff(ours, axis=1)).mean()


def test_one_learns_the_skewness_and_the_other_has_none(
    seen: np.ndarray, made: dict[type, np.ndarray]
) -> None:
    gaussian, lognormal, real = (
        maps[:1024].ravel() for maps in (made[Gaussian], made[Lognormal], seen)
    )
    assert abs(skew(gaussian)) < 0.03 and abs(kurtosis(gaussian)) < 0.05
    assert skew(lognormal) == pytest.approx(skew(real), rel=0.04)
    assert kurtosis(lognormal) == pytest.approx(kurtosis(real), rel=0.12)


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_sample(kind: type, seen: np.ndarray) -> None:
    fitted = kind.fit(seen[:64], FIELD)
    np.testing.assert_array_equal(fitted.sample(70, 1)[:5], fitted.sample(5, 1))
    assert not np.array_equal(fitted.sample(1, 2), fitted.sample(1, 1))


def test_what_cannot_be_learnt_is_refused(seen: np.ndarray) -> None:
    with pytest.raises(BadInput, match=r"skewness .* of the maps: no lognormal"):
        Lognormal.fit(-seen, FIELD)
    with pytest.raises(BadInput, match="1 maps: give at least 2"):
        Gaussian.fit(seen[:1], FIELD)
    with pytest.raises(BadInput, match="maps that do not vary"):
        Gaussian.fit(np.zeros((4, 64, 64), np.float32), FIELD)
