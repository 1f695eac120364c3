"""Generators that learn a spectrum and a skewness from crops."""

import numpy as np
import pytest
from scipy.stats import kurtosis, skew

from workbench.errors import BadInput
from workbench.tasks.cosmogan.baselines import Gaussian, Lognormal
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.simulation import simulate

FIELD = Field.named("wide", 64)


@pytest.fixture(scope="module")
def seen() -> np.ndarray:
    return np.concatenate(list(simulate(1024, 3, FIELD))) + np.float32(0.002)


def spectrum(maps: np.ndarray) -> np.ndarray:
    """By ring, up to 0.7 of the shortest wave."""
    power = (np.abs(np.fft.rfft2(maps)) ** 2).mean(0)
    rows, columns = np.fft.fftfreq(64, 1 / 64), np.fft.rfftfreq(64, 1 / 64)
    ring = np.rint(np.hypot(rows[:, None], columns)).astype(int).ravel()
    return (np.bincount(ring, power.ravel()) / np.bincount(ring))[1:23]


@pytest.mark.parametrize("baseline", [Gaussian, Lognormal])
def test_samples_have_the_spectrum_and_mean_of_what_was_learnt(
    baseline: type[Gaussian | Lognormal], seen: np.ndarray
) -> None:
    fitted = baseline.fit(seen, FIELD)
    made = fitted.sample(2048, 1)
    assert made.shape == (2048, 64, 64) and made.dtype == np.float32
    ratio = spectrum(made) / spectrum(seen)
    assert np.abs(ratio - 1).mean() < 0.012  # two real samples differ by 0.011
    assert made.std() == pytest.approx(seen.std(), rel=0.01)
    assert made.mean() == pytest.approx(0.002, abs=3e-4)
    np.testing.assert_array_equal(fitted.sample(70, 1), made[:70])
    assert not np.array_equal(fitted.sample(1, 2), made[:1])
    seam = np.abs(made[:, 0] - made[:, -1]).mean()
    assert seam > 1.3 * np.abs(np.diff(made, axis=1)).mean()


def test_one_learns_the_skewness_and_the_other_has_none(seen: np.ndarray) -> None:
    gaussian = Gaussian.fit(seen, FIELD).sample(1024, 1).ravel()
    lognormal = Lognormal.fit(seen, FIELD).sample(1024, 1).ravel()
    assert abs(skew(gaussian)) < 0.03 and abs(kurtosis(gaussian)) < 0.05
    assert skew(lognormal) == pytest.approx(skew(seen.ravel()), rel=0.04)
    assert kurtosis(lognormal) == pytest.approx(kurtosis(seen.ravel()), rel=0.12)


def test_what_cannot_be_learnt_is_refused(seen: np.ndarray) -> None:
    with pytest.raises(BadInput, match=r"skewness .* of the maps: no lognormal"):
        Lognormal.fit(-seen, FIELD)
    with pytest.raises(BadInput, match="1 maps: give at least 2"):
        Gaussian.fit(seen[:1], FIELD)
