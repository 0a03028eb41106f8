"""Parameters drawn anew have the mean and the covariance that the fit reports, and stay possible."""

import math

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

from crmkit.clv import BetaGeo, Estimated, FittedBetaGeo
from crmkit.clv._estimation import check_draws, drawn_estimates, is_known, parameters_of
from crmkit.errors import InvalidArgument
from tests.clv.data import cdnow


def estimate(covariance, *, coefficients=None, **params):
    return Estimated(
        params=params or {"r": 0.5, "alpha": 8.0},
        covariance=tuple(map(tuple, covariance)),
        log_likelihood=-1.0,
        n=100,
        coefficients=coefficients or {},
    )


def draws_of(given, draws, seed=1, **more):
    rng = np.random.default_rng(seed)
    return drawn_estimates(given, draws=draws, rng=rng, argument="fit", instead="wait", **more)


def at_zero(drawn):
    """Bring alpha back to 0 of the covariate."""
    alpha = parameters_of(drawn, np.zeros((1, 1)))["alpha"][0]
    return evolve(drawn, params={**drawn.params, "alpha": alpha}, origins={})


def test_logarithms_and_coefficients_have_the_covariance_of_the_fit():
    covariance = np.array([[0.04, 0.01, 0.0], [0.01, 0.09, -0.02], [0.0, -0.02, 0.01]])
    given = estimate(covariance, coefficients={"alpha.age": -0.3})
    drawn = np.array([at_zero(one).free for one in draws_of(given, 20_000)])
    np.testing.assert_allclose(drawn.mean(axis=0), given.free, atol=4 * 0.3 / math.sqrt(20_000))
    np.testing.assert_allclose(np.cov(drawn.T), covariance, atol=0.003)


def test_draws_are_estimates_of_the_same_fit_with_other_values():
    fit = BetaGeo().fit(pd.DataFrame(cdnow()))
    (one,) = draws_of(fit.estimate, 1)
    assert list(one.params) == list(fit.params)
    assert (one.n, one.covariance) == (fit.estimate.n, fit.estimate.covariance)
    assert one.params != fit.params


def test_the_same_seed_draws_the_same():
    given = estimate(np.eye(2))
    assert draws_of(given, 5) == draws_of(given, 5)
    assert draws_of(given, 5) != draws_of(given, 5, seed=2)


def test_what_is_not_kept_is_drawn_anew():
    given = estimate(np.eye(2), r=1.0, alpha=1.0)
    drawn = draws_of(given, 50, keep=lambda one: one.params["r"] > 1)
    assert len(drawn) == 50
    assert min(one.params["r"] for one in drawn) > 1


def test_parameters_that_run_away_stay_finite_and_keep_their_ratio():
    given = estimate([[1e6, 1e6 - 1e-6], [1e6 - 1e-6, 1e6]], a=2.0, b=6.0)
    for one in draws_of(given, 200):
        assert one.params["b"] / one.params["a"] == pytest.approx(3, rel=0.02)
        assert 2 * math.exp(-10.01) < one.params["a"] < 2 * math.exp(10.01)


@pytest.mark.parametrize("year", [0.0, 2000.0, 6000.0])
def test_a_covariate_far_from_0_moves_no_draw(year):
    """The logarithm of alpha is 2 +- .1 in that year, and the coefficient .1 +- .02: at the year 0 hardly anything."""
    covariance = [[0.01 + (0.02 * year) ** 2, 0.0004 * year], [0.0004 * year, 0.0004]]
    given = estimate(covariance, alpha=math.exp(2.0 + 0.1 * year), coefficients={"alpha.year": 0.1})
    logs, coefficients = [], []
    for drawn in draws_of(given, 4000):
        logs.append(math.log(parameters_of(drawn, np.array([[year]]))["alpha"][0]))
        coefficients.append(drawn.coefficients["alpha.year"])
    assert np.std(coefficients) == pytest.approx(0.02, rel=0.05)
    assert np.std(logs) == pytest.approx(0.1, rel=0.05)
    assert abs(np.corrcoef(logs, coefficients)[0, 1]) < 0.05
    assert np.mean(logs) == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize("covariance", [[[math.nan] * 2] * 2, [[1.0, 2.0], [2.0, 1.0]], [[1.0, 0.0], [0.0, 0.0]]])
def test_an_estimate_that_does_not_know_how_sure_it_is_is_refused(covariance):
    with pytest.raises(InvalidArgument, match=r"fit does not know how sure.*penalty=0.001, or wait"):
        draws_of(estimate(covariance), 5)


def test_given_parameters_are_known_and_estimated_ones_are_not():
    assert is_known(FittedBetaGeo.of(r=1, alpha=1, a=1, b=1).estimate)
    assert not is_known(estimate(np.eye(2)))
    assert not is_known(estimate([[math.nan] * 2] * 2))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"draws": 1.5}, "draws is a count of 1 or more, not 1.5"),
        ({"draws": True}, "draws is a count"),
        ({"draws": 0}, "draws is a count of 1 or more, not 0"),
        ({"draws": 39}, r"0.95 of confidence need 40 draws or more, not 39"),
        ({"confidence": 0.999}, r"need 2,000 draws or more, not 1,000"),
        ({"confidence": 95}, "confidence lies between 0 and 1"),
        ({"confidence": 1.0}, "confidence lies between 0 and 1"),
        ({"confidence": "0.9"}, "confidence lies between 0 and 1"),
        ({"rng": None}, "source of randomness"),
        ({"rng": 1}, "source of randomness"),
    ],
)
def test_what_no_interval_can_be_drawn_with_is_refused(change, message):
    given = {"draws": 1000, "confidence": 0.95, "rng": np.random.default_rng(1), "least": 1}
    with pytest.raises(InvalidArgument, match=message):
        check_draws(**given | change)


def test_no_draws_need_no_source_of_randomness():
    check_draws(0, 0.95, None, least=0)
    check_draws(40, 0.95, np.random.default_rng(1), least=0)
    with pytest.raises(InvalidArgument, match="draws is a count, not -1"):
        check_draws(-1, 0.95, None, least=0)
