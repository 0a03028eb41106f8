"""Customers drawn from BG/NBD or MBG/NBD."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmkit.clv._beta_geo_numbers import BetaGeoParameters
from crmkit.clv._maximise import Floats

__all__ = ["simulated"]


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
    return pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(1, n + 1)],
            "frequency": frequency,
            "recency": recency,
            "T": until,
            "alive": alive,
        }
    )
