"""How many purchases each customer will make: intervals from draws of parameters, and of each customer's own luck.

For each draw of the parameters, a customer is alive with the probability that the history gives, and then buys as those
alive with this history do. What those alive do depends on frequency and age alone, and on covariates: customers who
share these share the draw of it, which changes nobody's own distribution.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from attrs import evolve, frozen

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import History, collapsed, distinct, pairs_of

__all__ = ["Drawn", "drawn_purchases", "prediction_bounds", "total_bounds"]

# So many drawn numbers at once: 32 MB, and as much again to sort them.
_AT_ONCE = 4_000_000


@frozen(eq=False)
class Drawn:
    """A model under one draw of its parameters.

    Args:
        alive: the probability of each history that the customer is alive.
        bought: the purchases to come of customers who are alive, drawn.
    """

    alive: Callable[[History], Floats]
    bought: Callable[[History, np.random.Generator], Floats]


def prediction_bounds(
    history: History, models: Sequence[Drawn], *, confidence: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return the lower and the upper bound of the purchases of each entry.

    At most (1 - confidence) / 2 of the draws lie below, and as many above. Distinct histories are drawn in rising
    order: the same seed gives a history the same bounds, in whatever order customers come.

    Args:
        history: of the customers, in any order.
        models: one a draw of the parameters.
        confidence: of the interval.
        rng: the source of randomness.
    """
    kept, which = distinct(*history.traits, history.frequency, history.recency, history.age)
    once = evolve(history.at(kept), counts=np.ones(len(kept)))
    low, high = np.empty(len(kept)), np.empty(len(kept))
    places = _bounds(confidence, len(models))
    size = max(_AT_ONCE // len(models), 1)
    for begin in range(0, len(low), size):
        part = np.arange(begin, min(begin + size, len(low)))
        drawn = drawn_purchases(collapsed(once.at(part)), models, rng=rng)
        drawn = np.ascontiguousarray(drawn.T)
        drawn.partition(places, axis=1)
        low[part], high[part] = drawn[:, places[0]], drawn[:, places[1]]
    return low[which], high[which]


def drawn_purchases(history: History, models: Sequence[Drawn], *, rng: np.random.Generator) -> Floats:
    """Return the purchases of each entry under each draw: draws x entries."""
    pairs = pairs_of(history.frequency, history.age, history.pattern)
    ones = np.ones_like(pairs.first)
    once = History(pairs.first, 0.0 * ones, pairs.second, ones, pairs.pattern, history.patterns)
    found = np.empty((len(models), len(history.age)))
    before, chance = None, np.empty(0)
    for row, model in zip(found, models, strict=True):
        if model is not before:  # known parameters are the same in all draws
            before, chance = model, model.alive(history)
        living = rng.random(len(row)) < chance
        np.multiply(model.bought(once, rng)[pairs.index], living, out=row)
    return found


def total_bounds(
    history: History, models: Sequence[Drawn], *, confidence: float, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the lower and the upper bound of the purchases of all together, each customer with luck of their own.

    Args:
        history: of the customers, in any order.
        models: one a draw of the parameters.
        confidence: of the interval.
        rng: the source of randomness.
    """
    once = collapsed(history)
    every = np.repeat(np.arange(len(once.age)), once.counts.astype(np.intp))
    totals = np.empty(len(models))
    before, chance = None, np.empty(0)
    for draw, model in enumerate(models):
        if model is not before:
            before, chance = model, model.alive(once)
        living = every[rng.random(len(every)) < chance[every]]
        totals[draw] = model.bought(once.at(living), rng).sum()
    totals.sort()
    low, high = _bounds(confidence, len(models))
    return float(totals[low]), float(totals[high])


def _bounds(confidence: float, draws: int) -> tuple[int, int]:
    """Return which of the sorted draws are the bounds: the first that so many lie at or below."""
    shares = ((1 - confidence) / 2, (1 + confidence) / 2)
    low, high = (math.ceil(round(share * draws, 6)) - 1 for share in shares)
    return low, high
