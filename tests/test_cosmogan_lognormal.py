"""Lognormal maps: the same every time, with the right spectrum, skewness and noise."""

import numpy as np
import pytest
from scipy.stats import skew

from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.simulation import recipe, simulate
from workbench.tasks.cosmogan.simulation.cosmology import FIDUCIAL, Cosmology
from workbench.tasks.cosmogan.simulation.lognormal import (
    emptiest,
    lognormal,
    shift_of,
    skewness,
)
from workbench.tasks.cosmogan.simulation.matter import convergence
from workbench.tasks.cosmogan.simulation.observing import shape_noise
from workbench.tasks.cosmogan.simulation.patch import (
    multipoles,
    pixel_area,
    pixel_power,
)
from workbench.tasks.cosmogan.simulation.sky import Sky

WIDE = Field.named("wide", 64)


def maps(n: int, seed: int = 0, field: Field = WIDE, **settings: object) -> np.ndarray:
    return np.concatenate(list(simulate(n, seed, field, **settings)))


def test_a_seed_gives_the_same_maps_whoever_makes_them_and_from_where() -> None:
    once = maps(70, workers=1)
    assert once.shape == (70, 64, 64) and once.dtype == np.float32
    np.testing.assert_array_equal(maps(70, workers=3), once)
    np.testing.assert_array_equal(maps(70, first=37), once[37:])
    np.testing.assert_array_equal(maps(33), once[:33])
    assert not np.array_equal(maps(1, seed=1), once[:1])
    assert len({one.tobytes() for one in once}) == 70
    assert len(recipe()) == 8


@pytest.mark.parametrize("name", ["wide", "cosmogan"])
def test_periodic_maps_have_the_spectrum_of_the_tables(name: str) -> None:
    field = Field.named(name, 32)
    side, n = 64, 1500
    model = lognormal(FIDUCIAL, field.source, side, field.arcmin)
    assert model.cut < 2e-3
    drawn = model.draw([np.random.default_rng([7, i]) for i in range(n)])
    assert drawn.min() > -model.shift
    area = pixel_area(field.arcmin)
    seen = (np.abs(np.fft.rfft2(drawn)) ** 2).mean(0) * area / side**2
    wanted = pixel_power(convergence(FIDUCIAL, field.source), side, field.arcmin)
    ell = multipoles(side, field.arcmin) / field.fundamental
    ring = np.digitize(ell.ravel(), np.arange(0.4, 17, 1.5))
    ours, theory = (np.bincount(ring, x.ravel())[1:12] for x in (seen, wanted))
    np.testing.assert_allclose(ours / theory, 1, atol=0.03)
    # waves across and along have the same power, those of the first column too
    for row, column in ((0, 3), (3, 0), (side // 2, 0), (0, side // 2)):
        assert seen[row, column] == pytest.approx(wanted[row, column], rel=0.2)


def test_the_skewness_is_that_of_the_shift() -> None:
    assert skewness(0.02, shift_of(0.02, 1.7)) == pytest.approx(1.7)
    made = maps(1024)
    shift = emptiest(FIDUCIAL, 1.0)
    assert skew(made.ravel()) == pytest.approx(skewness(made.std(), shift), rel=0.05)
    assert skew(made.ravel()) == pytest.approx(1.5, abs=0.12)
    assert -shift < made.min() < -0.8 * shift


def test_smaller_pixels_see_more_and_skewer_structure() -> None:
    spread, skews = [], []
    for pixels, n in ((32, 400), (64, 200), (128, 60)):
        made = maps(n, field=Field.named("wide", pixels))
        spread.append(made.std())
        skews.append(skew(made.ravel()))
    assert spread == sorted(spread) and skews == sorted(skews)


def test_crops_do_not_meet_at_their_edges() -> None:
    made = maps(200)
    step = np.abs(np.diff(made, axis=2)).mean()
    seam = np.abs(made[:, :, 0] - made[:, :, -1]).mean()
    assert seam > 1.3 * step


def test_cosmologies_take_turns_and_differ() -> None:
    two = (Cosmology(0.2, 0.7), Cosmology(0.35, 0.95))
    sky = Sky(WIDE, cosmologies=two)
    made = maps(128, cosmologies=two)
    known = sky.parameters(128)
    np.testing.assert_allclose(known[:2, :2], [[0.2, 0.7], [0.35, 0.95]])
    np.testing.assert_array_equal(known[:, 2], np.arange(128))
    assert made[1::2].std() > 1.5 * made[::2].std()
    assert emptiest(two[0], 1.0) < emptiest(FIDUCIAL, 1.0) < emptiest(two[1], 1.0)


def test_shapes_of_galaxies_add_the_known_noise() -> None:
    clean, noisy = maps(64), maps(64, noise=(20.0, 0.4))
    noise = (noisy - clean).std()
    assert noise == pytest.approx(shape_noise(20, 0.4, WIDE.arcmin), rel=0.01)
    assert noise == pytest.approx(0.4 / np.sqrt(2 * 20) / WIDE.arcmin, rel=0.01)
    assert abs(np.corrcoef((noisy - clean).ravel(), clean.ravel())[0, 1]) < 0.01


def test_smoothing_damps_as_a_gaussian_does_and_knows_what_is_beyond_the_edge() -> None:
    field = Field.named("wide", 128)
    sky = Sky(field, smoothing=3.0)
    assert sky.margin == 8
    made = maps(24, field=field, smoothing=3.0)
    model = lognormal(FIDUCIAL, 1.0, 256, field.arcmin)
    whole = model.draw([np.random.default_rng([0, i]) for i in range(24)])
    from scipy.ndimage import gaussian_filter

    wide = 3.0 / field.arcmin
    direct = gaussian_filter(whole, (0, wide, wide), mode="wrap", truncate=6)
    at = slice(sky.margin, sky.margin + 128)
    np.testing.assert_allclose(made, direct[:, at, at], atol=0.02 * made.std())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kind": "gan"}, "kind 'gan': choose from lognormal, particles"),
        ({"field": Field(63, 3.5, 1.0)}, "pixels 63: give an even number"),
        ({"field": Field(4, 3.5, 1.0)}, "pixels 4: give an even number"),
        ({"field": Field(64, 0, 1.0)}, "degrees 0: give more than 0"),
        ({"field": Field(64, 3.5)}, "the field has no source redshift: give one"),
        ({"field": Field(64, 3.5, 4.0)}, "source 4: give a redshift"),
        ({"smoothing": 60.0}, "smoothing 60: give 0 to 25.4 arcmin"),
        ({"smoothing": -1.0}, "smoothing -1: give 0 to"),
        ({"noise": (0.0, 0.4)}, "give galaxies and ellipticity above 0"),
        ({"cosmologies": ()}, "no cosmology"),
        ({"kind": "particles", "boxes": 0}, "boxes 0: give at least 1"),
        ({"kind": "particles", "particles": 17}, "particles 17: give an even number"),
        (
            {"kind": "particles", "field": Field(64, 6.0, 1.0)},
            "degrees 6: a box of particles is 3.87 wide",
        ),
        ({"maps": -1}, "maps -1: give 0 or more"),
        ({"seed": -1}, "seed -1: give 0 or more"),
        ({"first": -1}, "first -1: give 0 or more"),
        ({"workers": 0}, "workers 0: give 1 or more"),
    ],
)
def test_what_cannot_be_simulated_is_said_before_the_work(
    settings: dict[str, object], said: str
) -> None:
    given: dict[str, object] = {"maps": 10**9, "seed": 0, "field": WIDE}
    with pytest.raises(BadInput, match=said) as error:
        simulate(**(given | settings))
    assert "\n" not in str(error.value)
