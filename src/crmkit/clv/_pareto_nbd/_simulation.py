"""Customers drawn from Pareto/NBD, or from NBD, in which nobody leaves, and the purchases to come of those alive."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History, drawn_customers
from crmkit.clv._fitted import bought
from crmkit.clv._pareto_nbd._numbers import ParetoNBDParameters

__all__ = ["ahead", "simulated"]

# A rate that is 0 in a double is of a customer who never leaves.
_LEAST = 1e-200


def simulated(
    n: int,
    *,
    age: Floats,
    purchases: tuple[float, Floats | float],
    leaving: tuple[float, Floats | float] | None,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw n customers of these ages, all of one if there is one.

    A customer's purchases fall uniformly over the time until the end or until the customer leaves; the last of k is at
    the k-th root of a uniform number.

    Args:
        n: how many.
        age: one, or n of them.
        purchases: shape and rate of the gamma distribution of the rates of purchase; a rate for all, or n of them.
        leaving: those of the rates of leaving; nobody leaves without.
        rng: the source of randomness.
    """
    until = np.broadcast_to(age, n).copy()
    rate = rng.gamma(purchases[0], 1.0 / purchases[1], n)
    stays = until
    if leaving is not None:
        stays = rng.exponential(1.0, n) / np.maximum(rng.gamma(leaving[0], 1.0 / leaving[1], n), _LEAST)
    active = np.minimum(stays, until)
    frequency = rng.poisson(rate * active)
    last = active * rng.random(n) ** (1.0 / np.maximum(frequency, 1))
    return drawn_customers(
        frequency=frequency, recency=np.where(frequency > 0, last, 0.0), age=until, alive=stays >= until
    )


def ahead(parameters: ParetoNBDParameters, history: History, *, horizon: float, rng: np.random.Generator) -> Floats:
    """Draw for Pareto/NBD: lambda ~ gamma(r + x, alpha + T), mu ~ gamma(s, beta + T); the time left is Exp(mu)."""
    leaving = np.maximum(rng.standard_gamma(parameters.s, len(history.age)), _LEAST)
    left = rng.standard_exponential(len(leaving)) / leaving * (parameters.beta + history.age)
    rates = parameters.r + history.frequency, parameters.alpha + history.age
    return bought(*rates, np.minimum(left, horizon), rng)
