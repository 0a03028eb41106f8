import math

import numpy as np
import pytest
from scipy.special import betaln, digamma, gammaln, polygamma

from crmkit.clv._functions import beta_tail, rising


@pytest.mark.parametrize("a", [1e-3, 0.7, 1.0, 12.5])
def test_the_rising_factorial_is_a_ratio_of_gamma_functions_with_its_derivatives(a):
    found = rising(a, 30)
    steps = a + np.arange(31)
    np.testing.assert_allclose(found.log, gammaln(steps) - gammaln(a), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.slope, digamma(steps) - digamma(a), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.bend, polygamma(1, steps) - polygamma(1, a), rtol=1e-9, atol=1e-9)


def test_of_no_factor_it_is_1():
    assert rising(3.0, 0).log.tolist() == [0.0]


@pytest.mark.parametrize("force", [0.001, 0.1, 2.0, 50.0])
@pytest.mark.parametrize("b", [0.05, 1.0, 8.0, 1000.0])
@pytest.mark.parametrize("a", [0.01, 0.65, 1.0, 3.0, 150.0])
def test_the_tail_is_the_sum_taken_term_by_term(a, b, force):
    ahead = np.arange(int(45 / force) + 5)
    summed = math.fsum(np.exp(betaln(a, b + ahead) - betaln(a, b) - force * ahead))
    assert beta_tail(a, np.array([b]), force=force)[0] == pytest.approx(summed, rel=1e-11)
