"""What every fit says of itself, and how its answers come back."""

import math

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from statsmodels.tools import eval_measures

from crmkit.clv import (
    NBD,
    BetaGeo,
    FittedBetaBinomialGeo,
    FittedBetaGeo,
    FittedNBD,
    FittedParetoNBD,
    FittedRetention,
    GammaGamma,
    ParetoNBD,
    ShiftedBetaGeometric,
)
from tests.clv.data import cdnow

CDNOW = pd.DataFrame(cdnow())
RETENTION = FittedRetention.of(alpha=0.7, beta=3.8)
PURCHASES = {
    "BG/NBD": FittedBetaGeo.of(r=0.243, alpha=4.414, a=0.793, b=2.426),
    "MBG/NBD": FittedBetaGeo.of(r=0.5, alpha=6.0, a=0.9, b=1.6, model="MBG/NBD"),
    "Pareto/NBD": FittedParetoNBD.of(r=0.55, alpha=10.6, s=0.61, beta=11.7),
    "NBD": FittedNBD.of(r=0.4, alpha=8.0),
}
BGBB = FittedBetaBinomialGeo.of(alpha=1.2, beta=0.75, gamma=0.66, delta=2.78)


@pytest.mark.parametrize("model", [BetaGeo(), NBD(), GammaGamma()])
def test_the_criteria_are_those_of_statsmodels(model):
    fit = model.fit(CDNOW)
    assert fit.n in (2357, 946)
    assert fit.aic == pytest.approx(eval_measures.aic(fit.log_likelihood, fit.n, len(fit.params)), rel=1e-14)
    assert fit.bic == pytest.approx(eval_measures.bic(fit.log_likelihood, fit.n, len(fit.params)), rel=1e-14)


def test_coefficients_count_as_parameters():
    customers = CDNOW.assign(lately=CDNOW["T"] < 32)
    fit = BetaGeo(purchase_covariates=("lately",)).fit(customers)
    assert fit.aic == 2 * 5 - 2 * fit.log_likelihood
    assert fit.bic == 5 * math.log(2357) - 2 * fit.log_likelihood


def test_parameters_that_were_given_have_no_criteria():
    assert RETENTION.n == 0
    assert math.isnan(RETENTION.aic)
    assert math.isnan(RETENTION.bic)


def test_a_fit_shows_itself_in_a_line():
    fit = ParetoNBD().fit(CDNOW)
    assert repr(fit) == (
        "FittedParetoNBD(Pareto/NBD, r=0.5533, alpha=10.58, s=0.6062, beta=11.67, log_likelihood=-9594.97, n=2357)"
    )
    assert repr(evolve(RETENTION, unit="month")) == "FittedRetention(sBG, alpha=0.7, beta=3.8, unit='month')"
    moved = FittedNBD.of(r=0.4, alpha=8.0)
    assert str(moved) == "FittedNBD(NBD, r=0.4, alpha=8)"
    of_age = FittedBetaGeo.of(r=0.5, alpha=4.0, a=1.0, b=2.0, coefficients={"alpha.age": -0.3})
    assert "b=2, alpha.age=-0.3" in repr(of_age)
    assert "covariance" not in repr(fit.estimate)


@pytest.mark.parametrize(
    "ask",
    [
        lambda number: PURCHASES["BG/NBD"].expected_purchases_new(number),
        lambda number: PURCHASES["NBD"].probability_of(number, horizon=9),
        lambda number: RETENTION.survival(number),
        lambda number: RETENTION.retention_rate(number),
        lambda number: RETENTION.churn_probability(number),
        lambda number: RETENTION.expected_residual_tenure(number, horizon=8),
        lambda number: RETENTION.discounted_residual_lifetime(number, discount_rate=0.1),
    ],
)
def test_a_number_gives_a_number_and_several_give_an_array(ask):
    one, several = ask(3), ask([3, 5])
    assert type(one) is float
    assert isinstance(several, np.ndarray)
    assert (several.shape, several[0]) == ((2,), one)
    assert ask(np.array([3])).tolist() == [one]


@pytest.mark.parametrize("model", PURCHASES)
def test_a_new_customers_purchases_are_discounted_from_the_moment_they_are_made(model):
    fit = PURCHASES[model]
    rate, steps = 0.01, 4000
    times = np.linspace(0, 60, steps + 1)
    bought = np.diff(fit.expected_purchases_new(times))
    one_by_one = float(bought @ np.exp(-rate * (times[1:] + times[:-1]) / 2))
    found = fit.discounted_expected_purchases_new(discount_rate=rate, horizon=60)
    assert found == pytest.approx(one_by_one, rel=1e-5)
    plain = fit.discounted_expected_purchases_new(discount_rate=0.0, horizon=60)
    assert plain == pytest.approx(fit.expected_purchases_new(60), rel=1e-12)
    discrete = fit.discounted_expected_purchases_new(discount_rate=math.expm1(rate), compounding="discrete", horizon=60)
    assert discrete == pytest.approx(found, rel=1e-12)
    assert fit.discounted_expected_purchases_new(discount_rate=rate) > found


def test_opportunities_are_discounted_one_by_one():
    bought = np.diff(BGBB.expected_purchases_new(np.arange(7.0)))
    found = BGBB.discounted_expected_purchases_new(discount_rate=0.1, horizon=6)
    assert found == pytest.approx(float(bought @ np.exp(-0.1 * np.arange(1, 7))), rel=1e-12)


def test_a_new_customer_has_covariates_where_the_fit_has():
    fit = FittedBetaGeo.of(r=0.5, alpha=4.0, a=1.0, b=2.0, coefficients={"alpha.vip": math.log(2)})
    plain = FittedBetaGeo.of(r=0.5, alpha=2.0, a=1.0, b=2.0)
    found = fit.discounted_expected_purchases_new(discount_rate=0.01, covariates={"vip": 1.0})
    assert found == pytest.approx(plain.discounted_expected_purchases_new(discount_rate=0.01), rel=1e-12)


def test_the_churn_of_those_still_there_is_more_than_that_of_all_who_signed():
    fit = ShiftedBetaGeometric().fit([1000, 869, 743, 653, 593, 551, 517, 491])
    assert 1 - fit.retention_rate(2) > fit.churn_probability(2)
    assert fit.churn_probability(2) == pytest.approx(fit.survival(1) - fit.survival(2), rel=1e-12)
