"""Quantiles against numpy and scipy, and where the data are too few."""

import math

import numpy as np
import pytest
from scipy import stats

from crmkit.statistics import quantile

RNG = np.random.default_rng(57)


@pytest.mark.parametrize("q", [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999])
@pytest.mark.parametrize("n", [1, 2, 3, 10, 11, 500])
def test_the_value_is_that_of_numpy(n, q):
    values = RNG.lognormal(4, 1, n)
    assert quantile(values, q).value == pytest.approx(np.quantile(values, q), rel=1e-12)


@pytest.mark.parametrize("q", [0.1, 0.25, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95, 0.99])
def test_the_bounds_are_the_order_statistics_of_scipy(q, confidence):
    for n in [*range(1, 60), 250, 4238]:
        values = RNG.permutation(n) * 1.0
        estimate = quantile(values, q, confidence=confidence)
        expected = stats.quantile_test(values, p=q).confidence_interval(confidence)
        np.testing.assert_array_equal([estimate.low, estimate.high], [expected.low, expected.high])


def test_the_bounds_of_tied_data_are_those_of_scipy():
    days = RNG.poisson(4, 200).astype(float)
    estimate = quantile(days, 0.75)
    expected = stats.quantile_test(days, p=0.75).confidence_interval(0.95)
    assert (estimate.low, estimate.high) == (expected.low, expected.high)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_neither_tail_holds_more_than_its_half_and_the_next_observation_would(q):
    n, tail = 80, 0.025
    estimate = quantile(np.arange(n), q)
    below = stats.binom(n, q)
    assert below.cdf(estimate.low) <= tail < below.cdf(estimate.low + 1)
    assert below.sf(estimate.high) <= tail < below.sf(estimate.high - 1)


def test_a_median_needs_6_observations_for_bounds_at_95_percent():
    five, six = quantile(range(5)), quantile(range(6))
    assert five.value == 2.0
    assert math.isnan(five.low)
    assert math.isnan(five.high)
    assert (six.low, six.value, six.high) == (0.0, 2.5, 5.0)


def test_a_high_quantile_can_have_a_lower_bound_only():
    estimate = quantile(range(50), 0.95)
    assert estimate.low == 43.0
    assert math.isnan(estimate.high)


def test_at_a_low_level_the_bounds_are_the_two_observations_around_the_value():
    high, low = quantile(range(119), 0.99, confidence=0.3), quantile(range(119), 0.01, confidence=0.3)
    assert high.value == pytest.approx(116.82)
    assert (high.low, high.high) == (116.0, 118.0)
    assert low.value == pytest.approx(1.18)
    assert (low.low, low.high) == (0.0, 2.0)


def test_nothing_has_no_quantile():
    for nothing in (quantile([]), quantile([3.0], counts=[0])):
        assert all(math.isnan(part) for part in (nothing.value, nothing.low, nothing.high))
        assert nothing.n == 0


def test_one_observation_is_every_quantile_and_has_no_bounds():
    estimate = quantile([7.0], 0.9)
    assert (estimate.value, estimate.n) == (7.0, 1)
    assert math.isnan(estimate.low)
    assert math.isnan(estimate.high)


def test_equal_observations_have_their_value_exactly_and_an_interval_of_width_0():
    estimate = quantile([0.1], counts=[9])
    assert (estimate.value, estimate.low, estimate.high, estimate.n) == (0.1, 0.1, 0.1, 9)


def test_the_ends_of_the_floats_are_interpolated_without_overflow():
    assert quantile([-1.7e308, 1.7e308]).value == 0.0
