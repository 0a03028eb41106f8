"""Customers drawn from BG/BB, and the purchases to come of those who are alive."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmkit.clv._arrays import Floats
from crmkit.clv._beta_binomial_geo._numbers import BetaBinomialGeoParameters
from crmkit.clv._customers import History, drawn_customers
from crmkit.clv._fitted import survived

__all__ = ["ahead", "simulated"]


def simulated(parameters: BetaBinomialGeoParameters, n: int, *, age: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """Draw n customers with so many opportunities each."""
    until = np.broadcast_to(age, n)
    buying = rng.beta(parameters.alpha, parameters.beta, n)
    leaving = np.clip(rng.beta(parameters.gamma, parameters.delta, n), 1e-300, 1.0 - 1e-16)
    lived = np.floor(np.minimum(rng.exponential(1.0, n) / -np.log1p(-leaving), age))
    never = np.clip(buying, 1e-300, 1.0 - 1e-16)
    since = np.floor(np.minimum(rng.exponential(1.0, n) / -np.log1p(-never), lived))
    last = lived - since
    frequency = np.where(last > 0, 1 + rng.binomial(np.maximum(last - 1, 0).astype(np.int64), buying), 0)
    return drawn_customers(
        frequency=frequency.astype(np.int64),
        recency=last.astype(np.int64),
        age=until.astype(np.int64),
        alive=lived >= age,
    )


def ahead(
    parameters: BetaBinomialGeoParameters, history: History, *, horizon: float, rng: np.random.Generator
) -> Floats:
    """Draw for BG/BB: p ~ beta(alpha + x, beta + n - x), theta ~ beta(gamma, delta + n).

    The customer is gone before each of the next opportunities with chance theta, and buys at each before that with p.
    """
    x, n = history.frequency, history.age
    stays = np.minimum(survived(parameters.gamma, parameters.delta + n, rng), horizon)
    return rng.binomial(stays.astype(np.int64), rng.beta(parameters.alpha + x, parameters.beta + n - x)).astype(float)
