"""What BG/BB expects of customers: arrays in, arrays out.

Fader, Hardie & Shang (2010), Marketing Science 29, equations 7 to 14. A customer who is alive after n opportunities and
has bought at x of them buys at the next ones with p ~ beta(alpha + x, beta + n - x), and is gone before each with
theta ~ beta(gamma, delta + n). Sums over opportunities are taken as such: their closed forms are 0 / 0 at gamma = 1.
"""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen
from scipy.special import gammaln

from crmkit.clv._arrays import Floats
from crmkit.clv._beta_binomial_geo._likelihood import BetaBinomialGeoLikelihood
from crmkit.clv._customers import History
from crmkit.clv._functions import beta_tail, rise, rising

__all__ = ["BetaBinomialGeoParameters", "alive", "expected", "expected_new", "pmf"]


@frozen
class BetaBinomialGeoParameters:
    """The parameters: alpha, beta of buying, gamma, delta of leaving."""

    alpha: float
    beta: float
    gamma: float
    delta: float


def alive(parameters: BetaBinomialGeoParameters, history: History, *, after: float) -> Floats:
    """Return the probability that a customer is alive at the opportunity `after` the last one observed."""
    ages, of = np.unique(history.age, return_inverse=True)
    falls = rise(parameters.gamma, parameters.delta + ages, np.full_like(ages, after))
    return _alive(parameters, history) * np.exp(-falls)[of]


def expected(parameters: BetaBinomialGeoParameters, history: History, *, horizon: float, force: float = 0.0) -> Floats:
    """Return the purchases expected at the next opportunities, each worth e^(-force k) at the k-th.

    Args:
        parameters: of the model.
        history: of the customers.
        horizon: how many opportunities; all to come, if infinite, for which the force must be above 0.
        force: of discount.
    """
    ages, of = np.unique(history.age, return_inverse=True)
    buying = (parameters.alpha + history.frequency) / (parameters.alpha + parameters.beta + history.age)
    return _alive(parameters, history) * buying * _stays(parameters, ages, horizon=horizon, force=force)[of]


def expected_new(parameters: BetaBinomialGeoParameters, horizon: Floats) -> Floats:
    """Return the purchases expected of a new customer at so many opportunities."""
    passed = _passed(parameters, int(horizon.max(initial=0.0)))
    sums = np.concatenate([[0.0], np.cumsum(np.exp(passed[1:]))])
    found: Floats = parameters.alpha / (parameters.alpha + parameters.beta) * sums[horizon.astype(np.int64)]
    return found


def pmf(parameters: BetaBinomialGeoParameters, purchases: Floats, *, horizon: int) -> Floats:
    """Return the probability that a new customer buys at so many of `horizon` opportunities."""
    alpha, beta = parameters.alpha, parameters.beta
    bought, missed, chances = (rising(first, horizon).log for first in (alpha, beta, alpha + beta))
    passed = _passed(parameters, horizon)
    risks = np.log(parameters.gamma) - np.log(parameters.gamma + parameters.delta + np.arange(horizon + 1.0))
    counts, of = np.unique(purchases, return_inverse=True)
    found = np.zeros(len(counts))
    for place, x in enumerate(counts):
        if x > horizon:
            continue
        m = np.arange(int(x), horizon + 1)
        ways = gammaln(m + 1) - gammaln(x + 1) - gammaln(m - x + 1)
        terms = ways + bought[int(x)] + missed[: len(m)] - chances[m] + passed[m]
        terms[:-1] += risks[m[:-1]]
        found[place] = np.exp(terms).sum()
    return np.minimum(found[of], 1.0)


def _alive(parameters: BetaBinomialGeoParameters, history: History) -> Floats:
    """Return the probability of having been alive at all opportunities so far, once for each distinct history."""
    columns = [column.astype(np.int64) for column in (history.frequency, history.recency, history.age)]
    most = int(columns[2].max()) + 1
    keys, of = np.unique((columns[0] * most + columns[1]) * most + columns[2], return_inverse=True)
    distinct = [(part % most).astype(np.float64) for part in (keys // most**2, keys // most, keys)]
    frequency, recency, age = distinct
    once = History(frequency, recency, age, np.ones(len(keys)))
    given = np.array([parameters.alpha, parameters.beta, parameters.gamma, parameters.delta])
    found: Floats = BetaBinomialGeoLikelihood.of(once).logs(given)[1][of]
    return found


def _passed(parameters: BetaBinomialGeoParameters, most: int) -> Floats:
    """Return the logarithm of the chance to be alive at the first 0, 1, ... `most` opportunities."""
    risks = np.log1p(parameters.gamma / (parameters.delta + np.arange(most, dtype=np.float64)))
    return np.concatenate([[0.0], -np.cumsum(risks)])


def _stays(parameters: BetaBinomialGeoParameters, ages: Floats, *, horizon: float, force: float) -> Floats:
    """Return the discounted number of opportunities to come at which somebody alive after so many still is."""
    if math.isinf(horizon):
        later = parameters.delta + ages
        first = later / (parameters.gamma + later) * math.exp(-force)
        return first * beta_tail(parameters.gamma, later + 1.0, force=force)
    ahead = int(horizon)
    passed = _passed(parameters, int(ages.max()) + ahead)
    worth = -force * np.arange(1.0, ahead + 1.0)
    starts = ages.astype(np.int64)
    return np.array([np.exp(passed[n + 1 : n + ahead + 1] - passed[n] + worth).sum() for n in starts])
