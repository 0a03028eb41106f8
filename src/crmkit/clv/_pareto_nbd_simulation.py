"""Customers drawn from Pareto/NBD, or from NBD, in which nobody leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmkit.clv._maximise import Floats

__all__ = ["drawn"]


def drawn(
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
        # A rate so small that it is 0 in a double is of a customer who never leaves.
        stays = rng.exponential(1.0, n) / np.maximum(rng.gamma(leaving[0], 1.0 / leaving[1], n), 1e-300)
    active = np.minimum(stays, until)
    frequency = rng.poisson(rate * active)
    last = active * rng.random(n) ** (1.0 / np.maximum(frequency, 1))
    return pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(1, n + 1)],
            "frequency": frequency,
            "recency": np.where(frequency > 0, last, 0.0),
            "T": until,
            "alive": stays >= until,
        }
    )
