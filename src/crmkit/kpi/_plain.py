"""Measurements of plain numbers."""

from __future__ import annotations

import math

from crmkit.errors import InvalidArgument, shown
from crmkit.kpi._engine import warn_undefined
from crmkit.kpi._measurement import Measurement
from crmkit.statistics import Estimate

__all__ = ["count", "plain"]


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


def count(argument: str, value: float, *, most: float = math.inf) -> float:
    """Return a number that is finite, at least 0 and at most `most`, or refuse it by name."""
    if isinstance(value, bool) or not 0 <= value <= most or not math.isfinite(value):
        limit = "" if most == math.inf else f" and at most {most:g}"
        raise InvalidArgument(
            f"{argument} is {shown(value)}; it is a number of at least 0{limit}", argument=argument, value=value
        )
    return value
