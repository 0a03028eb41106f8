"""Normal and t quantiles against scipy's distributions."""

import pytest
from scipy import stats

from crmkit.statistics._critical import normal, student

LEVELS = [0.01, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999999, 1 - 1e-12]


@pytest.mark.parametrize("confidence", LEVELS)
def test_normal_is_that_of_scipy(confidence):
    assert normal(confidence) == pytest.approx(stats.norm.isf((1 - confidence) / 2), rel=1e-12)


@pytest.mark.parametrize("confidence", LEVELS)
@pytest.mark.parametrize("freedom", [1, 2, 9, 30, 1000, 8_800_000])
def test_student_is_that_of_scipy(confidence, freedom):
    assert student(confidence, freedom) == pytest.approx(stats.t.isf((1 - confidence) / 2, freedom), rel=1e-9)


def test_the_highest_level_there_is_reaches_far_but_not_to_infinity():
    assert 8 < normal(1 - 2.0**-53) < 9
