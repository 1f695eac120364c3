"""The test report's numbers, checked by hand on cases small enough for it."""

from math import isnan, sqrt

import numpy as np
import pytest

from workbench.rates import Rate
from workbench.tasks.neutrino import published
from workbench.tasks.neutrino.causes import CAUSES, RIGHT, shares, sort_causes
from workbench.tasks.neutrino.evaluation import tables
from workbench.tasks.neutrino.evaluation.bias import mean_shift, target_shifts
from workbench.tasks.neutrino.evaluation.breakdown import (
    by_multiplicity,
    by_segment,
)
from workbench.tasks.neutrino.evaluation.confusion import confusion, normalised
from workbench.tasks.neutrino.evaluation.numbers import numbers
from workbench.tasks.neutrino.evaluation.residual import (
    from_plane_codes,
    from_segments,
)
from workbench.tasks.neutrino.evaluation.selections import by_material, by_target
from workbench.tasks.neutrino.events import MATERIALS, TRUTH
from workbench.tasks.neutrino.segments import BOUNDS, RANK, Z_ORDER, segment_of


def truth_at(z: list[float]) -> np.ndarray:
    truth = np.zeros(len(z), TRUTH)
    truth["z"] = z
    truth["segment"] = segment_of(np.array(z))
    return truth


def codes(*values: int) -> np.ndarray:
    return np.array(values, np.uint8)


def test_wilson_interval_against_its_closed_form() -> None:
    low, high = Rate(8, 10).interval(1.96)
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert Rate(0, 4).interval() == pytest.approx((0.0, 0.2))  # 1 / (n + 1)
    assert Rate(4, 4).interval() == pytest.approx((0.8, 1.0))
    assert Rate(0, 0).interval() == (0.0, 1.0) and isnan(Rate(0, 0).value)
    big = Rate(250_000, 1_000_000)
    assert big.error == pytest.approx(sqrt(0.25 * 0.75 / 1e6), rel=1e-4)


def test_confusion_is_in_z_order() -> None:
    counts = confusion(codes(0, 1, 6, 6, 10), codes(0, 6, 6, 1, 10))
    expected = np.zeros((11, 11), int)
    expected[0, 0] = expected[1, 2] = expected[2, 2] = expected[2, 1] = 1
    expected[10, 10] = 1
    np.testing.assert_array_equal(counts, expected)
    assert normalised(counts, 1)[2, 1:3].tolist() == [0.5, 0.5]
    assert normalised(counts, 0)[:, 2].sum() == 1
    assert normalised(counts, 0)[:, 5].sum() == 0


def test_purity_and_efficiency_of_a_target() -> None:
    truth = np.zeros(6, TRUTH)
    truth["segment"] = [1, 1, 1, 6, 2, 2]
    first, second = by_target(truth, codes(1, 1, 6, 1, 2, 7))[:2]
    assert (first.purity, first.efficiency) == (Rate(2, 3), Rate(2, 3))
    assert (second.purity, second.efficiency) == (Rate(1, 1), Rate(1, 2))


def test_purity_of_a_material_counts_scintillator_against_it() -> None:
    iron, lead = MATERIALS.index("iron"), MATERIALS.index("lead")
    truth = np.zeros(5, TRUTH)
    truth["segment"] = [1, 1, 1, 1, 2]
    truth["material"] = [iron, 0, lead, iron, iron]
    behind = np.full((5, 5), iron)
    behind[2, 0] = lead
    found = {s.name: s for s in by_material(truth, codes(1, 1, 1, 6, 3), behind)}
    assert (found["iron"].purity, found["iron"].efficiency) == (Rate(2, 3), Rate(2, 3))
    assert found["lead"].purity == Rate(1, 1) == found["lead"].efficiency
    assert found["carbon"].efficiency.trials == 0


def test_an_iron_event_put_in_the_wrong_target_was_still_iron() -> None:
    truth = np.zeros(1, TRUTH)
    truth["segment"], truth["material"] = 2, MATERIALS.index("iron")
    behind = np.full((1, 5), MATERIALS.index("lead"))
    iron = by_material(truth, codes(3), behind)[0]
    assert iron.efficiency == Rate(0, 1) and iron.purity.trials == 0


def test_shift_of_a_mean_by_hand() -> None:
    values = np.array([1.0, 2.0, 3.0, 6.0])
    selected = np.array([True, True, True, False])
    true = np.array([False, True, True, True])
    shift, error = mean_shift(values, selected, true)
    assert shift == pytest.approx(2 - 11 / 3)
    pulls = [-1 / 3, (0 + 5 / 3) / 3, (1 + 2 / 3) / 3, -(7 / 3) / 3]
    assert error == pytest.approx(sqrt(sum(p * p for p in pulls)))
    same = mean_shift(values, true, true)
    assert same == (0.0, 0.0)


def test_the_error_of_a_shift_is_the_spread_of_repeated_shifts() -> None:
    rng = np.random.default_rng(3)
    shifts, errors = [], []
    for _ in range(400):
        values = rng.exponential(size=300)
        true = rng.random(300) < 0.5
        chosen = np.where(rng.random(300) < 0.1, ~true, true)
        shift, error = mean_shift(values, chosen, true)
        shifts.append(shift)
        errors.append(error)
    assert np.std(shifts) == pytest.approx(np.mean(errors), rel=0.12)


def test_an_empty_target_has_no_shift() -> None:
    truth = truth_at([4500.0])
    assert all(isnan(shift.value) for shift in target_shifts(truth, codes(1))[1:5])


def test_residuals_in_planes() -> None:
    assert from_plane_codes(np.uint16([9, 9]), np.uint16([8, 12])).tolist() == [-1, 3]
    # centres of segments 1 and 6 at 4490.5 and 4601.1 mm, planes every 22.595 mm
    away = from_segments(codes(1, 1, 6, 9, 9), codes(1, 6, 1, 4, 5))
    assert away.tolist() == [0, 5, -5, -3, 1]


def test_causes_take_the_first_that_applies() -> None:
    bound = BOUNDS[0]  # between segments 0 and 1
    inside = 4490.0
    truth = truth_at([bound + 5, bound + 5, inside, inside, inside, inside])
    truth["secondary"] = [1, 0, 1, 0, 0, 0]
    truth["backward"] = [1, 0, 1, 1, 0, 0]
    predicted = codes(0, 6, 0, 0, 0, 1)
    names = [CAUSES[c] for c in sort_causes(truth, predicted)[:5]]
    expected = ["boundary", "other", "multiple interactions", "backward tracks"]
    assert names == [*expected, "other"]
    assert sort_causes(truth, predicted)[5] == RIGHT
    (wrong, right), *_ = shares(truth, predicted)
    assert wrong == Rate(1, 5) and right == Rate(0, 1)


@pytest.mark.parametrize(
    ("away", "near"), [(11.29, True), (-11.29, True), (11.31, False)]
)
def test_near_means_half_a_plane(away: float, near: bool) -> None:
    truth = truth_at([BOUNDS[3] + away])
    there = 7 if truth["segment"][0] == 2 else 2
    assert (sort_causes(truth, codes(there))[0] == 0) == near


def test_base_rates_count_right_events_near_any_boundary() -> None:
    truth = truth_at([BOUNDS[4] + 1, 6100.0])
    shown = shares(truth, truth["segment"])
    assert [right for _, right in shown] == [Rate(1, 2), *[Rate(0, 2)] * 2, Rate(1, 2)]
    assert all(wrong.trials == 0 for wrong, _ in shown)


def test_breakdowns() -> None:
    truth = truth_at([4500.0, 4600.0, 4600.0, 4600.0])
    truth["protons"] = [0, 1, 3, 7]
    truth["charged_pions"] = [0, 0, 2, 0]
    truth["neutrons"] = 9
    found = by_multiplicity(truth, codes(1, 6, 6, 2))
    assert (found["0"], found["1"]) == (Rate(1, 1), Rate(1, 1))
    assert found["5 or more"] == Rate(1, 2)
    assert list(by_segment(truth, codes(1, 6, 6, 2))) == list(Z_ORDER)


def test_numbers_have_the_keys_of_results() -> None:
    truth = truth_at([4500.0, 4600.0, 4600.0, 6000.0])
    probabilities = np.eye(11)[[1, 6, 1, 10]]
    found = numbers(truth, codes(1, 6, 1, 10), probabilities)
    assert found["test/accuracy"] == 0.75 == found["test/mean_probability_of_truth"]
    assert found["test/accuracy_low"] < 0.75 < found["test/accuracy_high"]
    assert found["test/accuracy_segment_6"] == 0.5 == found["test/purity_target_1"]
    assert "test/accuracy_segment_3" not in found
    assert all(np.isfinite(value) for value in found.values())


def test_counts_with_the_prior_undone_come_closer_to_the_truth() -> None:
    rng = np.random.default_rng(0)
    trained = np.full(11, 100)
    trained[[1, 2]] = 900, 300
    truth = np.zeros(4000, TRUTH)
    truth["segment"] = rng.choice([1, 2], 4000)
    signal = rng.normal(truth["segment"] - 1.5, 0.5)  # two overlapping Gaussians
    likelihood = np.full((4000, 11), 1e-12)
    for code in (1, 2):
        likelihood[:, code] = np.exp(-(((signal - code + 1.5) / 0.5) ** 2) / 2)
    probabilities = likelihood * trained
    probabilities /= probabilities.sum(1, keepdims=True)
    row = tables.count_table(truth, probabilities, trained.tolist()).rows[RANK[1]]
    true, counted, corrected = map(int, row[1:])
    assert abs(counted - true) > 300 > 100 > abs(corrected - true)


def test_published_tables_agree_with_each_other() -> None:
    shares_ = published.DISTRIBUTION
    assert sum(shares_.values()) == pytest.approx(0.999)
    weighted = sum(shares_[c] * published.NETWORK[c] for c in Z_ORDER)
    four = published.ACCURACY_BY_DEPTH["four, {8, 8, 7, 6} × 3"]
    assert weighted / 0.999 == pytest.approx(four, abs=1.5e-3)
    assert published.PREVIOUS[9] == 0.737 and published.NETWORK[9] == 0.613


def test_tables_read_well() -> None:
    rng = np.random.default_rng(1)
    truth = truth_at(rng.uniform(4300, 6172, 500).tolist())
    truth["q2"], truth["w"] = rng.exponential(size=(2, 500))
    predicted = np.where(rng.random(500) < 0.1, 1, truth["segment"]).astype(np.uint8)
    made = [
        tables.segment_table(truth, predicted),
        tables.selection_table(by_target(truth, predicted)),
        tables.bias_table(truth, predicted),
        tables.multiplicity_table(truth, predicted),
        tables.cause_table(truth, predicted),
        tables.published_table(),
    ]
    for table in made:
        assert all(len(row) == len(table.columns) for row in table.rows), table.title
        assert "nan" not in tables.text(table)
    text = tables.text(made[0])
    assert published.LABEL in text
    assert [row[1] for row in made[0].rows[:-1]] == [str(code) for code in Z_ORDER]
    assert made[0].rows[9][2] == "9" and made[0].rows[9][0] == "target 5"


def test_tables_of_a_single_right_event() -> None:
    truth = truth_at([4500.0])
    assert "–" in tables.text(tables.segment_table(truth, codes(1)))
    assert "–" in tables.text(tables.bias_table(truth, codes(1)))
    assert "–" in tables.text(tables.cause_table(truth, codes(1)))
