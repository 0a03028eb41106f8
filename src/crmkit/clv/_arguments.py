"""Arguments checked: numbers above zero, counts, rates of discount."""

from __future__ import annotations

import math
from typing import Any, Literal, get_args

import numpy as np

from crmkit.clv._arrays import Floats
from crmkit.errors import InvalidArgument, did_you_mean, shown

__all__ = [
    "LONGEST",
    "Compounding",
    "above_zero",
    "array_above_zero",
    "confidence_of",
    "count_of_customers",
    "force_of",
    "force_that_ends",
    "like",
    "penalty_of",
    "prove_rng",
    "whole_counts",
    "whole_number",
]

Compounding = Literal["continuous", "discrete"]

LONGEST = 1_000_000
"""The largest whole number that is waited for: of opportunities, of periods."""

_MOST_PENALTY = 1e6
# Products of what is smaller are 0 in a double.
_LEAST = 1e-100


def above_zero(name: str, value: Any, *, or_zero: bool = False) -> float:
    """Return a finite number above 0.

    Raises:
        InvalidArgument: something else.
    """
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or (value < _LEAST and not (or_zero and value == 0)):
        least = "0 or above" if or_zero else "above 0"
        least += f" ({_LEAST:g} at the least)" if number and 0 < value < _LEAST else ""
        raise InvalidArgument(f"{name} is a finite number {least}, not {shown(value)}", argument=name, value=value)
    return float(value)


def confidence_of(value: Any) -> float:
    """Return the level of an interval.

    Raises:
        InvalidArgument: no number between 0 and 1.
    """
    if not isinstance(value, float | np.floating) or not 0 < value < 1:
        message = f"confidence lies between 0 and 1, not {shown(value)}"
        raise InvalidArgument(message, argument="confidence", value=value)
    return float(value)


def penalty_of(value: Any) -> float:
    """Return the weight of a penalty.

    Raises:
        InvalidArgument: something else, or so much of it that the data no longer count.
    """
    if above_zero("penalty", value, or_zero=True) > _MOST_PENALTY:
        message = f"penalty is at most {_MOST_PENALTY:g}, beside which the data count nothing, not {shown(value)}"
        raise InvalidArgument(message, argument="penalty", value=value)
    return float(value)


def array_above_zero(name: str, values: Any) -> Floats:
    """Return finite numbers, 0 or above, as an array of one dimension.

    Raises:
        InvalidArgument: something else.
    """
    try:
        found = np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError):
        found = np.array([np.nan])
    if found.ndim != 1 or not (np.isfinite(found) & (found >= 0)).all():
        message = f"{name} are finite numbers of 0 or above, not {shown(values)}"
        raise InvalidArgument(message, argument=name, value=values)
    return found


def prove_rng(rng: object) -> None:
    """Refuse what is no source of randomness.

    Raises:
        InvalidArgument: something else.
    """
    if not isinstance(rng, np.random.Generator):
        message = "draws need a source of randomness: rng=numpy.random.default_rng(1)"
        raise InvalidArgument(message, argument="rng", value=rng)


def like(given: Any, found: Floats) -> Any:
    """Return one number for one that was given, and an array for several."""
    return found if np.ndim(given) else float(found[0])


def whole_counts(name: str, values: Any) -> Floats:
    """Return whole numbers, 0 or above, as an array of one dimension.

    Raises:
        InvalidArgument: something else.
    """
    found = array_above_zero(name, values)
    if (found != np.floor(found)).any():
        raise InvalidArgument(f"{name} are whole numbers, not {shown(values)}", argument=name, value=values)
    return found


def whole_number(name: str, value: Any, *, least: int = 1) -> int:
    """Return a whole number between `least` and a million.

    Raises:
        InvalidArgument: something else.
    """
    try:
        number = whole_counts(name, value)
    except InvalidArgument:
        number = np.empty(0)
    if len(number) != 1 or not least <= number[0] <= LONGEST:
        message = f"{name} is a whole number from {least} to {LONGEST:,}, not {shown(value)}"
        raise InvalidArgument(message, argument=name, value=value)
    return int(number[0])


def force_of(discount_rate: Any, compounding: str) -> float:
    """Return the continuous rate of discount per unit of time.

    Raises:
        InvalidArgument: a rate that is none, or another word for the compounding.
    """
    given = above_zero("discount_rate", discount_rate, or_zero=True)
    words = get_args(Compounding)
    if compounding not in words:
        message = f"compounding is {' or '.join(words)}, not {shown(compounding)}"
        hint = did_you_mean(str(compounding), words)
        raise InvalidArgument(f"{message}{hint}", argument="compounding", value=compounding)
    return given if compounding == "continuous" else math.log1p(given)


def force_that_ends(discount_rate: Any, compounding: str, horizon: float | None) -> float:
    """Return the continuous rate of discount under which a sum over the horizon, or over all time, is finite.

    Raises:
        InvalidArgument: as `force_of`; no discount and no horizon.
    """
    force = force_of(discount_rate, compounding)
    if horizon is None and not force:
        message = "without discount a sum over all time has no end; say a horizon"
        raise InvalidArgument(message, argument="discount_rate", value=discount_rate)
    return force


def count_of_customers(n: Any, ages: Floats) -> int:
    """Return how many customers to draw, who are all of one age, or each of their own.

    Raises:
        InvalidArgument: no number of customers, or of other ages.
    """
    if not isinstance(n, int | np.integer) or isinstance(n, bool) or n < 1:
        raise InvalidArgument(f"n is a whole number of 1 or more, not {shown(n)}", argument="n", value=n)
    if len(ages) not in (1, n):
        raise InvalidArgument(f"{len(ages)} ages for {n} customers", argument="age", value=len(ages))
    return int(n)
