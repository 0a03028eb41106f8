"""Purchases drawn for customers who are alive are distributed as the closed forms say.

Whoever is alive after a history is as a new customer of the same model with other parameters, those that the history
leaves: so the probability mass function of new customers is that of the purchases to come.
"""

import numpy as np
import pytest

from crmkit.clv._beta_binomial_geo._numbers import BetaBinomialGeoParameters
from crmkit.clv._beta_binomial_geo._numbers import pmf as beta_binomial_geo_pmf
from crmkit.clv._beta_binomial_geo._simulation import ahead as beta_binomial_geo_ahead
from crmkit.clv._beta_geo._numbers import BetaGeoParameters
from crmkit.clv._beta_geo._numbers import pmf as beta_geo_pmf
from crmkit.clv._beta_geo._simulation import ahead as beta_geo_ahead
from crmkit.clv._customers import History
from crmkit.clv._nbd._numbers import NBDParameters
from crmkit.clv._nbd._numbers import pmf as nbd_pmf
from crmkit.clv._nbd._simulation import ahead as nbd_ahead
from crmkit.clv._pareto_nbd._numbers import ParetoNBDParameters
from crmkit.clv._pareto_nbd._numbers import pmf as pareto_nbd_pmf
from crmkit.clv._pareto_nbd._simulation import ahead as pareto_nbd_ahead

MANY, HORIZON = 40_000, 8
X, AGE = 3.0, 12.0


def alike(x, age, n=MANY):
    ones = np.ones(n)
    return History(x * ones, age * ones, age * ones, ones)


def beta_geo(chances, x, age):
    now = BetaGeoParameters(r=0.9, alpha=4.0, a=0.7, b=2.1, chances=chances)
    left = BetaGeoParameters(r=0.9 + x, alpha=4.0 + age, a=0.7, b=2.1 + chances + x, chances=0)
    return beta_geo_ahead, beta_geo_pmf, now, left


def pareto_nbd(x, age):
    left = ParetoNBDParameters(r=0.9 + x, alpha=4.0 + age, s=0.6, beta=5.0 + age)
    return pareto_nbd_ahead, pareto_nbd_pmf, ParetoNBDParameters(r=0.9, alpha=4.0, s=0.6, beta=5.0), left


def nbd(x, age):
    return nbd_ahead, nbd_pmf, NBDParameters(r=0.9, alpha=4.0), NBDParameters(r=0.9 + x, alpha=4.0 + age)


def beta_binomial_geo(x, age):
    now = BetaBinomialGeoParameters(alpha=1.2, beta=0.8, gamma=0.7, delta=2.8)
    left = BetaBinomialGeoParameters(alpha=1.2 + x, beta=0.8 + age - x, gamma=0.7, delta=2.8 + age)
    return beta_binomial_geo_ahead, beta_binomial_geo_pmf, now, left


CASES = {
    "BG/NBD": lambda x, age: beta_geo(0, x, age),
    "MBG/NBD": lambda x, age: beta_geo(1, x, age),
    "Pareto/NBD": pareto_nbd,
    "NBD": nbd,
    "BG/BB": beta_binomial_geo,
}


@pytest.mark.parametrize(("x", "age"), [(X, AGE), (0.0, 0.0)])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_they_are_those_of_a_new_customer_with_what_the_history_leaves(case, x, age):
    ahead, pmf, now, left = case(x, age)
    drawn = ahead(now, alike(x, age), horizon=HORIZON, rng=np.random.default_rng(7))
    counts = np.bincount(drawn.astype(int), minlength=9)[:9]
    chances = pmf(left, np.arange(9.0), horizon=HORIZON)
    spread = np.sqrt(MANY * chances * (1 - chances)) + 1e-9
    assert (np.abs(counts - MANY * chances) < 4 * spread).all()


@pytest.mark.parametrize(
    ("ahead", "parameters"),
    [
        (beta_geo_ahead, BetaGeoParameters(r=1e-4, alpha=1e-6, a=1e-9, b=1e6, chances=0)),
        (beta_geo_ahead, BetaGeoParameters(r=1e9, alpha=1e-9, a=1e9, b=1e-9, chances=1)),
        (pareto_nbd_ahead, ParetoNBDParameters(r=1e-4, alpha=1e-6, s=1e-9, beta=1e6)),
        (pareto_nbd_ahead, ParetoNBDParameters(r=1e9, alpha=1e-9, s=1e9, beta=1e-9)),
        (nbd_ahead, NBDParameters(r=1e9, alpha=1e-9)),
        (beta_binomial_geo_ahead, BetaBinomialGeoParameters(alpha=1e-9, beta=1e-9, gamma=1e-9, delta=1e9)),
        (beta_binomial_geo_ahead, BetaBinomialGeoParameters(alpha=1e9, beta=1e-9, gamma=1e9, delta=1e-9)),
    ],
)
@pytest.mark.parametrize(("x", "age"), [(0.0, 0.0), (5000.0, 5000.0)])
def test_they_are_whole_and_finite_at_the_ends_of_what_a_parameter_can_be(ahead, parameters, x, age):
    drawn = ahead(parameters, alike(x, age, n=50), horizon=100_000, rng=np.random.default_rng(7))
    assert np.isfinite(drawn).all()
    assert (drawn >= 0).all()
    assert (drawn == np.floor(drawn)).all()
