"""Measurements of plain numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from numbers import Integral, Real

from crmkit import statistics
from crmkit.errors import InvalidArgument, shown
from crmkit.kpi._engine import warn_undefined
from crmkit.kpi._measurement import Measurement
from crmkit.statistics import Estimate

__all__ = ["count", "numbers", "plain", "share", "whole_count"]


def plain(
    name: str,
    value: Estimate | float,
    *,
    unit: str | None,
    n: int = 0,
    scale: float = 1.0,
    nothing: str = "",
) -> Measurement:
    """Name an estimate, or a number without an interval; warn, with `nothing` as the reason, where it is NaN."""
    if not isinstance(value, Estimate):
        value = Estimate(value=float(value), low=math.nan, high=math.nan, n=n, confidence=0.95)
    reason = nothing if math.isnan(value.value) else None
    measurement = Measurement.of(name, value, unit=unit, scale=scale, reason=reason)
    warn_undefined(measurement)
    return measurement


def share(name: str, *, part: tuple[str, int], whole: tuple[str, int], nothing: str, confidence: float) -> Measurement:
    """Measure the share of a part in a whole, each given with the name of its argument; Wilson interval."""
    for argument, value in (part, whole):
        whole_count(argument, value)
    if part[1] > whole[1]:
        raise InvalidArgument(
            f"{part[0]} is {part[1]} of {whole[0]} {whole[1]}: a part is not more than its whole",
            argument=part[0],
            value=part[1],
        )
    estimate = statistics.proportion(part[1], whole[1], confidence=confidence)
    return plain(name, estimate, unit="fraction", nothing=nothing)


def numbers(argument: str, values: Iterable[float], *, least: float = -math.inf) -> list[float]:
    """Return finite numbers, or refuse the first that is none by the name of their argument."""
    found = list(values)
    limit = "" if least == -math.inf else f" of at least {least:g}"
    for value in found:
        if (
            isinstance(value, bool)
            or not isinstance(value, Real | Decimal)
            or not (math.isfinite(value) and value >= least)
        ):
            reason = f"{argument} hold {shown(value)}; they are finite numbers{limit}"
            raise InvalidArgument(reason, argument=argument, value=value)
    return [float(number) for number in found]


def whole_count(argument: str, value: int) -> int:
    """Return a whole number of at least 0, or refuse it by name."""
    count(argument, value)
    if not isinstance(value, Integral):
        raise InvalidArgument(f"{argument} is {shown(value)}; it is a whole number", argument=argument, value=value)
    return value


def count(argument: str, value: float) -> float:
    """Return a finite number of at least 0, or refuse it by name."""
    if isinstance(value, bool) or not isinstance(value, Real | Decimal) or not 0 <= value < math.inf:
        raise InvalidArgument(
            f"{argument} is {shown(value)}; it is a number of at least 0", argument=argument, value=value
        )
    return value
