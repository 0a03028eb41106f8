import numpy as np
import pytest
from scipy.special import betaln, digamma, gammaln

from crmkit.clv._functions import rise, slope


@pytest.mark.parametrize("a", [0.02, 0.7, 1.0, 40.0])
@pytest.mark.parametrize("w", [0.0, 0.3, 5.0, 2e3])
def test_it_is_a_ratio_of_beta_functions(a, w):
    begin = np.array([0.01, 0.5, 3.0, 70.0])
    width = np.full(4, w)
    np.testing.assert_allclose(rise(a, begin, width), betaln(a, begin) - betaln(a, begin + w), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("a", [0.02, 1.0, 40.0])
def test_its_slope_is_a_difference_of_digammas(a):
    begin = np.array([0.01, 3.0, 70.0, 1e4])
    np.testing.assert_allclose(slope(a, begin), digamma(begin + a) - digamma(begin), rtol=1e-7)


def test_it_keeps_its_digits_where_the_differences_of_log_gamma_lose_all_of_them():
    far = np.array([1e12])
    found = rise(3e12, far, np.array([5.0]))
    assert found[0] == pytest.approx(5 * np.log(4.0), rel=1e-9)
    assert slope(1e-6, far)[0] == pytest.approx(1e-18, rel=1e-9)


def test_far_out_log_gamma_gives_way_to_its_series():
    near = rise(2.5, np.array([1.0]), np.array([3.4e4]))[0]
    far = rise(2.5, np.array([1.0]), np.array([3.6e4]))[0]
    middle = 1.0 + np.array([3.4e4, 3.6e4])
    expected = gammaln(middle + 2.5) - gammaln(middle) - gammaln(3.5) + gammaln(1.0)
    np.testing.assert_allclose([near, far], expected, rtol=1e-10)
    assert rise(2.5, np.array([1.0]), np.array([1e130]))[0] == pytest.approx(2.5 * 130 * np.log(10), rel=0.01)
