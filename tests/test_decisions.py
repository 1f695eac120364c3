"""What a slider shows of probabilities, promises and answers that are held back."""

import json

import numpy as np
import pytest

from workbench.uncertainty.answers import Answers
from workbench.uncertainty.calibration import FEW, reliability
from workbench.uncertainty.conformal import Conformal, covered
from workbench.uncertainty.foreign import area, spread
from workbench.uncertainty.known import halves
from workbench.uncertainty.measured import Measured, measured_table
from workbench.uncertainty.operating import in_words, operating
from workbench.uncertainty.promises import Kept, class_rates
from workbench.uncertainty.scores import Scores
from workbench.uncertainty.verdict import Sign

NAMES = ("up", "middle", "down")


def drawn(events: int, seed: int = 0, sharp: float = 1.5) -> Answers:
    """Labels drawn by probabilities, and logits that are too sure of them."""
    draw = np.random.default_rng(seed)
    logits = draw.normal(0, 2, (events, 3))
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = (draw.random((events, 1)) > p.cumsum(1)).sum(1)
    return Answers(sharp * logits, labels)


FOUND = drawn(2000)


def test_a_point_to_work_at_by_hand() -> None:
    chances = np.array([0.9, 0.8, 0.8, 0.6, 0.5])
    labels = np.array([0, 0, 1, 1, 0])  # right, right, wrong, wrong, right
    p = np.stack([chances, 1 - chances], 1)
    found = Answers(np.log(p), labels)
    point = operating(found, 0.3)  # two events are equally sure and come together
    assert point.confidence == pytest.approx(0.8)
    assert (point.answered.successes, point.answered.trials) == (3, 5)
    assert (point.right.successes, point.right.trials) == (2, 3)
    assert operating(found, 1.0).right.successes == 3
    assert operating(found, 0.0).answered.successes == 1


def test_fewer_answers_are_righter() -> None:
    points = [operating(FOUND, share) for share in (1.0, 0.6, 0.2)]
    accuracies = [point.right.value for point in points]
    assert accuracies == sorted(accuracies) and accuracies[-1] > accuracies[0] + 0.1
    for point, share in zip(points, (1.0, 0.6, 0.2), strict=True):
        assert share <= point.answered.value < share + 0.01


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ([1, 0, 0], "segment 0 (up)"),
        ([1, 0, 1], "segment 0 (up) or 2 (down)"),
        ([1, 1, 1], "any segment"),
        ([0, 0, 0], "no segment"),
    ],
)
def test_a_set_in_words(held: list[int], words: str) -> None:
    assert in_words(np.array(held, bool), NAMES, "segment") == words
    four = np.array([1, 1, 1, 0], bool)
    said = in_words(four, ("a", "b", "c", "d"), "class")
    assert said == "class 0 (a), 1 (b) or 2 (c)"


def test_fast_measures_are_those_of_the_report() -> None:
    fast, slow = Measured.of(FOUND), Scores.of(FOUND)
    assert fast.bins.ece == slow.ece.value and fast.floor == slow.floor
    assert fast.nll.value == pytest.approx(slow.nll.value)
    assert fast.brier.value == pytest.approx(slow.brier.value)
    assert fast.augrc == slow.augrc.value
    half = (slow.nll.high - slow.nll.low) / 2  # resampled; the other is a formula
    assert fast.nll.half == pytest.approx(half, rel=0.15)
    table = measured_table({"as it is": fast})
    assert "2,000 test events" in table.caption and len(table.rows[0]) == 7


def test_a_bin_with_few_events_has_a_wide_bar_and_is_left_out() -> None:
    confidence = np.concatenate([np.full(FEW - 1, 0.3), np.full(400, 0.95)])
    found = reliability(confidence, np.ones(len(confidence), bool))
    full, few = int(found.counts.argmax()), int(np.flatnonzero(found.counts)[0])
    assert found.telling.tolist() == [full]
    low, high = found.band
    assert low[few] < 0.75 and low[full] > 0.98 and high[few] == high[full] == 1
    assert (high - low)[found.counts == 0].tolist() == [1.0] * 13


def test_classes_share_the_coverage_of_all() -> None:
    known, test = drawn(1000, 1), drawn(900, 2)
    promise = Conformal.fit(known.probabilities, known.labels, 0.1)
    rates = class_rates(promise, test)
    held = covered(promise.sets(test.probabilities), test.labels)
    assert sum(one.successes for one in rates) == held.sum()
    kept = Kept.of(promise, test)
    assert [one.value for one in rates] == pytest.approx(kept.classes.tolist())


def test_halves_share_no_event() -> None:
    one, other = halves(101, 3)
    assert sorted([*one, *other]) == list(range(101)) and len(one) == 50
    assert not np.array_equal(one, halves(101, 4)[0])


def test_an_area_of_so_many_events_has_the_spread_of_one_that_was_counted() -> None:
    draw = np.random.default_rng(0)
    found = area(draw.normal(size=200), draw.normal(0.5, size=100))
    assert found == spread(found.value, 200, 100)
    wide = spread(found.value, 20, 10)
    assert wide.high - wide.low > 2.5 * (found.high - found.low)


@pytest.mark.parametrize("name", ["drop of confidence", "outside (ViM)"])
def test_a_sign_comes_back_from_the_results_of_a_run(name: str) -> None:
    sign = Sign(name, 0.012, 0.97, 0.93, 0.1, 0.2)
    kept = json.loads(
        json.dumps({f"uncertainty/{key}": value for key, value in sign.numbers.items()})
    )
    assert Sign.kept(kept | {"test/accuracy": 0.9}) == sign
    assert Sign.kept({"uncertainty/verdict_auc": 1.0, "test/accuracy": 0.9}) is None
