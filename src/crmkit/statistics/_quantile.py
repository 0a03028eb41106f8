"""Quantiles: the value below which a given fraction of the data lies."""

from __future__ import annotations

import math
from bisect import bisect_left

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from crmkit.statistics._arguments import Sample, fraction, sample
from crmkit.statistics._estimate import Estimate

__all__ = ["quantile"]


def quantile(
    values: ArrayLike, q: float = 0.5, *, counts: ArrayLike | None = None, confidence: float = 0.95
) -> Estimate:
    """Return the quantile of order `q`, by default the median, with an interval from one observation to another.

    The value is interpolated linearly between order statistics: Hyndman, R. J. and Fan, Y. (1996), Sample quantiles in
    statistical packages, The American Statistician 50, 361-365, definition 7. The interval holds for any
    distribution: Conover, W. J. (1999), Practical Nonparametric Statistics, 3rd ed., section 3.2, in its conservative
    form, in which neither tail exceeds (1 - confidence) / 2. A bound for which the data are too few is NaN, and not
    the smallest or largest value, which would promise too much: the median has bounds at 95 % from 6 observations on.
    At low levels the bounds still are the two observations around the value, at least.

    Args:
        values: finite numbers, length m, in any unit; the result has the same.
        q: the order of the quantile, between 0 and 1.
        counts: how often each value stands in the data: whole numbers, length m; by default once each.
        confidence: the level of the interval, between 0 and 1.

    Raises:
        InvalidArgument: values that are not finite, lengths that differ, counts that are negative or fractional, or an
            order or level outside (0, 1).
    """
    q, confidence = fraction("q", q), fraction("confidence", confidence)
    data = sample(counts, values=values)
    if data.n == 0:
        return Estimate.undefined(n=0, confidence=confidence)
    place = (data.n - 1) * q
    fewest, most = _binomial_tails(data.n, q, (1 - confidence) / 2)
    below, above = min(fewest - 1, math.floor(place)), max(most, math.ceil(place))
    return Estimate(
        value=_interpolated(data, place),
        low=_at(data, below) if below >= 0 else math.nan,
        high=_at(data, above) if above < data.n else math.nan,
        n=data.n,
        confidence=confidence,
    )


def _binomial_tails(n: int, q: float, tail: float) -> tuple[int, int]:
    """Return the least k with P(K <= k) >= tail, and the least with P(K > k) <= tail.

    K, binomial(n, q), is how many of n observations fall below the true quantile.
    """
    fewest = bisect_left(range(n + 1), tail, key=lambda k: float(special.bdtr(k, n, q)))
    most = bisect_left(range(n + 1), -tail, key=lambda k: -float(special.bdtrc(k, n, q)))
    return fewest, most


def _interpolated(data: Sample, place: float) -> float:
    one, other = _at(data, math.floor(place)), _at(data, math.ceil(place))
    share = place - math.floor(place)
    return min(max(one * (1 - share) + other * share, one), other)


def _at(data: Sample, rank: int) -> float:
    """Return the value of this rank, from 0, in the written-out data."""
    return float(data.columns[0][np.searchsorted(np.cumsum(data.counts), rank, side="right")])
