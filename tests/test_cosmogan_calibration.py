"""What must differ does, what must not does not, and equal sets hardly ever do."""

import numpy as np
import pytest
from scipy import stats

from tests.cosmogan_fields import lognormal
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.physics.comparison import (
    FALSE_ALARM,
    Comparison,
    judge,
    questions,
)
from workbench.tasks.cosmogan.physics.evidence import Evidence
from workbench.tasks.cosmogan.physics.summary import POWER, Summary

FIELD = Field.named("wide", 64)
TINY = Field.named("wide", 16)
MAPS = 512


@pytest.fixture(scope="module")
def real() -> np.ndarray:
    return lognormal(MAPS, FIELD, 1)


def quick(real: np.ndarray, other: np.ndarray, field: Field) -> Comparison:
    """Every verdict on vectors, without floors."""
    summary = Summary.of(real, field)
    asked = questions(summary, (summary.vectors(real), summary.vectors(other)), 0)
    answers = []
    for question in asked:
        effects, p = question.judged(*question.sets)
        answers.append((question, Evidence(effects, np.zeros_like(effects), p)))
    return judge(answers)


def test_a_spectrum_5_percent_high_fails_in_power_and_not_in_skewness(
    real: np.ndarray,
) -> None:
    found = quick(real, lognormal(MAPS, FIELD, 3, factor=1.05), FIELD)
    assert not found.agree and POWER in found.differing
    assert "skewness" not in found.differing and "kurtosis" not in found.differing
    assert "scatter of the spectrum" not in found.differing


def test_skewness_too_low_fails_in_skewness_and_not_in_power(
    real: np.ndarray,
) -> None:
    found = quick(real, lognormal(MAPS, FIELD, 4, skewness=1.3), FIELD)
    assert not found.agree and "skewness" in found.differing
    assert POWER not in found.differing


def test_200_equal_pairs_differ_no_more_often_than_stated() -> None:
    maps = lognormal(200 * 96, TINY, 5).reshape(200, 2, 48, 16, 16)
    alarms = sum(not quick(*pair, TINY).agree for pair in maps)
    assert alarms <= stats.binom.ppf(0.999, 200, FALSE_ALARM)
