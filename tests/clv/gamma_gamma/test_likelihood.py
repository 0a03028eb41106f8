"""The likelihood of Gamma-Gamma: against its integral, and its derivatives against differences."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma

from crmkit.clv._gamma_gamma._likelihood import GammaGammaLikelihood
from crmkit.clv._gamma_gamma._spend import Spend


def spend(*pairs):
    frequency, value, counts = np.array(pairs, dtype=float).T
    return Spend(frequency, value, counts)


CUSTOMERS = spend((1, 8.0, 3), (1, 30.0, 1), (2, 12.5, 2), (7, 41.0, 1), (40, 22.0, 1))


def integrated(x, m, p, q, v):
    """The mean of x spends, gamma with shape p and a rate that is itself gamma over customers."""
    density = quad(
        lambda rate: gamma.pdf(m, p * x, scale=1 / (rate * x)) * gamma.pdf(rate, q, scale=1 / v), 0, np.inf, epsabs=0
    )
    return math.log(density[0])


@pytest.mark.parametrize(("p", "q", "v"), [(6.2, 3.7, 15.4), (0.7, 0.6, 4.0), (2.0, 9.0, 100.0)])
@pytest.mark.parametrize(("x", "m"), [(1, 8.0), (2, 12.5), (7, 41.0)])
def test_it_is_the_logarithm_of_the_integral_over_customers(p, q, v, x, m):
    found = GammaGammaLikelihood.of(spend((x, m, 1)))(np.log([p, q, v]))
    assert found.value == pytest.approx(integrated(x, m, p, q, v), rel=1e-7)


def test_customers_of_one_history_count_as_often_as_they_are():
    logs = np.log([6.2, 3.7, 15.4])
    one_by_one = [
        count * GammaGammaLikelihood.of(spend((x, m, 1)))(logs).value
        for x, m, count in zip(CUSTOMERS.frequency, CUSTOMERS.value, CUSTOMERS.counts, strict=True)
    ]
    assert GammaGammaLikelihood.of(CUSTOMERS)(logs).value == pytest.approx(sum(one_by_one), rel=1e-13)


@pytest.mark.parametrize(("p", "q", "v"), [(6.2, 3.7, 15.4), (0.3, 0.5, 1.0), (50.0, 40.0, 20.0)])
def test_its_derivatives_are_those_of_its_value(p, q, v):
    likelihood, logs, step = GammaGammaLikelihood.of(CUSTOMERS), np.log([p, q, v]), 1e-5
    found = likelihood(logs)
    for place in range(3):
        move = np.zeros(3)
        move[place] = step
        above, below = likelihood(logs + move), likelihood(logs - move)
        assert found.gradient[place] == pytest.approx((above.value - below.value) / (2 * step), rel=1e-5, abs=1e-5)
        slopes = (above.gradient - below.gradient) / (2 * step)
        np.testing.assert_allclose(found.hessian[place], slopes, rtol=1e-5, atol=1e-5)


def test_thousands_of_purchases_and_extreme_parameters_stay_finite():
    many = GammaGammaLikelihood.of(spend((100_000, 1e-3, 1), (1, 1e9, 1)))
    for logs in ((-10, -10, -10), (10, 10, 10), (10, -10, 10), (-10, 10, -10)):
        found = many(np.array(logs, dtype=float))
        assert np.isfinite(found.value)
        assert np.isfinite(found.gradient).all()
        assert np.isfinite(found.hessian).all()
