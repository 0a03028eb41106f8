"""Customers drawn from BG/NBD or MBG/NBD, and the purchases to come of those who are alive."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmkit.clv._arrays import Floats
from crmkit.clv._beta_geo._numbers import BetaGeoParameters
from crmkit.clv._customers import History, drawn_customers
from crmkit.clv._fitted import bought, survived

__all__ = ["ahead", "simulated"]


def simulated(parameters: BetaGeoParameters, n: int, *, age: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """Draw n customers of these ages, all of one if there is one, purchase after purchase until nobody is left."""
    until = np.broadcast_to(age, n)
    rate = rng.gamma(parameters.r, 1.0 / parameters.alpha, n)
    leaving = rng.beta(parameters.a, parameters.b, n)
    frequency, recency = np.zeros(n, dtype=np.int64), np.zeros(n)
    alive = rng.random(n) >= leaving if parameters.chances else np.ones(n, dtype=bool)
    buying = np.flatnonzero(alive)
    now = np.zeros(n)
    while len(buying):
        now[buying] += rng.exponential(1.0, len(buying)) / np.maximum(rate[buying], 1e-300)
        buying = buying[now[buying] <= until[buying]]
        frequency[buying] += 1
        recency[buying] = now[buying]
        stays = rng.random(len(buying)) >= leaving[buying]
        alive[buying[~stays]] = False
        buying = buying[stays]
    return drawn_customers(frequency=frequency, recency=recency, age=until, alive=alive)


def ahead(parameters: BetaGeoParameters, history: History, *, horizon: float, rng: np.random.Generator) -> Floats:
    """Draw for BG/NBD and MBG/NBD: lambda ~ gamma(r + x, alpha + T), p ~ beta(a, b + k + x).

    The purchases are those of a Poisson process, up to the one after which the customer drops out.
    """
    x = history.frequency
    bought_if_staying = bought(parameters.r + x, parameters.alpha + history.age, horizon, rng)
    return np.minimum(bought_if_staying, 1.0 + survived(parameters.a, parameters.b + parameters.chances + x, rng))
