"""Arguments checked: levels, whole numbers, and samples reduced to their distinct values."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray

from crmkit.errors import InvalidArgument, shown

__all__ = ["Floats", "Sample", "fraction", "sample", "whole"]

Floats = NDArray[np.float64]
_MOST = 2**53  # beyond, a float no longer counts by ones


@frozen(eq=False)
class Sample:
    """A sample by its distinct values: equal data give an equal Sample, in whatever order and however counted.

    Args:
        columns: one array a variable, each of length m; the rows are distinct and in rising order.
        counts: how often each row stands in the data; whole floats above 0, length m.
        n: the number of observations, the sum of the counts.
    """

    columns: tuple[Floats, ...]
    counts: Floats
    n: int


def sample(counts: ArrayLike | None, **variables: ArrayLike) -> Sample:
    """Read one-dimensional arrays of one length, and how often each of their rows counts.

    Raises:
        InvalidArgument: not numbers, not finite, not of one dimension and length; counts that are negative or
            fractional, or add up to more than 2**53.
    """
    columns = [_finite(name, values) for name, values in variables.items()]
    for name, column in zip(variables, columns, strict=True):
        if len(column) != len(columns[0]):
            raise _unequal(name, column, next(iter(variables)), columns[0])
    weights = np.ones(len(columns[0])) if counts is None else _whole_counts(counts)
    if len(weights) != len(columns[0]):
        raise _unequal("counts", weights, next(iter(variables)), columns[0])
    present = weights > 0
    return _distinct([column[present] for column in columns], weights[present])


def _distinct(columns: list[Floats], counts: Floats) -> Sample:
    order = np.lexsort(columns)
    columns = [column[order] for column in columns]
    first = np.ones(len(counts), dtype=bool)
    first[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    starts = np.flatnonzero(first)
    totals = np.add.reduceat(counts[order], starts)
    return Sample(tuple(column[starts] for column in columns), totals, int(totals.sum()))


def _finite(name: str, values: ArrayLike) -> Floats:
    array = _numbers(name, values)
    if not np.isfinite(array).all():
        at = int(np.flatnonzero(~np.isfinite(array))[0])
        raise InvalidArgument(
            f"{name} holds {array[at]} at position {at}; leave out what is missing",
            argument=name,
            value=float(array[at]),
        )
    return array + 0.0  # -0.0 becomes 0.0: equal values have equal bits


def _whole_counts(counts: ArrayLike) -> Floats:
    array = _finite("counts", counts)
    bad = (array < 0) | (array != np.floor(array))
    if bad.any():
        value = float(array[bad][0])
        raise InvalidArgument(f"counts are whole numbers from 0 on, not {value}", argument="counts", value=value)
    if (total := float(array.sum())) > _MOST:
        raise InvalidArgument("counts add up to more than 2**53", argument="counts", value=total)
    return array


def _numbers(name: str, values: ArrayLike) -> Floats:
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):  # such as lists of unequal lengths
        array = np.empty((0, 0))
    if array.ndim != 1 or array.dtype.kind not in "iuf":
        raise InvalidArgument(
            f"{name} must be a one-dimensional array of integers or floats, found {shown(values)}",
            argument=name,
            value=values,
        )
    return array.astype(np.float64)


def _unequal(name: str, column: Floats, first: str, other: Floats) -> InvalidArgument:
    return InvalidArgument(
        f"{name} has {len(column)} entries and {first} has {len(other)}; they must be equally long",
        argument=name,
        value=len(column),
    )


def whole(name: str, value: Any) -> int:
    """Return a whole number from 0 to 2**53.

    Raises:
        InvalidArgument: anything else, such as 3.0 or True.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = -1
    if isinstance(value, bool) or not 0 <= number <= _MOST:
        raise InvalidArgument(f"{name} is a whole number from 0 on, not {shown(value)}", argument=name, value=value)
    return number


def fraction(name: str, value: Any) -> float:
    """Return a number between 0 and 1, both excluded.

    Raises:
        InvalidArgument: anything else.
    """
    if isinstance(value, float | np.floating) and 0 < value < 1:
        return float(value)
    raise InvalidArgument(f"{name} lies between 0 and 1, not {shown(value)}", argument=name, value=value)
