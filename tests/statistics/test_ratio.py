"""The ratio of two sums against a regression, a general delta method and the bootstrap."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.regression.linear_model import WLS

from crmkit.statistics import mean, ratio

RNG = np.random.default_rng(66)
SPEND = RNG.lognormal(5, 1, 60)
REVENUE = 3 * SPEND + RNG.normal(0, 100, 60)


def standard_error(estimate):
    return (estimate.high - estimate.value) / stats.t.isf((1 - estimate.confidence) / 2, estimate.n - 1)


def test_value_is_one_sum_over_the_other():
    estimate = ratio(REVENUE, SPEND)
    assert estimate.value == pytest.approx(REVENUE.sum() / SPEND.sum(), rel=1e-12)
    assert (estimate.n, estimate.confidence) == (60, 0.95)


def test_interval_is_that_of_a_robust_regression_weighted_by_the_inverse_denominator():
    # weighted least squares of y on x with weights 1/x has the slope sum y / sum x, and White's HC1 variance
    # is n / (n - 1) times the sum of squared residuals over the squared sum of x
    fit = WLS(REVENUE, SPEND, weights=1 / SPEND).fit(cov_type="HC1", use_t=True)
    estimate = ratio(REVENUE, SPEND, confidence=0.9)
    assert estimate.value == pytest.approx(fit.params[0], rel=1e-12)
    assert (estimate.low, estimate.high) == pytest.approx(tuple(fit.conf_int(alpha=0.1)[0]), rel=1e-9)


def test_standard_error_is_that_of_the_gradient_and_the_covariance_of_the_means():
    (mean_y, mean_x), covariance = (REVENUE.mean(), SPEND.mean()), np.cov(REVENUE, SPEND) / 60
    gradient = np.array([1 / mean_x, -mean_y / mean_x**2])
    assert standard_error(ratio(REVENUE, SPEND)) == pytest.approx(math.sqrt(gradient @ covariance @ gradient), rel=1e-9)


def test_standard_error_is_near_that_of_the_bootstrap():
    chosen = RNG.integers(0, 60, (4000, 60))
    resampled = REVENUE[chosen].sum(axis=1) / SPEND[chosen].sum(axis=1)
    assert standard_error(ratio(REVENUE, SPEND)) == pytest.approx(resampled.std(ddof=1), rel=0.1)


def test_a_ratio_to_ones_is_the_mean():
    one, other = ratio(REVENUE, np.ones(60)), mean(REVENUE)
    assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high), rel=1e-12)


def test_the_sign_of_both_does_not_matter():
    one, other = ratio(REVENUE, SPEND), ratio(-REVENUE, -SPEND)
    assert (one.value, one.low, one.high) == (other.value, other.low, other.high)


def test_negative_denominators_keep_the_bounds_in_order():
    estimate = ratio(REVENUE, -SPEND)
    assert estimate.low < estimate.value < estimate.high < 0


@pytest.mark.parametrize("denominators", [[0.0, 0.0], [1.0, -1.0], [0.1 + 0.2, -0.3]])
def test_denominators_that_add_up_to_nothing_have_no_ratio(denominators):
    estimate = ratio([1.0, 2.0], denominators)
    assert all(math.isnan(part) for part in (estimate.value, estimate.low, estimate.high))
    assert estimate.n == 2


def test_nothing_has_no_ratio():
    for nothing in (ratio([], []), ratio([1.0], [2.0], counts=[0])):
        assert all(math.isnan(part) for part in (nothing.value, nothing.low, nothing.high))
        assert nothing.n == 0


def test_one_pair_has_a_ratio_and_no_bounds():
    estimate = ratio([3.0], [4.0])
    assert (estimate.value, estimate.n) == (0.75, 1)
    assert math.isnan(estimate.low)
    assert math.isnan(estimate.high)


@pytest.mark.parametrize("n", [2, 3, 1000])
def test_equal_pairs_have_their_ratio_and_an_interval_of_width_0_but_for_rounding(n):
    estimate = ratio([19.99], [3.3], counts=[n])
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx((19.99 / 3.3,) * 3, rel=1e-14)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_units_of_any_size_give_the_same_digits(scale):
    plain = ratio([1.0, 5.0, 4.0], [2.0, 8.0, 9.0])
    both = ratio([1 * scale, 5 * scale, 4 * scale], [2 * scale, 8 * scale, 9 * scale])
    one = ratio([1 * scale, 5 * scale, 4 * scale], [2.0, 8.0, 9.0])
    assert (both.value, both.low, both.high) == pytest.approx((plain.value, plain.low, plain.high))
    assert (one.low / scale, one.high / scale) == pytest.approx((plain.low, plain.high))


def test_a_ratio_beyond_the_floats_is_infinite():
    assert ratio([1e300, 2e300], [1e-300, 1e-300]).value == math.inf
