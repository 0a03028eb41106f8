import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad
from scipy.special import betaln

from crmkit.clv._beta_binomial_geo._likelihood import BetaBinomialGeoLikelihood
from crmkit.clv._customers import History, collapsed

HISTORIES = [(0, 0, 4), (1, 1, 4), (2, 3, 4), (4, 4, 4), (1, 2, 2), (0, 0, 0), (3, 5, 9)]


def history(rows, counts=None):
    columns = np.array(rows, dtype=np.float64).T
    return History(*columns, np.ones(len(rows)) if counts is None else np.array(counts, dtype=np.float64))


@pytest.mark.parametrize("row", HISTORIES[:5])
@pytest.mark.parametrize("parameters", [(1.2, 0.75, 0.66, 2.8), (2.5, 3.0, 1.5, 1.0)])
def test_it_is_the_chance_of_the_history_averaged_over_the_two_betas(row, parameters):
    x, last, ends = row
    alpha, beta, gamma, delta = parameters

    def weighted(leaves, buys):
        # With l = leaves^4 and p = buys^4 the integrand has no pole at 0.
        theta, p = leaves**8, buys**4
        lives = (1 - theta) ** ends * p**x * (1 - p) ** (ends - x)
        lives += sum(theta * (1 - theta) ** m * p**x * (1 - p) ** (m - x) for m in range(last, ends))
        density = (alpha - 1) * np.log(p) + (beta - 1) * np.log1p(-p) - betaln(alpha, beta)
        density += (gamma - 1) * np.log(theta) + (delta - 1) * np.log1p(-theta) - betaln(gamma, delta)
        return lives * np.exp(density) * 8 * leaves**7 * 4 * buys**3

    integral = dblquad(weighted, 0, 1, 0, 1, epsabs=1e-7, epsrel=1e-7)[0]
    value = BetaBinomialGeoLikelihood.of(history([row]))(np.log(parameters)).value
    assert np.exp(value) == pytest.approx(integral, rel=1e-4)


@given(st.lists(st.floats(-3, 3), min_size=4, max_size=4))
@settings(max_examples=25, deadline=None)
def test_gradient_and_hessian_are_its_differences(logs):
    likelihood = BetaBinomialGeoLikelihood.of(collapsed(history(HISTORIES, [3, 1, 2, 5, 1, 4, 2])))
    at = np.array(logs)
    exact = likelihood(at)
    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5
        up, down = likelihood(at + step), likelihood(at - step)
        assert exact.gradient[place] == pytest.approx((up.value - down.value) / 2e-5, rel=1e-5, abs=1e-5)
        np.testing.assert_allclose(exact.hessian[place], (up.gradient - down.gradient) / 2e-5, rtol=1e-5, atol=1e-5)


@given(st.lists(st.floats(-40, 40), min_size=4, max_size=4))
@settings(max_examples=50, deadline=None)
def test_no_parameter_makes_it_infinite(logs):
    likelihood = BetaBinomialGeoLikelihood.of(
        history([(3000, 4000, 5000), (0, 0, 5000), (2000, 2000, 2000), (0, 0, 3)])
    )
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = likelihood(np.array(logs))
    assert np.isfinite(found.value)
    assert np.isfinite(found.gradient).all()
    assert np.isfinite(found.hessian).all()
    assert found.value <= 0


def test_counted_histories_weigh_as_much_as_repeated_ones_bit_for_bit():
    counts = [3, 1, 2, 5, 1, 4, 2]
    repeated = [row for row, count in zip(HISTORIES, counts, strict=True) for _ in range(count)]
    at = np.log([1.2, 0.75, 0.66, 2.8])
    once = BetaBinomialGeoLikelihood.of(collapsed(history(HISTORIES, counts)))(at)
    many = BetaBinomialGeoLikelihood.of(collapsed(history(repeated[::-1])))(at)
    assert once.value == many.value
    assert once.gradient.tolist() == many.gradient.tolist()
    assert once.hessian.tolist() == many.hessian.tolist()


def test_all_histories_of_four_opportunities_have_probability_1_together():
    rows = [(bin(way).count("1"), way.bit_length(), 4) for way in range(16)]
    each, _ = BetaBinomialGeoLikelihood.of(history(rows)).logs(np.array([1.2, 0.75, 0.66, 2.8]))
    assert np.exp(each).sum() == pytest.approx(1, abs=1e-13)
