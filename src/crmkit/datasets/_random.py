"""Randomness that stays where it is: a stream for each purpose, and events in time drawn from it."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from crmkit.datasets._truth import LogNormal

__all__ = ["MONTH", "Array", "Streams", "after", "between", "events", "lognormal", "months_between", "pick"]

Array = np.ndarray[Any, Any]

MONTH = 2_629_800
"""Seconds of a twelfth of 365.25 days."""

_DAY = 86_400


@frozen
class Streams:
    """Independent generators by name: a new name, or more draws of one, changes nothing that another draws.

    Each draws its values one after the other, so that of more values the first ones are the same.
    """

    seed: int

    def __call__(self, name: str) -> np.random.Generator:
        """Return the generator of this name, at its beginning."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=tuple(name.encode())))


def pick(rng: np.random.Generator, size: int, weights: tuple[float, ...]) -> Array:
    """Draw positions in `weights`, which need not sum to one."""
    steps = np.cumsum(weights) / np.sum(weights)
    steps[-1] = 1.0
    return np.searchsorted(steps, rng.random(size), side="right")


def lognormal(rng: np.random.Generator, size: int, law: LogNormal) -> Array:
    """Draw values of a log-normal quantity."""
    drawn: Array = law.median * np.exp(law.sigma * rng.standard_normal(size))
    return drawn


def after(times: Array, days: Array) -> Array:
    """Return the instants that lie some days later, on whole seconds."""
    later: Array = times + (np.asarray(days) * _DAY).astype("m8[s]")
    return later


def between(rng: np.random.Generator, low: Array, high: Array) -> Array:
    """Draw an instant in each [low, high), on whole seconds."""
    span = (high - low).astype(np.int64)
    drawn: Array = low + (rng.random(len(low)) * span).astype("m8[s]")
    return drawn


def months_between(low: Array, high: Any) -> Array:
    """Return the months from each instant up to another."""
    months: Array = (high - low).astype(np.int64) / MONTH
    return months


def events(streams: Streams, name: str, *, since: Array, until: np.datetime64, rate: float) -> tuple[Array, Array]:
    """Draw a Poisson process for each customer.

    Args:
        streams: the randomness.
        name: name of the streams to draw from.
        since: when each customer begins.
        until: when all end.
        rate: events per customer and month.

    Returns:
        The position of the customer and the instant of each event, ordered by customer, then time.
    """
    counts = streams(f"{name}.count").poisson(rate * months_between(since, until))
    customer = np.repeat(np.arange(len(since)), counts)
    at = between(streams(f"{name}.at"), since[customer], np.full(len(customer), until))
    order = np.lexsort((at, customer))
    return customer, at[order]
