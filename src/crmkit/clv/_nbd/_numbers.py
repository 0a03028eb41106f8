"""What NBD expects of customers: arrays in, arrays out.

Ehrenberg (1959), Applied Statistics 8; Fader & Hardie's notes on the negative binomial. After x purchases by T, a
customer buys on at rate lambda ~ gamma(r + x, alpha + T), for ever.
"""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen
from scipy.special import gammaln

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History

__all__ = ["NBDParameters", "discounted", "expected", "pmf"]


@frozen
class NBDParameters:
    """The shape r and the rate alpha of the gamma distribution of the rates of purchase."""

    r: float
    alpha: float


def expected(parameters: NBDParameters, history: History, *, horizon: float) -> Floats:
    """Return the purchases expected of a customer within the horizon after the end of the observation."""
    found: Floats = (parameters.r + history.frequency) / (parameters.alpha + history.age) * horizon
    return found


def discounted(parameters: NBDParameters, history: History, *, force: float, horizon: float) -> Floats:
    """Return the purchases expected within the horizon, each worth e^(-force x time) at the end of the observation.

    Args:
        parameters: of the model.
        history: of the customers.
        force: the continuous rate of discount, a unit of time.
        horizon: how far to look; infinity where the force is above 0.
    """
    return expected(parameters, history, horizon=-math.expm1(-force * horizon) / force if force else horizon)


def pmf(parameters: NBDParameters, purchases: Floats, *, horizon: float) -> Floats:
    """Return the probability that a new customer makes so many repeat purchases within the horizon."""
    r, alpha, x = parameters.r, parameters.alpha, purchases
    ways = gammaln(r + x) - gammaln(r) - gammaln(x + 1.0)
    found: Floats = np.exp(ways - r * math.log1p(horizon / alpha) - x * math.log1p(alpha / horizon))
    return found
