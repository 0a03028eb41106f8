"""The arithmetic mean."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from crmkit.statistics._arguments import fraction, sample
from crmkit.statistics._critical import student
from crmkit.statistics._estimate import Estimate
from crmkit.statistics._sums import scaled, total, unscaled

__all__ = ["mean"]


def mean(values: ArrayLike, *, counts: ArrayLike | None = None, confidence: float = 0.95) -> Estimate:
    """Return the arithmetic mean with Student's t interval.

    Student (1908), The probable error of a mean, Biometrika 6, 1-25. One observation gives NaN bounds; equal ones
    give an interval of width 0.

    Args:
        values: finite numbers, length m, in any unit; the result has the same.
        counts: how often each value stands in the data: whole numbers, length m; by default once each.
        confidence: the level of the interval, between 0 and 1.

    Raises:
        InvalidArgument: values that are not finite, lengths that differ, counts that are negative or fractional, or a
            level outside (0, 1).
    """
    confidence = fraction("confidence", confidence)
    data = sample(counts, values=values)
    if data.n == 0:
        return Estimate.undefined(n=0, confidence=confidence)
    points, exponent = scaled(data.columns[0])
    # rounding could leave the range of the values: the mean of equal values must be that value
    value = min(max(total(data.counts, points) / data.n, float(points[0])), float(points[-1]))
    reach = math.nan
    if data.n > 1:
        deviations = points - value
        # the second term takes back what the rounding of the mean adds
        squares = total(data.counts, deviations**2) - total(data.counts, deviations) ** 2 / data.n
        reach = student(confidence, data.n - 1) * math.sqrt(max(squares, 0.0) / (data.n - 1) / data.n)
    value, low, high = unscaled([value, value - reach, value + reach], exponent)
    return Estimate.spanning(value, low, high, n=data.n, confidence=confidence)
