"""What Pareto/NBD expects of customers: arrays in, arrays out.

Schmittlein, Morrison & Colombo (1987), Management Science 33; Fader & Hardie (2005), "A note on deriving the Pareto/NBD
model and related expressions"; Fader, Hardie & Lee (2005), Journal of Marketing Research 42. Whoever is alive at T
after x purchases buys on at rate lambda ~ gamma(r + x, alpha + T) and leaves at rate mu ~ gamma(s, beta + T),
independently.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from attrs import frozen
from scipy.integrate import quad_vec
from scipy.special import exprel, gammaln

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History, pairs_of
from crmkit.clv._estimation import picked
from crmkit.clv._pareto_nbd._integral import integral

__all__ = ["ParetoNBDParameters", "alive", "alive_later", "discounted", "expected", "expected_new", "pmf"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(128)
# e^-40 of a purchase is worth nothing.
_END = 40.0
# So many ages at once: a million of them, each with its nodes, would take gigabytes.
_CHUNK = 4096


@frozen
class ParetoNBDParameters:
    """r and alpha of the rates of purchase, s and beta of the rates of leaving.

    With covariates alpha and beta are arrays, one a pattern.
    """

    r: float
    alpha: Any
    s: float
    beta: Any

    def at(self, which: Any) -> ParetoNBDParameters:
        """Return those of some entries, by pattern or any other index; the same, where all have the same."""
        return ParetoNBDParameters(self.r, picked(self.alpha, which), self.s, picked(self.beta, which))


def alive(parameters: ParetoNBDParameters, history: History) -> Floats:
    """Return the probability that a customer has not left by the end of the observation."""
    return alive_later(parameters, history, after=0.0)


def alive_later(parameters: ParetoNBDParameters, history: History, *, after: float) -> Floats:
    """Return the probability that a customer has not left `after` units later.

    E[e^(-mu after)] over the rates of leaving of those alive at T turns (beta + T)^-s into (beta + T + after)^-s.
    """
    r, s, pattern = parameters.r, parameters.s, history.pattern
    aged = pairs_of(history.frequency, history.age, pattern)
    own, stays = parameters.at(aged.pattern), r + aged.first
    leaves = np.full_like(stays, s)
    still = np.log(stays) + integral(stays + 1.0, leaves, alpha=own.alpha, beta=own.beta, since=aged.second)
    alive_then = -stays * np.log(own.alpha + aged.second) - s * np.log(own.beta + aged.second + after)

    last = pairs_of(history.frequency, history.recency, pattern)
    own, power = parameters.at(last.pattern), r + last.first
    leaves = np.full_like(power, s + 1.0)
    left = math.log(s) + integral(power, leaves, alpha=own.alpha, beta=own.beta, since=last.second)
    of_aged, of_last = aged.index, last.index
    found: Floats = np.minimum(np.exp(alive_then[of_aged] - np.logaddexp(still[of_aged], left[of_last])), 1.0)
    return found


def expected(parameters: ParetoNBDParameters, history: History, *, horizon: float) -> Floats:
    """Return the purchases expected of a customer within the horizon after the end of the observation."""
    own = parameters.at(history.pattern)
    rate: Floats = (own.r + history.frequency) / (own.alpha + history.age)
    return alive(parameters, history) * rate * _alive_time(own.s, own.beta + history.age, horizon)


def expected_new(parameters: ParetoNBDParameters, horizon: Floats) -> Floats:
    """Return the repeat purchases expected of a new customer within each horizon."""
    found: Floats = parameters.r / parameters.alpha * _alive_time(parameters.s, parameters.beta, horizon)
    return found


def discounted(parameters: ParetoNBDParameters, history: History, *, force: float, horizon: float) -> Floats:
    """Return the purchases expected within the horizon, each worth e^(-force x time) at the end of the observation.

    Without a horizon it is DERT, P(alive) (r + x) / (alpha + T) (beta + T)^s force^(s - 1) Psi(s, s; force (beta + T))
    with Tricomi's Psi (Fader, Hardie & Lee 2005). Psi is evaluated by its integral, which holds for a horizon too:
    scipy's routine overflows where s is large, and keeps seven digits where s is nearly 1.

    Args:
        parameters: of the model.
        history: of the customers.
        force: the continuous rate of discount, a unit of time.
        horizon: how far to look; infinity where the force is above 0.
    """
    own = parameters.at(history.pattern)
    since, which = np.unique(own.beta + history.age, return_inverse=True)
    worth = _discounted_time(own.s, since, force, horizon)[which]
    rate: Floats = (own.r + history.frequency) / (own.alpha + history.age)
    return alive(parameters, history) * rate * worth


def pmf(parameters: ParetoNBDParameters, purchases: Floats, *, horizon: float) -> Floats:
    """Return the probability that a new customer makes so many repeat purchases within the horizon.

    Whoever stays for all of it makes x purchases by NBD; whoever leaves at u, by NBD within u: the integral over u is
    taken over log(horizon / u), in which it is smooth, with its peak named.
    """
    r, alpha, s, beta, x = parameters.r, parameters.alpha, parameters.s, parameters.beta, purchases
    ways = gammaln(r + x) - gammaln(r) - gammaln(x + 1.0)

    def counted(back: float) -> Floats:
        until = horizon * math.exp(-back)
        bought = x * (math.log(horizon) - back - math.log(alpha + until))
        found: Floats = ways - r * math.log1p(until / alpha) + bought
        return found

    def leaving(back: float) -> Floats:
        until = horizon * math.exp(-back)
        found: Floats = np.exp(counted(back) - (s + 1.0) * math.log1p(until / beta) - back) * (s * horizon / beta)
        return found

    likeliest = np.log(horizon * np.append((r + s + 1.0) / (alpha * (x + 1.0)), s / beta))
    end = _END + math.log1p(horizon * s / beta)
    peaks = np.unique(likeliest[(likeliest > 0) & (likeliest < end)])
    left, _ = quad_vec(leaving, 0.0, end, epsabs=1e-15, epsrel=1e-12, norm="max", points=peaks)
    stayed: Floats = np.exp(counted(0.0) - s * math.log1p(horizon / beta))
    return stayed + left


def _alive_time(s: float, since: Floats | float, horizon: Floats | float) -> Floats:
    """Return E[(1 - e^(-mu horizon)) / mu] over mu ~ gamma(s, since); at s = 1 it is a logarithm, and smooth there."""
    grown = np.log1p(horizon / since)
    found: Floats = since * grown * exprel((1.0 - s) * grown)
    return found


def _discounted_time(s: float, since: Floats, force: float, horizon: float) -> Floats:
    """Return E[(1 - e^(-(mu + force) horizon)) / (mu + force)] over mu ~ gamma(s, since).

    It is since times the integral of e^(-force since v) (1 + v)^-s dv up to horizon / since; y = log(1 + v).
    """
    z = force * since
    end = np.log1p(horizon / since)
    if force:
        end = np.minimum(end, np.log1p(_END / z))
    if s > 1.0:
        end = np.minimum(end, _END / (s - 1.0))
    found = since * end / 2.0
    for begin in range(0, len(since), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        y = end[part, None] * (_NODES + 1.0) / 2.0
        found[part] *= np.exp(-z[part, None] * np.expm1(y) - (s - 1.0) * y) @ _WEIGHTS
    return found
