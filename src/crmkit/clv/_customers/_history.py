"""What the models read of customers: frequency, recency and age, each distinct triple once with its count.

Covariates make it quadruples: customers who are alike in all of them have one pattern.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
from attrs import evolve, frozen

from crmkit.clv._arrays import Floats
from crmkit.clv._customers._columns import columns_of, numbers_of, refuse_unless
from crmkit.clv._customers._distinct import Places, distinct
from crmkit.errors import InvalidColumn, NotEnoughData, shown

__all__ = ["READ", "History", "Pairs", "collapsed", "history_of", "pairs_of", "prove_repeats", "sampled"]

_TRIPLE = ("frequency", "recency", "T")
READ = (*_TRIPLE, "n")
"""The columns that say a history; no covariate."""


@frozen(eq=False)
class History:
    """Histories of purchases: one entry a customer, or one a distinct triple with its count.

    Args:
        frequency: repeat purchases, whole and from 0 on.
        recency: age at the last purchase, 0 without repeat purchase.
        age: age at the end of the observation, `T`.
        counts: how many customers each entry stands for.
        pattern: which of the patterns each entry has; None without covariates.
        patterns: the distinct values of the covariates, a row each, in rising order.
    """

    frequency: Floats
    recency: Floats
    age: Floats
    counts: Floats
    pattern: Places | None = None
    patterns: Floats | None = None

    @property
    def n(self) -> int:
        """The number of customers."""
        return int(self.counts.sum())

    @property
    def time_between(self) -> float:
        """The time that passed for each repeat purchase, over all customers."""
        return float(self.counts @ self.age) / float(self.counts @ self.frequency)

    @property
    def traits(self) -> tuple[Places, ...]:
        """What tells customers apart besides frequency, recency and age: the pattern, if there are any."""
        return () if self.pattern is None else (self.pattern,)

    def bare(self) -> History:
        """Return the customers without their patterns."""
        return History(self.frequency, self.recency, self.age, self.counts)

    def at(self, places: Places) -> History:
        """Return the entries at these places."""
        return History(
            self.frequency[places],
            self.recency[places],
            self.age[places],
            self.counts[places],
            None if self.pattern is None else self.pattern[places],
            self.patterns,
        )


@frozen(eq=False)
class Pairs:
    """The distinct pairs of two columns, in rising order; with covariates, those of each pattern after one another.

    Args:
        first: the values of the one.
        second: those of the other.
        index: which pair each entry is.
        pattern: the pattern of each pair; None without covariates.
        starts: the first pair of each pattern; None without covariates.
    """

    first: Floats
    second: Floats
    index: Places
    pattern: Places | None = None
    starts: Places | None = None

    def gathered(self, weights: Floats) -> Floats:
        """Sum the weights of the entries of each pair."""
        return np.asarray(np.bincount(self.index, weights, len(self.first)), dtype=np.float64)

    def each(self, parameter: Floats) -> Floats:
        """Return of a parameter, one for all or one a pattern, that of each pair."""
        return parameter[self.pattern] if parameter.ndim else parameter

    def summed(self, values: Floats, weights: Floats) -> Floats:
        """Sum along the last axis, over all pairs or over those of each pattern."""
        if self.starts is None:
            return np.asarray(values @ weights)
        if len(self.starts) == len(self.first):
            return np.asarray(values * weights)
        return np.add.reduceat(values * weights, self.starts, axis=-1)

    def total(self, weights: Floats) -> Floats:
        """Sum the weights of all pairs, or of those of each pattern."""
        return np.asarray(weights.sum()) if self.starts is None else np.add.reduceat(weights, self.starts)


def history_of(data: Any, *, columns: Mapping[str, str], model: str, covariates: Sequence[str] = ()) -> History:
    """Read a customer summary, or a frame of its shape, in the order of its rows.

    Args:
        data: a CustomerSummary, or any dataframe with frequency, recency and T; and n, where a row stands for several
            customers.
        columns: the frame's own names by canonical name.
        model: who asks, for the messages.
        covariates: the columns of numbers, or of true and false, that are read besides.

    Raises:
        MissingColumn, InvalidColumn: no such columns; a value that no history has; the message names row and value.
        NotEnoughData: no customer.
    """
    read = columns_of(data, (*_TRIPLE, *covariates), columns=columns, model=model)
    frequency, recency, age = (_numbers(read[name], name) for name in _TRIPLE)
    counts = _numbers(read["n"], "n") if "n" in read.columns else np.broadcast_to(1.0, len(read))
    history = History(frequency, recency, age, counts)
    _prove(history)
    if not history.counts.sum():
        raise NotEnoughData(f"{model}: there is no customer", model=model, n=0)
    return _patterned(history, [_values(read[name], name) for name in covariates])


def prove_repeats(history: History, model: str) -> None:
    """Refuse customers of whom nobody bought again, or who all came at the end.

    Raises:
        NotEnoughData: nothing says how often they buy.
    """
    if not (history.frequency.any() and history.age.any()):
        message = f"{model}: nobody bought again in any time, so nothing says how often customers buy"
        raise NotEnoughData(message, model=model, n=history.n)


def collapsed(history: History) -> History:
    """Return each distinct history once, in rising order: equal data give equal bits, however they were collapsed."""
    places, which = distinct(*history.traits, history.frequency, history.recency, history.age)
    counts = np.asarray(np.bincount(which, history.counts), dtype=np.float64)
    present = counts > 0
    kept = evolve(history.at(places[present]), counts=counts[present])
    if kept.pattern is None or kept.patterns is None:
        return kept
    used, pattern = np.unique(kept.pattern, return_inverse=True)
    return evolve(kept, pattern=pattern, patterns=kept.patterns[used])


def sampled(history: History, size: int) -> History:
    """Take entries at regular places of the sorted ones, with one-timers and repeaters in their true proportion."""
    places = np.linspace(0, len(history.age) - 1, size).astype(np.intp)
    again = (history.frequency > 0).astype(np.intp)
    counts = history.counts[places]
    seen = np.bincount(again[places], counts, 2)
    share = np.bincount(again, history.counts, 2) / np.maximum(seen, 1.0)
    return evolve(history.at(places), counts=counts * share[again[places]])


def pairs_of(first: Floats, second: Floats, pattern: Places | None = None) -> Pairs:
    """Return the distinct pairs of two columns, within each pattern if there are any."""
    if pattern is None:
        places, index = distinct(first, second)
        return Pairs(first[places], second[places], index)
    places, index = distinct(pattern, first, second)
    of_kept = pattern[places]
    starts = np.flatnonzero(np.diff(of_kept, prepend=-1))
    return Pairs(first[places], second[places], index, of_kept, starts)


def _patterned(history: History, covariates: list[Floats]) -> History:
    if not covariates:
        return history
    places, pattern = distinct(*covariates)
    return evolve(history, pattern=pattern, patterns=np.stack([values[places] for values in covariates], axis=1))


def _values(column: Any, name: str) -> Floats:
    """Read a covariate; -0 is 0."""
    if column.dtype == nw.Boolean:
        column = column.cast(nw.Float64)
    if column.dtype.is_numeric():
        return _numbers(column, name) + 0.0
    # Columns of true and false become objects where tables are joined.
    values = column.to_list() if column.dtype == nw.Object else []
    row = next((row for row, value in enumerate(values) if not _is_number(value)), 0)
    if values and _is_number(values[row]):
        return np.array(values, dtype=np.float64) + 0.0
    value = values[row] if values else str(column[row])
    message = (
        f"column {name!r}, row {row}: {shown(value)} is neither a number nor true or false; "
        "of categories make a column of true and false for each but one"
    )
    raise InvalidColumn(message, column=name, row=row, value=value)


def _is_number(value: object) -> bool:
    return isinstance(value, bool | int | float | np.bool_ | np.integer | np.floating) and math.isfinite(value)


def _numbers(column: Any, name: str) -> Floats:
    numbers = numbers_of(column, name)
    refuse_unless(np.isfinite(numbers), numbers, name, "is missing or not finite")
    return numbers


def _prove(history: History) -> None:
    frequency, recency, age = history.frequency, history.recency, history.age
    refuse_unless(
        (frequency >= 0) & (frequency == np.floor(frequency)), frequency, "frequency", "is no count of purchases"
    )
    refuse_unless((recency >= 0) & (recency <= age), recency, "recency", "is not between 0 and T")
    refuse_unless(
        (frequency > 0) | (recency == 0), recency, "recency", "is not 0, although there is no repeat purchase"
    )
    refuse_unless(
        (history.counts >= 0) & (history.counts == np.floor(history.counts)), history.counts, "n", "is no count"
    )
