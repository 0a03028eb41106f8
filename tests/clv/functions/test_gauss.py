"""Means of a power by Gauss' function, and by summing where it fails."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta

from crmkit.clv._functions import gauss, mean_power
from crmkit.clv._functions._gauss import _summed


def arrays(*values):
    return tuple(np.array([float(value)]) for value in values)


def by_quadrature(power, a, last, u):
    inside = {"points": [1e-4, 1e-2, 0.5], "limit": 400, "epsabs": 0, "epsrel": 1e-9}
    return quad(lambda p: beta.pdf(p, a, last - a) * np.exp(-power * np.log1p(p * u)), 0, 1, **inside)[0]


@pytest.mark.parametrize("a", [0.5, 1.0, 2.7, 40.0])
@pytest.mark.parametrize("rest", [0.6, 2.4, 150.0, 4000.0])
@pytest.mark.parametrize("u", [0.01, 1.0, 30.0])
@pytest.mark.parametrize("power", [0.3, 5.0, 800.0])
def test_both_ways_give_the_mean(a, rest, u, power):
    power_, last, u_ = arrays(power, a + rest, u)
    expected = by_quadrature(power, a, a + rest, u)
    assert mean_power(power_, a, last, u_)[0] == pytest.approx(expected, rel=1e-6, abs=1e-12)
    assert _summed(power_, a, last, u_)[0] == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_where_the_two_forms_do_not_agree_there_is_no_number():
    power, last, u = arrays(7e7, 3.0, 1e-8)
    assert np.isnan(gauss(power, 0.8, last, u)).all()
    assert mean_power(power, 0.8, last, u)[0] == pytest.approx(by_quadrature(7e7, 0.8, 3.0, 1e-8), rel=1e-7)
