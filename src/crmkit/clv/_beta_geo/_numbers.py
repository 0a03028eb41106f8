"""What BG/NBD and MBG/NBD expect of customers: arrays in, arrays out.

Fader, Hardie & Lee (2005), Marketing Science 24, equations 8 to 10; Fader & Hardie, note 021 (2008); Batislam, Denizel
& Filiztekin (2007), International Journal of Research in Marketing 24. Gauss' function is used in the form that Euler's
and Pfaff's transformations give, in which no parameter but the last grows with the number of purchases.

With k chances to drop out besides those after repeat purchases (0 for BG/NBD, 1 for MBG/NBD), a customer who is alive
after x of them buys on at rate lambda ~ gamma(r + x, alpha + T) and drops out with p ~ beta(a, b + k + x).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from attrs import frozen
from scipy.special import betainc, betaln, expit, gammaln

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History, pairs_of
from crmkit.clv._estimation import picked
from crmkit.clv._functions import gauss, mean_power

__all__ = ["BetaGeoParameters", "alive", "alive_later", "discounted", "expected", "expected_new", "pmf"]

# Nearer to a removable singularity than this, the integral is taken instead of the quotient.
_NEAR = 1e-4
# Of a difference from 1 as small as this, ten digits are left: below, the integral is taken too.
_SMALL = 1e-6
# An integrand that falls by e^3 at most needs few nodes, and one that falls by more than e^20 many: measured over
# parameters from .01 to 1000, each is as exact as Gauss' function is.
_FALLS = (3.0, 20.0)
_RULES = [np.polynomial.legendre.leggauss(nodes) for nodes in (10, 20, 64)]
# e^-40 of a purchase is worth nothing.
_END = 40.0


@frozen
class BetaGeoParameters:
    """The parameters, and the chances to drop out besides those after repeat purchases.

    With covariates alpha, a and b are arrays, one a pattern.
    """

    r: float
    alpha: Any
    a: Any
    b: Any
    chances: int

    def at(self, which: Any) -> BetaGeoParameters:
        """Return those of some entries, by pattern or any other index; the same, where all have the same."""
        alpha, a, b = (picked(parameter, which) for parameter in (self.alpha, self.a, self.b))
        return BetaGeoParameters(self.r, alpha, a, b, self.chances)


def alive(parameters: BetaGeoParameters, history: History) -> Floats:
    """Return the probability that a customer has not dropped out by the end of the observation."""
    own = parameters.at(history.pattern)
    x = history.frequency
    passed = x + own.chances - 1.0
    waited = (own.r + x) * np.log1p((history.age - history.recency) / (own.alpha + history.recency))
    odds = np.log(own.a / (own.b + np.maximum(passed, 0.0))) + waited
    return np.where(passed >= 0, expit(-odds), 1.0)


def alive_later(parameters: BetaGeoParameters, history: History, *, after: float) -> Floats:
    """Return the probability that a customer has not dropped out `after` units later."""
    pairs = pairs_of(history.frequency, history.age, history.pattern)
    own = parameters.at(pairs.pattern)
    stays = _stays(own, pairs.first, after / (own.alpha + pairs.second))
    return alive(parameters, history) * stays[pairs.index]


def expected(parameters: BetaGeoParameters, history: History, *, horizon: float) -> Floats:
    """Return the purchases expected of a customer within the horizon after the end of the observation."""
    pairs = pairs_of(history.frequency, history.age, history.pattern)
    own = parameters.at(pairs.pattern)
    found = _purchases(own, pairs.first, horizon / (own.alpha + pairs.second))
    return alive(parameters, history) * found[pairs.index]


def expected_new(parameters: BetaGeoParameters, horizon: Floats) -> Floats:
    """Return the repeat purchases expected of a new customer within the horizon after the first purchase."""
    first = 1.0 if parameters.chances == 0 else parameters.b / (parameters.a + parameters.b)
    found: Floats = first * _purchases(parameters, np.zeros(len(horizon)), horizon / parameters.alpha)
    return found


def discounted(parameters: BetaGeoParameters, history: History, *, force: float, horizon: float) -> Floats:
    """Return the purchases expected within the horizon, each worth e^(-force x time) at the end of the observation.

    Args:
        parameters: of the model.
        history: of the customers.
        force: the continuous rate of discount, a unit of time.
        horizon: how far to look; infinity where the force is above 0.
    """
    pairs = pairs_of(history.frequency, history.age, history.pattern)
    own = parameters.at(pairs.pattern)
    since = own.alpha + pairs.second
    end = np.minimum(horizon, _END / force if force else np.inf) / since
    found = _integrated(own, pairs.first, end, force * since)
    return alive(parameters, history) * found[pairs.index]


def pmf(parameters: BetaGeoParameters, purchases: Floats, *, horizon: float) -> Floats:
    """Return the probability that a new customer makes so many repeat purchases within the horizon."""
    r, alpha, a, b, chances = parameters.r, parameters.alpha, parameters.a, parameters.b, parameters.chances
    x, share = purchases, horizon / (alpha + horizon)
    stayed = x + chances
    counted = gammaln(r + x) - gammaln(r) - gammaln(x + 1) + x * math.log(share) - r * math.log1p(horizon / alpha)
    never_left = np.exp(betaln(a, b + stayed) - betaln(a, b) + counted)
    at_least = np.where(x > 0, betainc(np.maximum(x, 1.0), r, share), 1.0)
    left = np.exp(betaln(a + 1, b + np.maximum(stayed, 1.0) - 1.0) - betaln(a, b)) * at_least
    found: Floats = never_left + np.where(stayed > 0, left, 0.0)
    return found


def _stays(parameters: BetaGeoParameters, x: Floats, scaled: Floats, *, more: float = 0.0) -> Floats:
    """Return E[(1 + p u)^-(r + x + more)] over p: that a customer who is alive is so still, u being scaled time."""
    last = parameters.a + parameters.b + parameters.chances + x
    return mean_power(parameters.r + x + more, parameters.a, last, scaled)


def _purchases(parameters: BetaGeoParameters, x: Floats, scaled: Floats) -> Floats:
    """Return E[(1 - (1 + p u)^-(r + x)) / p] over p: the purchases expected of a customer who is alive."""
    a = parameters.a
    last = a + parameters.b + parameters.chances + x - 1.0
    near = (last < _NEAR) | (np.abs(a - 1.0) < _NEAR)
    apart = last / np.where(near, 1.0, a - 1.0)
    risen = 1.0 - gauss(parameters.r + x, a - 1.0, np.where(near, 1.0, last), scaled)
    found: Floats = apart * risen
    lost = near | np.isnan(found) | (np.abs(risen) < _SMALL)
    if lost.any():
        found[lost] = _integrated(parameters.at(lost), x[lost], scaled[lost], np.zeros(lost.sum()))
    return found


def _integrated(parameters: BetaGeoParameters, x: Floats, scaled: Floats, force: Floats) -> Floats:
    """Integrate the rate of a customer who is alive over the logarithm of time, which is where it is smooth.

    Args:
        parameters: of the model.
        x: the purchases of each customer.
        scaled: the end for each, in units of alpha + T.
        force: the continuous rate of discount for each, in these units.
    """
    end = np.log1p(scaled)
    last = parameters.a + parameters.b + parameters.chances + x
    falls = end * (1.0 + (parameters.r + x + 1.0) * np.maximum(parameters.a, 1.0) / last) + force * scaled
    nodes, weights = _RULES[np.searchsorted(_FALLS, falls.max(initial=0.0))]
    steps = end[:, None] * (nodes + 1.0) / 2.0
    since = np.expm1(steps)
    stays = _stays(parameters.at(np.s_[:, None]), x[:, None], since, more=1.0)
    found: Floats = (parameters.r + x) * (stays * np.exp(steps - force[:, None] * since) @ weights) * end / 2.0
    return found
