"""The mean against scipy and statsmodels, and at its edges."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from crmkit.statistics import mean

RNG = np.random.default_rng(20170331)
SAMPLES = {
    "two": [1.0, 4.0],
    "normal": RNG.normal(50, 7, 40).tolist(),
    "skewed": RNG.lognormal(6, 1.5, 300).tolist(),
    "far from 0": (1e9 + RNG.integers(0, 5, 25)).tolist(),
    "cents": (RNG.integers(1, 100_000, 200) / 100).tolist(),
}


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("values", SAMPLES.values(), ids=SAMPLES)
def test_mean_is_that_of_scipy(values, confidence):
    estimate = mean(values, confidence=confidence)
    low, high = stats.t.interval(confidence, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx((np.mean(values), low, high), rel=1e-9)
    assert (estimate.n, estimate.confidence) == (len(values), confidence)


def test_counted_mean_is_that_of_statsmodels_with_frequency_weights():
    values, counts = np.arange(1.0, 8.0), np.array([5, 0, 2, 9, 1, 1, 30])
    estimate = mean(values, counts=counts, confidence=0.9)
    weighted = DescrStatsW(values, weights=counts)
    assert estimate.value == pytest.approx(weighted.mean, rel=1e-12)
    assert (estimate.low, estimate.high) == pytest.approx(weighted.tconfint_mean(alpha=0.1), rel=1e-9)
    assert estimate.n == 48


def test_nothing_has_no_mean():
    for nothing in (mean([]), mean([1.0, 2.0], counts=[0, 0])):
        assert all(math.isnan(part) for part in (nothing.value, nothing.low, nothing.high))
        assert nothing.n == 0


def test_one_observation_has_a_mean_and_no_bounds():
    estimate = mean([7.0])
    assert (estimate.value, estimate.n) == (7.0, 1)
    assert math.isnan(estimate.low)
    assert math.isnan(estimate.high)


@pytest.mark.parametrize("value", [0.1, 19.99, -3.3, 0.0, 1e300, 5e-324])
@pytest.mark.parametrize("n", [2, 3, 7, 1000])
def test_equal_observations_have_their_value_exactly_and_an_interval_of_width_0(value, n):
    estimate = mean([value], counts=[n])
    assert (estimate.value, estimate.low, estimate.high) == (value, value, value)


def test_a_mean_that_no_float_is_does_not_spoil_the_interval():
    near, far = mean([0.0, 2.0]), mean([1e16, 1e16 + 2])
    assert far.value in (1e16, 1e16 + 2)
    assert far.high - far.value == pytest.approx(near.high - near.value, abs=2)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_values_whose_squares_leave_the_floats_have_an_interval_all_the_same(scale):
    estimate, plain = mean([1 * scale, 2 * scale, 4 * scale]), mean([1.0, 2.0, 4.0])
    assert (estimate.low / scale, estimate.high / scale) == pytest.approx((plain.low, plain.high))


def test_a_bound_beyond_the_floats_is_infinite():
    estimate = mean([-1.7e308, 1.7e308])
    assert (estimate.value, estimate.low, estimate.high) == (0.0, -math.inf, math.inf)
