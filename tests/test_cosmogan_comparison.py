"""Tests of two sets of maps, each against what is known, and numbers for gates."""

import numpy as np
import pytest
from scipy import stats

from tests.cosmogan_fields import gaussian, lognormal
from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.physics import gates
from workbench.tasks.cosmogan.physics.comparison import (
    compare,
)
from workbench.tasks.cosmogan.physics.correlation import correlation_difference
from workbench.tasks.cosmogan.physics.frechet import frechet
from workbench.tasks.cosmogan.physics.memorisation import memorisation
from workbench.tasks.cosmogan.physics.neighbours import neighbours
from workbench.tasks.cosmogan.physics.paper import paper_p_values
from workbench.tasks.cosmogan.physics.pixel_classifier import classify_pixels
from workbench.tasks.cosmogan.physics.ranks import kolmogorov_smirnov, mann_whitney
from workbench.tasks.cosmogan.physics.summary import POWER, Summary
from workbench.two_samples import classify_vectors

FIELD = Field.named("wide", 64)
SMALL = Field.named("wide", 32)
MAPS = 512


@pytest.fixture(scope="module")
def real() -> np.ndarray:
    return lognormal(2 * MAPS, FIELD, 1)


@pytest.fixture(scope="module")
def same() -> np.ndarray:
    return lognormal(MAPS, FIELD, 2)


@pytest.fixture(scope="module")
def loud() -> np.ndarray:
    return lognormal(MAPS, FIELD, 3, factor=1.05)


@pytest.fixture(scope="module")
def tame() -> np.ndarray:
    return lognormal(MAPS, FIELD, 4, skewness=1.3)


def test_ranks_are_tested_as_scipy_does() -> None:
    draw = np.random.default_rng(6)
    one, two = draw.normal(size=(900, 3)), draw.normal(0.1, 1, size=(700, 3))
    two[:, 2] = one[:700, 2]
    for k in range(3):
        wanted = stats.ks_2samp(one[:, k], two[:, k]).pvalue
        assert wanted <= kolmogorov_smirnov(one, two)[k] < 1.2 * wanted + 0.01
    flat = np.ones((20, 1))
    assert kolmogorov_smirnov(flat, flat) == [1] and mann_whitney(flat, flat) == [1]


def test_the_papers_p_values_cannot_fail(real: np.ndarray, loud: np.ndarray) -> None:
    summary = Summary.of(real, FIELD)
    where = summary.columns_of(POWER)
    ours, theirs = (summary.vectors(maps)[:, where] for maps in (real[:MAPS], loud))
    other = summary.vectors(real[MAPS:])[:, where]
    assert np.median(paper_p_values(ours, other)) > 0.9  # and not 0.5
    assert np.median(paper_p_values(ours, theirs)) > 0.9
    assert kolmogorov_smirnov(ours, theirs).min() < 1e-4


def test_correlations_are_compared_without_their_scatter() -> None:
    draw = np.random.default_rng(7)
    true = 0.3 + 0.7 * np.eye(12)
    weak = 0.24 + 0.76 * np.eye(12)
    one, same = (draw.multivariate_normal(np.zeros(12), true, 4000) for _ in "ab")
    other = draw.multivariate_normal(np.zeros(12), weak, 4000)
    assert correlation_difference(one, same) < 0.05
    assert correlation_difference(one, other) == pytest.approx(0.2, abs=0.05)
    few = np.mean([correlation_difference(one[k::20], other[k::20]) for k in range(20)])
    assert few == pytest.approx(0.2, abs=0.1)  # scatter alone would add 0.3
    independent = draw.normal(size=(50, 4))
    assert correlation_difference(independent, independent) >= 0


def test_the_frechet_distance_of_gaussians_is_known() -> None:
    draw = np.random.default_rng(8)
    one = draw.normal(size=(20000, 3))
    two = draw.normal([1, 0, 0], [1, 2, 3], size=(20000, 3))
    assert frechet(one, one) == pytest.approx(0, abs=1e-9)
    assert frechet(one, two) == pytest.approx(1 + 1 + 4, rel=0.03)


def test_neighbours_tell_lost_quality_from_lost_variety() -> None:
    draw = np.random.default_rng(9)
    real = draw.normal(size=(400, 5))
    same = neighbours(real, draw.normal(size=(400, 5)))
    assert same.coverage == pytest.approx(1 - 2**-5, abs=0.03)
    assert same.density == pytest.approx(1, abs=0.15)
    collapsed = neighbours(real, 0.1 * draw.normal(size=(400, 5)))
    assert collapsed.precision > 0.9 and collapsed.recall < 0.1
    assert collapsed.coverage < 0.5
    noisy = neighbours(real, 4 * draw.normal(size=(400, 5)))
    assert noisy.precision < 0.5 and noisy.recall > 0.6


def test_classifiers_guess_where_there_is_nothing_to_learn() -> None:
    draw = np.random.default_rng(10)
    one = draw.normal(size=(400, 20))
    same = classify_vectors(one, draw.normal(size=(400, 20)))
    assert same.p > 0.01 and same.auc == pytest.approx(0.5, abs=0.06)
    wide = classify_vectors(one, 1.3 * draw.normal(size=(400, 20)))
    assert wide.p < 1e-4 and wide.auc > 0.7


def test_a_network_tells_pixels_apart_where_they_differ() -> None:
    tiny = Field.named("wide", 16)
    one, same = np.split(lognormal(512, tiny, 16), 2)
    assert classify_pixels(one, same).p > 0.01
    other = lognormal(256, tiny, 17, skewness=0.5)
    assert classify_pixels(one, other).auc > 0.7


def test_the_whole_table_has_floors_and_plain_types() -> None:
    few = lognormal(64, SMALL, 11), lognormal(96, SMALL, 12, skewness=1.3)
    found = compare(*few, SMALL, pixels=False)
    assert not found.agree
    rows = found.as_json()["statistics"]
    assert {"name", "group", "effect", "unit", "floor", "p", "verdict"} <= rows[
        0
    ].keys()
    assert all(row["floor"] >= 0 for row in rows)
    shown = {row["group"] for row in rows if row["verdict"] == "shown"}
    assert shown == {"Fréchet distance", "neighbours", "p as the paper quotes it"}
    text = found.text()
    assert "DIFFERS" in text and "coverage" in text and "1 time in 100" in text


@pytest.fixture(scope="module")
def measured(
    real: np.ndarray, same: np.ndarray, loud: np.ndarray, tame: np.ndarray
) -> dict[str, gates.Measured]:
    """Sets of maps, measured in bins of the real ones."""
    summary = Summary.of(real, FIELD)
    flat = np.zeros((64, 64, 64), np.float32)
    smooth = gaussian(MAPS, FIELD, 13)
    sets = {"real": real, "same": same, "loud": loud, "tame": tame}
    sets |= {"flat": flat, "smooth": smooth}
    return {name: gates.Measured.of(maps, summary) for name, maps in sets.items()}


def test_gates_are_near_their_floors_for_perfect_maps_alone(
    measured: dict[str, gates.Measured],
) -> None:
    real, same, loud, tame, _, smooth = measured.values()
    some = real[:MAPS]
    power = gates.floor_of(gates.POWER_GATE, real)
    assert gates.power_error(some, same) < 2 * power < 0.03
    assert gates.power_error(some, loud) == pytest.approx(0.05, abs=0.02)
    assert gates.skewness_error(some, same) < 0.05
    assert gates.skewness_error(some, tame) == pytest.approx(0.28, abs=0.05)
    assert gates.minkowski_error(some, same) < 0.2
    assert gates.minkowski_error(some, tame) > 0.5
    assert gates.summary_auc(some, same) < 0.56
    assert gates.summary_auc(some, tame) > 0.95
    assert gates.coverage(some, same) > 0.93
    assert gates.coverage(some, tame) < 0.5
    assert gates.correlation_error(some, same) < 0.25
    assert gates.correlation_error(some, smooth) > 0.5
    assert all(gate.passed(gate(some, same)) for gate in gates.QUICK)
    assert not all(gate.passed(gate(some, tame)) for gate in gates.QUICK)


def test_skewness_is_that_of_scipy(measured: dict[str, gates.Measured]) -> None:
    some = measured["real"][:50]
    wanted = stats.skew(some.maps.ravel().astype(float))
    assert some.skewness == pytest.approx(wanted, rel=1e-3)


def test_gates_survive_a_generator_that_collapsed(
    measured: dict[str, gates.Measured],
) -> None:
    some, flat = measured["real"][:128], measured["flat"]
    assert gates.power_error(some, flat) == pytest.approx(1)
    assert gates.skewness_error(some, flat) == 1
    assert gates.coverage(some, flat) == 0
    assert gates.summary_auc(some, flat) == 1
    with pytest.raises(BadInput, match="values that are no numbers"):
        gates.Measured.of(np.full_like(some.maps, np.nan), some.summary)


@pytest.mark.parametrize("copies", [0.0, 0.02, 0.2])
def test_copies_of_training_maps_are_found(real: np.ndarray, copies: float) -> None:
    training, held_out = real[:MAPS], real[MAPS:]
    generated = lognormal(MAPS, FIELD, 14)
    count = round(copies * MAPS)
    shifted = np.roll(training[:count], (3, -5), (1, 2))
    generated[:count] = np.rot90(shifted, 3, (1, 2))
    draw = np.random.default_rng(15)
    generated += 0.003 * draw.normal(size=generated.shape).astype(np.float32)
    found = memorisation(generated, training, held_out)
    assert found.copies == (copies > 0)
    if copies:
        assert found.ratio < 0.8 * found.floor
    if copies == 0.2:
        assert found.share - 0.5 > found.bar and found.p < 1e-3


def test_odd_sizes_cannot_be_searched_for_copies() -> None:
    maps = np.zeros((4, 24, 24), np.float32)
    with pytest.raises(BadInput, match="a multiple of 16 pixels"):
        memorisation(maps, maps, maps)
