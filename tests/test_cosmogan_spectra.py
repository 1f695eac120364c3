"""Tables of power spectra: against published numbers and points that were left out."""

import numpy as np
import pytest

from workbench.errors import BadInput
from workbench.tasks.cosmogan.simulation.cosmology import FIDUCIAL, Cosmology
from workbench.tasks.cosmogan.simulation.matter import (
    convergence,
    linear,
    nonlinear,
    tables,
)
from workbench.tasks.cosmogan.simulation.patch import (
    correlation,
    crop_power,
    multipoles,
    pixel_area,
    pixel_power,
    power,
)


def test_distances_and_growth_are_those_of_known_universes() -> None:
    empty = Cosmology(0.1)
    assert FIDUCIAL.distance(1.0) == pytest.approx(2370.3, abs=0.1)  # by CAMB, Mpc/h
    assert FIDUCIAL.redshift(FIDUCIAL.distance(0.73)) == pytest.approx(0.73, abs=1e-5)
    assert FIDUCIAL.growth(1.0) == 1
    # matter alone at first, where D is proportional to a; Carroll, Press & Turner 1992
    early = FIDUCIAL.growth(0.02) / 0.02
    omega = FIDUCIAL.omega_m
    g = 2.5 * omega / (omega ** (4 / 7) - (1 - omega) + (1 + omega / 2) * 1.0106)
    assert 1 / early == pytest.approx(g, rel=0.01)
    assert empty.growth(0.5) > FIDUCIAL.growth(0.5)
    a, h = 0.6, 1e-4
    slope = (FIDUCIAL.growth(a + h) - FIDUCIAL.growth(a - h)) / (2 * h)
    assert FIDUCIAL.momentum(a) == pytest.approx(
        a**3 * FIDUCIAL.expansion(a) * slope, rel=1e-6
    )


def test_linear_fluctuations_have_their_sigma8() -> None:
    one = Cosmology(0.3, 0.9)
    k = np.geomspace(1e-4, 50, 4000)
    x = 8 * k
    window = 3 * (np.sin(x) - x * np.cos(x)) / x**3
    variance = np.trapezoid(
        linear(one)(k) * window**2 * k**3 / (2 * np.pi**2), np.log(k)
    )
    assert np.sqrt(variance) == pytest.approx(0.9, rel=2e-3)


@pytest.mark.parametrize("row", range(5))
def test_points_left_out_of_the_tables_are_met(row: int) -> None:
    table = tables()
    one = Cosmology(*map(float, table["held_out"][row]))
    exact = table["held_linear"][row] * one.sigma8**2
    k, z = np.meshgrid(table["k_nonlinear"], table["z"])
    np.testing.assert_allclose(linear(one)(table["k"]), exact, rtol=0.012)
    growth = one.growth(1 / (1 + z)) ** 2
    before = np.exp(np.interp(np.log(k), np.log(table["k"]), np.log(exact))) * growth
    after = before * np.exp(table["held_log_nonlinear"][row])
    np.testing.assert_allclose(nonlinear(one)(k, z), after, rtol=0.015)


def test_convergence_is_as_high_as_published() -> None:
    # CAMB's own integral with the same halo fit, l(l+1)C/2π
    for source, ell, height in (
        (1.0, 1000, 5.06e-5),
        (1.0, 10_000, 1.26e-4),
        (2.0, 1000, 1.36e-4),
        (2.0, 10_000, 4.66e-4),
    ):
        ours = ell * (ell + 1) / (2 * np.pi) * convergence(FIDUCIAL, source)(ell)
        assert ours == pytest.approx(height, rel=0.01)
    # of a picture of the CosmoGAN paper's spectrum, whose sources are taken to be at 2
    ours = 3300**2 / (2 * np.pi) * convergence(FIDUCIAL, 2.0)(3300)
    assert ours == pytest.approx(3.1e-4, rel=0.03)


def test_more_or_clumpier_matter_bends_light_more() -> None:
    ell = np.geomspace(100, 10_000, 20)
    middle = convergence(FIDUCIAL, 1.0)(ell)
    assert (convergence(Cosmology(0.3, 0.798), 1.0)(ell) > middle).all()
    assert (convergence(Cosmology(0.26, 0.9), 1.0)(ell) > middle).all()
    assert (convergence(FIDUCIAL, 1.5)(ell) > middle).all()


def test_a_pixel_averages_and_folds() -> None:
    side, arcmin = 64, 2.0
    flat = pixel_power(lambda ell: np.where(np.isinf(ell), 0, 3.0), side, arcmin)
    assert flat[0, 0] < 1e-12
    # of white noise the folds bring back most of what the mean damps
    assert 2.1 < flat[1:].min() < flat[1:].max() <= 3.0
    steep = pixel_power(lambda ell: 1e3 / ell**4, side, arcmin)
    ell = multipoles(side, arcmin)
    x = np.fft.rfftfreq(side)[8]
    assert steep[0, 8] == pytest.approx(
        1e3 / ell[0, 8] ** 4 * np.sinc(x) ** 2, rel=1e-3
    )


def test_power_of_crops_is_what_crops_have() -> None:
    side, arcmin, n = 16, 4.0, 4000
    smooth = np.exp(-((multipoles(2 * side, arcmin) / 900) ** 2)) * 1e-6
    xi = correlation(smooth, arcmin)
    np.testing.assert_allclose(power(xi, arcmin), smooth, atol=1e-15)
    white = np.random.default_rng(0).standard_normal((n, 2 * side, 2 * side))
    shaped = np.fft.rfft2(white) * np.sqrt(smooth / pixel_area(arcmin))
    crops = np.fft.irfft2(shaped, s=(2 * side,) * 2)[:, :side, :side]
    seen = (np.abs(np.fft.rfft2(crops)) ** 2).mean(0) * pixel_area(arcmin) / side**2
    expected = crop_power(xi, side, arcmin)
    error = expected / np.sqrt(n)
    error[:: side // 2, [0, -1]] *= np.sqrt(2)  # real waves
    assert np.abs(seen - expected).max() < 5 * error.max()
    assert np.sqrt(np.mean(((seen - expected) / error) ** 2)) < 1.15


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"omega_m": 0.05}, "omega_m 0.05: give 0.1"), ({"sigma8": 2}, "sigma8 2: give")],
)
def test_what_the_tables_lack_is_refused(settings: dict[str, float], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        Cosmology(**settings)
    with pytest.raises(BadInput, match=r"source 3: give a redshift of 0\.5 to 2\.5"):
        convergence(FIDUCIAL, 3.0)
