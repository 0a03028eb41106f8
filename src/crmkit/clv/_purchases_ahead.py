"""The purchases to come of customers who are alive, drawn: rates and chances from what a history leaves of them.

The distributions are those of the papers that `_beta_geo_numbers`, `_pareto_nbd_numbers`, `_nbd_numbers` and
`_beta_binomial_geo_numbers` cite, given frequency x, age T and being alive at T. Parameters are numbers, or arrays of
those that each entry has.
"""

from __future__ import annotations

import numpy as np

from crmkit.clv._beta_binomial_geo_numbers import BetaBinomialGeoParameters
from crmkit.clv._beta_geo_numbers import BetaGeoParameters
from crmkit.clv._history import History
from crmkit.clv._maximise import Floats
from crmkit.clv._nbd_numbers import NBDParameters
from crmkit.clv._pareto_nbd_numbers import ParetoNBDParameters

__all__ = ["beta_binomial_geo_ahead", "beta_geo_ahead", "nbd_ahead", "pareto_nbd_ahead"]

# Chances and rates that a double rounds to 0 or 1 are kept off them.
_LEAST, _MOST_LIKELY = 1e-200, 1.0 - 1e-16
# More purchases than this are no longer counted one by one.
_MOST = 1e15


def beta_geo_ahead(
    parameters: BetaGeoParameters, history: History, *, horizon: float, rng: np.random.Generator
) -> Floats:
    """Draw for BG/NBD and MBG/NBD: lambda ~ gamma(r + x, alpha + T), p ~ beta(a, b + k + x).

    The purchases are those of a Poisson process, up to the one after which the customer drops out.
    """
    x = history.frequency
    bought = _bought(parameters.r + x, parameters.alpha + history.age, horizon, rng)
    return np.minimum(bought, 1.0 + _survived(parameters.a, parameters.b + parameters.chances + x, rng))


def pareto_nbd_ahead(
    parameters: ParetoNBDParameters, history: History, *, horizon: float, rng: np.random.Generator
) -> Floats:
    """Draw for Pareto/NBD: lambda ~ gamma(r + x, alpha + T), mu ~ gamma(s, beta + T); the time left is Exp(mu)."""
    leaving = np.maximum(rng.standard_gamma(parameters.s, len(history.age)), _LEAST)
    left = rng.standard_exponential(len(leaving)) / leaving * (parameters.beta + history.age)
    rates = parameters.r + history.frequency, parameters.alpha + history.age
    return _bought(*rates, np.minimum(left, horizon), rng)


def nbd_ahead(parameters: NBDParameters, history: History, *, horizon: float, rng: np.random.Generator) -> Floats:
    """Draw for NBD: lambda ~ gamma(r + x, alpha + T)."""
    return _bought(parameters.r + history.frequency, parameters.alpha + history.age, horizon, rng)


def beta_binomial_geo_ahead(
    parameters: BetaBinomialGeoParameters, history: History, *, horizon: float, rng: np.random.Generator
) -> Floats:
    """Draw for BG/BB: p ~ beta(alpha + x, beta + n - x), theta ~ beta(gamma, delta + n).

    The customer is gone before each of the next opportunities with chance theta, and buys at each before that with p.
    """
    x, n = history.frequency, history.age
    stays = np.minimum(_survived(parameters.gamma, parameters.delta + n, rng), horizon)
    return rng.binomial(stays.astype(np.int64), rng.beta(parameters.alpha + x, parameters.beta + n - x)).astype(float)


def _bought(shape: Floats, since: Floats, time: Floats | float, rng: np.random.Generator) -> Floats:
    """Draw the purchases within a time at rates ~ gamma(shape, since)."""
    return rng.poisson(np.minimum(rng.standard_gamma(shape) * (time / since), _MOST)).astype(np.float64)


def _survived(a: Floats | float, b: Floats, rng: np.random.Generator) -> Floats:
    """Draw the chances that are survived until one is not, each lost with p ~ beta(a, b)."""
    lost = np.clip(rng.beta(a, b), _LEAST, _MOST_LIKELY)
    found: Floats = np.floor(rng.standard_exponential(len(b)) / -np.log1p(-lost))
    return found
