"""Statistics of maps against what is known of random fields."""

import numpy as np
import pytest
import torch
from scipy import ndimage, stats

from tests.cosmogan_fields import gaussian, lognormal, on_grid, smooth_power
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.physics.bispectrum import Rings, bispectrum
from workbench.tasks.cosmogan.physics.coupling import expected
from workbench.tasks.cosmogan.physics.histogram import histogram
from workbench.tasks.cosmogan.physics.minkowski import functionals
from workbench.tasks.cosmogan.physics.minkowski import gaussian as gaussian_functionals
from workbench.tasks.cosmogan.physics.moments import moments
from workbench.tasks.cosmogan.physics.peaks import is_peak, peak_counts
from workbench.tasks.cosmogan.physics.smoothing import margin, smooth
from workbench.tasks.cosmogan.physics.spectrum import Bands, power_spectrum
from workbench.tasks.cosmogan.physics.summary import Summary

FIELD = Field.named("wide", 64)
SMALL = Field.named("wide", 16)


def tensor(maps: np.ndarray) -> torch.Tensor:
    return torch.as_tensor(maps)


def test_bands_hold_every_mode_up_to_nyquist_once() -> None:
    bands = Bands.of(FIELD)
    waves = np.fft.fftfreq(64, 1 / 64)
    k = np.hypot(waves[:, None], waves)
    assert bands.modes.sum() == ((k > 0) & (k <= 32)).sum()
    assert np.diff(bands.edges).min() >= FIELD.fundamental
    inside = (k >= 0.5) & (k < bands.edges[1] / FIELD.fundamental)
    assert bands.ell[0] == pytest.approx(k[inside].mean() * FIELD.fundamental)


def test_one_wave_has_its_power_in_its_band() -> None:
    x = np.arange(64)
    wave = np.cos(2 * np.pi * 10 * x / 64)[:, None] + np.zeros((64, 64))
    bands = Bands.of(FIELD)
    found = power_spectrum(tensor(wave[None]), bands)[0]
    band = int(np.searchsorted(bands.edges, 10 * FIELD.fundamental)) - 1
    # variance ½ is the sum of C_l over modes, over the area in steradians
    total = found[band] * bands.modes[band] / np.radians(FIELD.degrees) ** 2
    assert float(total) == pytest.approx(0.5)
    assert float(found.sum() - found[band]) == pytest.approx(0, abs=1e-12)


def off(found: torch.Tensor, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Relative errors of the mean over maps, and in standard errors."""
    mean, error = found.mean(0).numpy(), found.std(0).numpy() / len(found) ** 0.5
    return mean / truth - 1, (mean - truth) / error


def test_the_spectrum_that_went_in_comes_out() -> None:
    bands = Bands.of(FIELD)
    maps = tensor(gaussian(2048, FIELD, 3))
    power = tensor(on_grid(FIELD))[:, :33]
    relative, sigmas = off(power_spectrum(maps, bands), bands.mean(power).numpy())
    modes = bands.modes * len(maps)
    assert (np.abs(relative) < 3.5 * np.sqrt(2 / modes)).all()
    assert np.abs(sigmas).max() < 3.5
    assert np.abs(relative.mean()) < 0.002


@pytest.mark.parametrize("apodise", [False, True])
def test_crops_have_the_spectrum_that_theory_couples(apodise: bool) -> None:
    whole = Field(128, 7.0)
    maps = gaussian(1024, whole, 4)[:, 30:94, 17:81]
    bands = Bands.of(FIELD)
    truth = expected(on_grid(whole), whole, bands, apodise)
    relative, sigmas = off(power_spectrum(tensor(maps), bands, apodise), truth)
    assert np.abs(sigmas).max() < 3.5
    assert np.abs(relative.mean()) < 0.005
    uncoupled = bands.mean(tensor(on_grid(FIELD))[:, :33]).numpy()
    leak = np.abs(truth / uncoupled - 1)[1:].max()
    assert leak < 0.006 if apodise else leak > 0.02


def test_smoothing_is_a_gaussian_that_sees_no_edge() -> None:
    maps = gaussian(2, FIELD, 5)
    edge = margin(2.0)
    wanted = ndimage.gaussian_filter(maps[1].astype(float), 2.0, truncate=3.0)
    found = smooth(tensor(maps), 2.0)[1].numpy()
    assert found.shape == (64 - 2 * edge,) * 2
    assert found == pytest.approx(wanted[edge:-edge, edge:-edge], abs=1e-7)
    assert smooth(tensor(maps), 0.0).shape == maps.shape


def test_moments_are_those_of_scipy_and_none_of_a_flat_map() -> None:
    maps = lognormal(8, FIELD, 6)
    found = moments(tensor(maps)).numpy()
    assert found[:, 0] == pytest.approx(maps.std((1, 2)), rel=1e-4)
    assert found[:, 1] == pytest.approx(stats.skew(maps, axis=(1, 2)), rel=1e-3)
    assert found[:, 2] == pytest.approx(stats.kurtosis(maps, axis=(1, 2)), rel=1e-3)
    assert moments(torch.full((1, 8, 8), 0.5)).tolist() == [[0, 0, 0]]


def test_a_histogram_counts_every_pixel() -> None:
    maps = tensor(np.array([[[-2.0, 0.1], [0.2, 9.0]]]))
    shares = histogram(maps, torch.tensor([0.0, 1.0, 2.0]))
    assert shares.tolist() == [[0.25, 0.5, 0, 0.25]]


@pytest.mark.parametrize(
    ("beam", "lengths", "genus"), [(1.5, 0.896, 0.797), (4.0, 0.986, 0.979)]
)
def test_functionals_of_gaussian_fields_have_their_known_bias(
    beam: float, lengths: float, genus: float
) -> None:
    field = Field(128, 128.0)  # a pixel a degree
    radians = np.radians(beam)

    def white(ell: np.ndarray) -> np.ndarray:
        return np.exp(-((ell * radians) ** 2))

    maps = gaussian(100, field, 7, white).astype(np.float64)
    maps /= maps.std()
    thresholds = np.arange(-2, 2.01, 0.25)
    edges = tensor(np.append(thresholds, 2.25) - 0.125)
    found = functionals(tensor(maps), edges).mean(0).numpy()
    theory = gaussian_functionals(thresholds, 1 / beam)
    assert found[0] == pytest.approx(theory[0], abs=0.01)
    ratio = [(found[k] @ theory[k]) / (theory[k] @ theory[k]) for k in (1, 2)]
    assert ratio[0] == pytest.approx(lengths, abs=0.01)
    assert ratio[1] == pytest.approx(genus, abs=0.03)


def test_functionals_of_a_disc_are_its_area_boundary_and_genus() -> None:
    side = np.arange(200) - 99.5
    radius = np.hypot(side[:, None], side)
    cone = tensor(60.0 - radius[None])  # above 20 within a disc of radius 40
    area, length, genus = functionals(cone, torch.tensor([18.0, 22.0]))[0, :, 0]
    pixels = 196**2
    assert float(area) * pixels == pytest.approx(np.pi * 40**2, rel=0.01)
    assert float(length) * pixels == pytest.approx(2 * np.pi * 40 / 4, rel=0.01)
    assert float(genus) * pixels == pytest.approx(1, rel=0.02)


def test_peaks_are_strict_and_have_eight_neighbours() -> None:
    values = np.zeros((1, 6, 6))
    values[0, 2, 2] = 2.0
    values[0, 4, 3:5] = 1.0  # a ridge of two equal pixels has no peak
    values[0, 0, 5] = 5.0  # nor has a corner
    maps = tensor(values)
    assert is_peak(maps).nonzero().tolist() == [[0, 1, 1]]
    assert peak_counts(maps, torch.tensor([1.0])).tolist() == [[0, 1]]
    noise = np.random.default_rng(0).normal(size=(3, 32, 32))
    around = ndimage.maximum_filter(
        noise, footprint=np.array([[[1, 1, 1], [1, 0, 1], [1, 1, 1]]])
    )
    wanted = (noise > around)[:, 1:-1, 1:-1]
    assert (is_peak(tensor(noise)).numpy() == wanted).all()


def test_the_bispectrum_is_the_mean_over_all_triangles() -> None:
    maps = gaussian(2, SMALL, 8).astype(np.float64)
    rings = Rings.of(SMALL)
    waves = np.fft.fftfreq(16, 1 / 16).astype(int)
    fourier = np.fft.fft2(maps[1])
    ring = np.hypot(waves[:, None], waves) * SMALL.fundamental
    ring = np.digitize(ring, rings.edges) - 1
    found = bispectrum(tensor(maps), rings)[1]
    for column, (i, j, k) in enumerate(rings.triangles):
        total, count = 0.0, 0
        for a in np.argwhere(ring == i):
            for b in np.argwhere(ring == j):
                c = -(waves[a] + waves[b])
                if np.abs(c).max() < 8 and ring[tuple(c)] == k:
                    total += (
                        fourier[tuple(a)] * fourier[tuple(b)] * fourier[tuple(c)]
                    ).real
                    count += 1
        unit = np.radians(SMALL.degrees) ** 4 / 16**6
        assert float(found[column]) == pytest.approx(total / count * unit, rel=1e-6)


def test_a_squared_field_has_the_bispectrum_of_perturbation_theory() -> None:
    field = Field(32, 3.5)
    plain = gaussian(2000, field, 9).astype(np.float64)
    epsilon = 0.02 / plain.std()
    maps = plain + epsilon * (plain**2 - plain.var())
    rings = Rings.of(field, 3)
    found = bispectrum(tensor(maps), rings).mean(0)[:3].numpy()
    base = smooth_power(np.array(rings.ell))
    assert found == pytest.approx(6 * epsilon * base**2, rel=0.25)


def test_a_vector_names_all_its_finite_numbers() -> None:
    maps = lognormal(64, FIELD, 10)
    summary = Summary.of(maps, FIELD)
    vectors = summary.vectors(maps)
    assert vectors.shape == (64, len(summary.columns)) and np.isfinite(vectors).all()
    assert len({(c.group, c.name) for c in summary.columns}) == len(summary.columns)
    at = {(c.group, c.name): k for k, c in enumerate(summary.columns)}
    skewness = vectors[:, at["skewness", "unsmoothed"]]
    assert skewness == pytest.approx(stats.skew(maps, axis=(1, 2)), rel=1e-3)
    shares = vectors[:, summary.columns_of("histogram")].sum(1)
    assert shares == pytest.approx(1)
    flat = summary.vectors(np.zeros((2, 64, 64)))
    assert np.isfinite(flat).all()


def test_bins_are_fixed_by_the_reference_alone() -> None:
    summary = Summary.of(lognormal(64, FIELD, 10), FIELD)
    maps = lognormal(128, FIELD, 11)
    once = summary.vectors(2 * maps)
    assert summary.vectors(2 * maps[:7]) == pytest.approx(once[:7], rel=1e-5, abs=1e-5)
    v0 = summary.columns_of("Minkowski V0")[-4]  # more area is above 3 σ
    assert once[:, v0].mean() > 2 * summary.vectors(maps)[:, v0].mean()


@pytest.mark.parametrize("pixels", [16, 32, 128])
def test_fields_of_any_size_have_a_vector(pixels: int) -> None:
    field = Field(pixels, 3.5)
    maps = lognormal(8, field, 12)
    assert np.isfinite(Summary.of(maps, field).vectors(maps)).all()
