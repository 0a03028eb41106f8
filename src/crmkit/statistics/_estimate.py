"""Estimate: a number with its interval."""

from __future__ import annotations

import math
from typing import Self

from attrs import field, frozen

__all__ = ["Estimate"]


@frozen
class Estimate:
    """A number estimated from data. It converts with `float()`.

    Args:
        value: the estimate; NaN where undefined.
        low: the lower bound of its confidence interval; NaN where there is none.
        high: the upper bound; NaN where there is none.
        n: how many observations it rests on.
        confidence: the level of the interval, between 0 and 1.
    """

    value: float = field(converter=float)
    low: float = field(converter=float)
    high: float = field(converter=float)
    n: int = field(converter=int)
    confidence: float = field(converter=float)

    def __float__(self) -> float:
        return self.value

    @classmethod
    def spanning(cls, value: float, low: float, high: float, *, n: int, confidence: float) -> Self:
        """Build an estimate whose interval is stretched to its value where it would leave the value out.

        Rounding does that in the last bit, and an interval around another centre at a low level; a wider interval
        keeps what it promises. NaN bounds stay.
        """
        return cls(value=value, low=min(low, value), high=max(high, value), n=n, confidence=confidence)

    @classmethod
    def undefined(cls, *, n: int, confidence: float) -> Self:
        """Build the estimate of a number that n observations do not define: NaN with NaN bounds."""
        return cls(value=math.nan, low=math.nan, high=math.nan, n=n, confidence=confidence)
