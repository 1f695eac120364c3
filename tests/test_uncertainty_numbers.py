"""Probabilities measured and mended, and promises kept: against cases done by hand."""

import numpy as np
import pytest
import torch
from torchmetrics.functional.classification import multiclass_calibration_error

from workbench.bootstrap import interval
from workbench.errors import BadInput
from workbench.uncertainty.calibration import (
    answers,
    brier,
    classwise_ece,
    ece,
    ece_floor,
    nll,
    reliability,
)
from workbench.uncertainty.conformal import (
    Conformal,
    Method,
    band,
    covered,
    foreignness,
    least,
    suited_alpha,
    threshold,
)
from workbench.uncertainty.risk_control import MaskControl, missed, thresholds
from workbench.uncertainty.scaling import Temperature, Vector, softmax
from workbench.uncertainty.selective import risk_coverage

METHODS: tuple[Method, ...] = ("lac", "aps", "raps")


def said(
    events: int, seed: int, hot: float = 1.0, classes: int = 5
) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are ``hot`` times those by which labels are drawn, and labels."""
    draw = np.random.default_rng(seed)
    logits = 2 * draw.normal(size=(events, classes))
    chances = softmax(logits).cumsum(1)
    labels = (draw.random((events, 1)) > chances).sum(1).clip(max=classes - 1)
    return hot * logits, labels


def test_scores_of_two_events_by_hand() -> None:
    probabilities = np.array([[0.7, 0.2, 0.1], [0.5, 0.3, 0.2]])
    labels = np.array([0, 2])
    np.testing.assert_allclose(nll(probabilities, labels), -np.log([0.7, 0.2]))
    np.testing.assert_allclose(brier(probabilities, labels), [0.14, 0.98])
    assert ece(probabilities, labels) == pytest.approx((0.3 + 0.5) / 2)
    for k, gap in ((0, (0.3 + 0.5) / 2), (1, 0.25), (2, (0.1 + 0.8) / 2)):
        found = reliability(probabilities[:, k], labels == k)
        assert found.ece == pytest.approx(gap)
    assert classwise_ece(probabilities, labels) == pytest.approx(
        (0.4 + 0.25 + 0.45) / 3
    )


@pytest.mark.parametrize("hot", [0.5, 1, 2])
def test_ece_is_that_of_torchmetrics(hot: float) -> None:
    logits, labels = said(3000, 1, hot)
    probabilities = softmax(logits)
    theirs = multiclass_calibration_error(
        torch.from_numpy(probabilities), torch.from_numpy(labels), 5, n_bins=15
    )
    assert ece(probabilities, labels) == pytest.approx(float(theirs), abs=1e-6)


def test_bins_of_equal_counts_hold_as_many_and_see_the_same_fault() -> None:
    logits, labels = said(3000, 1, hot=2)
    found = reliability(*answers(softmax(logits), labels), binning="count")
    assert set(found.counts) == {200} and (np.diff(found.confidence) >= 0).all()
    assert found.ece == pytest.approx(ece(softmax(logits), labels), abs=0.02)


def test_the_floor_is_what_true_probabilities_give() -> None:
    errors = [ece(softmax(said(2000, k)[0]), said(2000, k)[1]) for k in range(40)]
    floor = ece_floor(softmax(said(2000, 0)[0]))
    assert floor.mean == pytest.approx(np.mean(errors), rel=0.15)
    assert np.mean(np.array(errors) <= floor.high) > 0.8
    hot, labels = said(2000, 0, hot=1.5)
    assert ece(softmax(hot), labels) > 2 * ece_floor(softmax(hot)).high


def test_temperature_is_found_and_leaves_the_order() -> None:
    logits, labels = said(20_000, 2, hot=2.5)
    found = Temperature.fit(logits, labels)
    assert found.value == pytest.approx(2.5, rel=0.05)
    fresh, truth = said(5000, 3, hot=2.5)
    assert (found(fresh).argmax(1) == fresh.argmax(1)).all()
    assert ece(found(fresh), truth) < ece_floor(found(fresh)).high
    assert nll(found(logits), labels).mean() <= nll(softmax(logits), labels).mean()


def test_vector_scaling_mends_each_class() -> None:
    logits, labels = said(20_000, 4)
    spoilt = logits * [1, 2, 1, 0.5, 1] + [0, 1, -1, 0, 0]
    found = Vector.fit(spoilt, labels)
    np.testing.assert_allclose(found.weights, [1, 0.5, 1, 2, 1], atol=0.12)
    simple = Temperature.fit(spoilt, labels)
    fresh, truth = said(5000, 5)
    fresh = fresh * [1, 2, 1, 0.5, 1] + [0, 1, -1, 0, 0]
    assert nll(found(fresh), truth).mean() < nll(simple(fresh), truth).mean()
    never = Vector.fit(logits[labels != 4], labels[labels != 4])
    assert np.isfinite(never.biases).all() and never.biases.argmin() == 4


def test_a_broken_network_is_not_calibrated() -> None:
    logits, labels = said(100, 0)
    logits[3, 2] = np.nan
    for scaling in (Temperature, Vector):
        with pytest.raises(BadInput, match="logits that are no numbers"):
            scaling.fit(logits, labels)


def test_risk_and_coverage_of_four_events_by_hand() -> None:
    confidence = np.array([0.9, 0.8, 0.8, 0.3])
    found = risk_coverage(confidence, np.array([True, False, True, False]))
    np.testing.assert_allclose(found.coverage, [0.25, 0.75, 1])
    np.testing.assert_allclose(found.wrong, [0, 0.25, 0.5])
    np.testing.assert_allclose(found.risk, [0, 1 / 3, 1 / 2])
    assert found.augrc == pytest.approx(0.5 * (0.5 * 0.25 + 0.25 * 0.75))
    assert found.accuracy_at(0.25) == 1 and found.accuracy_at(0.5) == 1 - 1 / 3


def test_augrc_is_half_the_errors_if_confidence_says_nothing() -> None:
    draw = np.random.default_rng(0)
    right = draw.random(20_000) > 0.1
    assert risk_coverage(draw.random(20_000), right).augrc == pytest.approx(
        0.05, rel=0.05
    )
    assert risk_coverage(np.ones(20_000), right).augrc == pytest.approx(0.05, rel=0.1)
    # by the area under the curve that tells right from wrong (Traub et al. 2024)
    sure = right + draw.normal(size=20_000)
    errors, told = 1 - right.mean(), (sure[right][:, None] > sure[~right]).mean()
    expected = (1 - told) * errors * (1 - errors) + errors**2 / 2
    assert risk_coverage(sure, right).augrc == pytest.approx(expected, rel=1e-3)


def test_intervals_hold_what_they_should() -> None:
    inside = 0
    for seed in range(100):
        values = np.random.default_rng(seed).exponential(size=200)
        found = interval(lambda rows, v=values: float(v[rows].mean()), 200, seed, 300)
        inside += found.low < 1 < found.high
    assert 86 <= inside <= 100
    first = np.random.default_rng(0).normal(size=500)
    better = interval(lambda rows: float((first[rows] + 0.1 - first[rows]).mean()), 500)
    assert better.above_zero and better.low == pytest.approx(0.1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("alpha", [0.1, 0.03])
def test_mean_coverage_over_splits_is_what_is_promised(
    method: Method, alpha: float
) -> None:
    n, splits = 200, 150
    logits, labels = said(20_000, 6)
    probabilities = softmax(logits)
    found: list[float] = []
    for split in range(splits):
        order = np.random.default_rng(split).permutation(len(labels))
        some, rest = order[:n], order[n:]
        one = Conformal.fit(
            probabilities[some], labels[some], alpha, method, seed=split
        )
        sets = one.sets(probabilities[rest], seed=1000 + split)
        found.append(covered(sets, labels[rest]).mean())
    slack = 3 * np.std(found) / np.sqrt(splits)
    assert 1 - alpha - slack <= np.mean(found) <= 1 - alpha + 1 / (n + 1) + slack
    low, high = band(alpha, n, len(labels) - n)
    assert np.mean((low <= np.array(found)) & (np.array(found) <= high)) > 0.97


def test_a_band_of_coverage_ends_at_all_events() -> None:
    low, high = band(0.05, 100, 100)
    assert 0.8 < low < 0.95 and high == 1.0


@pytest.mark.parametrize("method", METHODS)
def test_sets_are_those_of_mapie(method: Method) -> None:
    conformity = pytest.importorskip("mapie.conformity_scores")
    from mapie.classification import SplitConformalClassifier
    from sklearn.base import BaseEstimator, ClassifierMixin

    class Said(ClassifierMixin, BaseEstimator):
        """Gives back the probabilities that it is given."""

        classes_ = np.arange(5)

        def fit(self, x: np.ndarray, y: np.ndarray) -> "Said":
            return self

        def predict_proba(self, x: np.ndarray) -> np.ndarray:
            return x

        def predict(self, x: np.ndarray) -> np.ndarray:
            return x.argmax(1)

    logits, labels = said(1000, 7)
    probabilities = softmax(logits)
    known, new = probabilities[:500], probabilities[500:]
    score = {
        "lac": conformity.LACConformityScore,
        "aps": conformity.APSConformityScore,
        "raps": conformity.RAPSConformityScore,
    }[method]()
    theirs = SplitConformalClassifier(
        Said(), confidence_level=0.9, conformity_score=score, random_state=0
    )
    if method == "lac":
        theirs.conformalize(known, labels[:500])
        expected = theirs.predict_set(new)[1][:, :, 0]
        ours = Conformal.fit(known, labels[:500], 0.1, method).sets(new)
        assert (ours == expected).mean() > 0.999
    else:  # their random parts are others, and RAPS chooses its price
        ours = Conformal.fit(known, labels[:500], 0.1, method).sets(new)
        theirs.conformalize(known, labels[:500])
        expected = theirs.predict_set(
            new, conformity_score_params={"include_last_label": "randomized"}
        )[1][:, :, 0]
        assert ours.sum(1).mean() == pytest.approx(expected.sum(1).mean(), rel=0.1)


def test_each_class_has_its_own_promise_where_it_has_events() -> None:
    logits, labels = said(6000, 8)
    keep = (labels != 4) | (np.arange(6000) % 60 == 0)
    probabilities, labels = softmax(logits)[keep], labels[keep]
    half = len(labels) // 2
    one = Conformal.fit(probabilities[:half], labels[:half], 0.05, each=True)
    assert list(one.idle) == [4] and one.events[4] < least(0.05) == 19
    sets = one.sets(probabilities[half:])
    assert sets[:, 4].all()
    for k in range(4):
        inside = covered(sets, labels[half:])[labels[half:] == k]
        low, _ = band(0.05, int(one.events[k]), len(inside))
        assert inside.mean() > low


def test_sets_that_people_see_are_never_empty() -> None:
    probabilities = np.tile([0.9, 0.06, 0.04], (500, 1))
    one = Conformal.fit(probabilities, np.zeros(500, int), 0.2, "aps")
    assert not one.sets(probabilities).any(1).all()
    assert one.shown(probabilities)[:, 0].all()
    assert (one.shown(probabilities) >= one.sets(probabilities)).all()


def test_scores_by_hand() -> None:
    probabilities = np.array([[0.2, 0.5, 0.3]])
    np.testing.assert_allclose(foreignness(probabilities, "lac", 0), [[0.8, 0.5, 0.7]])
    part = np.random.default_rng(0).random()
    expected = np.array([[0.8 + 0.2 * part, 0.5 * part, 0.5 + 0.3 * part]])
    np.testing.assert_allclose(foreignness(probabilities, "aps", 0), expected)
    dearer = foreignness(probabilities, "raps", 0) - expected
    np.testing.assert_allclose(dearer, [[0.01, 0, 0]], atol=1e-12)
    assert (
        threshold(np.arange(9.0), 0.1) == 8 and threshold(np.arange(8.0), 0.1) == np.inf
    )


@pytest.mark.parametrize(
    ("events", "alpha", "text"),
    [
        (100, 0.0, "alpha 0.0: give a number between 0 and 1"),
        (100, 1.0, "between 0 and 1"),
        (8, 0.1, "8 calibration events: 9 are the least for alpha 0.1"),
    ],
)
def test_promises_that_cannot_be_kept_are_refused(
    events: int, alpha: float, text: str
) -> None:
    logits, labels = said(events, 0)
    with pytest.raises(BadInput, match=text):
        Conformal.fit(softmax(logits), labels, alpha)


def test_alpha_suits_how_often_a_model_is_right() -> None:
    assert suited_alpha(0.5) == 0.1 and suited_alpha(0.85) == 0.05
    assert suited_alpha(0.968) == 0.01 and suited_alpha(0.99) == 0.005
    assert 0 < suited_alpha(1.0) < 1e-4


def maps_missed(maps: int, draw: np.random.Generator) -> np.ndarray:
    """Shares of an object that thresholds miss, in maps , more or less sure."""
    found: list[np.ndarray] = []
    for _ in range(maps):
        odds = draw.normal(draw.normal(1, 1.5), 1, size=60)
        found.append(
            missed(1 / (1 + np.exp(-odds)), np.arange(60) < draw.integers(5, 60))
        )
    return np.array(found)


def test_masks_miss_no_more_than_is_promised() -> None:
    draw, alpha, found = np.random.default_rng(0), 0.1, []
    for _ in range(120):
        control = MaskControl.fit(maps_missed(40, draw), thresholds(), alpha)
        at = np.searchsorted(thresholds(), control.threshold)
        found.append(maps_missed(40, draw)[:, at].mean())
    assert np.mean(found) <= alpha + 3 * np.std(found) / np.sqrt(len(found))
    assert np.mean(found) > alpha - 0.05
    with pytest.raises(BadInput, match="8 maps with the object: 9 are the least"):
        MaskControl.fit(maps_missed(8, draw), thresholds(), alpha)
