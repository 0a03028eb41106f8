"""One sum divided by another."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from crmkit.statistics._arguments import fraction, sample
from crmkit.statistics._critical import student
from crmkit.statistics._estimate import Estimate
from crmkit.statistics._sums import scaled, total, unscaled

__all__ = ["ratio"]

_ROUNDING = 2.0**-52  # what rounding may leave of terms that cancel, as in 0.1 + 0.2 - 0.3


def ratio(
    numerators: ArrayLike, denominators: ArrayLike, *, counts: ArrayLike | None = None, confidence: float = 0.95
) -> Estimate:
    """Return the sum of the numerators divided by the sum of the denominators.

    The interval is value ± t s, with t of n - 1 degrees of freedom and s from the delta method (linearisation),
    s² = n / (n - 1) · Σ (y - value · x)² / (Σ x)²: Cochran, W. G. (1977), Sampling Techniques, 3rd ed., section 6.4;
    t as in Stata's `svy: ratio` and SAS's SURVEYMEANS. It presumes that numerator and denominator were
    observed together, as pairs, and that Σ x is well away from 0. One pair gives NaN bounds.

    Args:
        numerators: finite numbers, length m, in a unit y.
        denominators: finite numbers, length m, in a unit x; a sum that is 0 but for rounding gives NaN.
        counts: how often each pair stands in the data: whole numbers, length m; by default once each.
        confidence: the level of the interval, between 0 and 1.

    Raises:
        InvalidArgument: values that are not finite, lengths that differ, counts that are negative or fractional, or a
            level outside (0, 1).
    """
    confidence = fraction("confidence", confidence)
    data = sample(counts, numerators=numerators, denominators=denominators)
    (y, y_exponent), (x, x_exponent) = (scaled(column) for column in data.columns)
    whole_x = total(data.counts, x)
    if abs(whole_x) <= total(data.counts, abs(x)) * _ROUNDING:
        return Estimate.undefined(n=data.n, confidence=confidence)
    value = total(data.counts, y) / whole_x
    reach = math.nan
    if data.n > 1:
        squares = total(data.counts, (y - value * x) ** 2)
        reach = student(confidence, data.n - 1) * math.sqrt(data.n / (data.n - 1) * squares) / abs(whole_x)
    value, low, high = unscaled([value, value - reach, value + reach], y_exponent - x_exponent)
    return Estimate.spanning(value, low, high, n=data.n, confidence=confidence)
