"""The parts of the sales velocity, measured slice by slice, and their product."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, cast

import narwhals as nw
from attrs import evolve

from crmkit.expressions import field
from crmkit.kpi._engine import evaluate
from crmkit.kpi._measurement import Breakdown, Measurement
from crmkit.kpi._measures import Measure, Ratio, Total
from crmkit.kpi._metric import Metric
from crmkit.kpi._quantities import Column, Days, YesNo
from crmkit.kpi._query import Query
from crmkit.kpi._sales import average_deal_size, win_rate
from crmkit.statistics import Estimate
from crmkit.tables import open_table

__all__ = ["measured", "velocity"]

_ALL = "__crmkit_all"
_TINY = 5e-324  # where a bound is 0, which has no logarithm
_NOTHING = Measurement(name="", value=math.nan, n=0, unit=None, reason="no deal was won")
_OPEN, _WON = field("status") == "open", field("status") == "won"

_open_deals: Metric[Any] = Metric(
    name="open_deals",
    label="Open deals",
    definition="number of open deals",
    source="a count of everything there is: no sampling interval",
    unit="records",
    better=None,
    record="deal",
    measure=Total(YesNo(_OPEN), among=_OPEN),
    nothing="no deal is open",
)
_won_per_day: Metric[Any] = Metric(
    name="won_per_day",
    label="Won amount per day of cycle",
    definition="amount of won deals / their days from creation to close",
    source="Cochran, Sampling Techniques (1977), section 6.4",
    unit="currency",
    better="higher",
    record="deal",
    measure=Ratio(Column("amount"), Days("created_at", "closed_at"), among=_WON),
    at="closed_at",
    nothing="no deal was won",
)

_PARTS: Mapping[str, Metric[Any]] = {
    "open": _open_deals,
    "rate": win_rate,
    "size": average_deal_size,
    "pace": _won_per_day,
}


def measured(deals: Any, query: Query, cycle: Metric[Any]) -> dict[str, Breakdown]:
    """Measure each part by the columns asked for; where there are none, by one that is the same in every row.

    Args:
        deals: any dataframe of Deal rows.
        query: what is asked; its period holds for what is closed.
        cycle: how long a won deal takes.
    """
    if not query.by:
        deals = open_table(deals).with_columns(nw.lit(1).alias(_ALL))
        query = evolve(query, by=(_ALL,))
    found = {}
    for name, metric in {**_PARTS, "cycle": cycle}.items():
        asked = evolve(query, period=None) if metric.at is None else query
        found[name] = cast("Breakdown", evaluate(metric, cast("Measure", metric.measure), deals, asked))
    return found


def velocity(parts: Mapping[str, Measurement], confidence: float) -> Measurement:
    """Multiply what was measured of one slice; what is absent has no record there."""
    opened = parts["open"].value if "open" in parts else 0.0
    rate, size, length = (parts.get(name, _NOTHING) for name in ("rate", "size", "cycle"))
    reason = _missing(rate, size, length)
    estimate = Estimate.undefined(n=int(opened), confidence=confidence)
    if reason is None:
        value = opened * rate.value * size.value / length.value
        below, above = _reach(rate, parts["pace"]) if length.name == "mean_won_cycle" else (math.nan, math.nan)
        estimate = Estimate.spanning(value, value * below, value * above, n=int(opened), confidence=confidence)
    return Measurement.of(
        "sales_velocity",
        estimate,
        unit=f"{size.unit} per day" if size.unit else "per day",
        excluded={what: number for part in (size, length) for what, number in part.excluded.items()},
        reason=reason,
    )


def _missing(rate: Measurement, size: Measurement, length: Measurement) -> str | None:
    """Say what keeps the velocity from being computed; None where nothing does."""
    if not rate.defined:
        return "no deal was won or lost"
    if not size.defined or not length.defined:
        return size.reason or length.reason
    return "a cycle of no days has no pace" if length.value == 0 else None


def _reach(rate: Measurement, pace: Measurement) -> tuple[float, float]:
    """Return by which factors the interval reaches below and above the value.

    On the logarithm the value is a sum, whose limits lie as far from it as the square root of the summed squares of
    the distances of the parts' own limits.
    """
    if not pace.value > 0 or math.isnan(pace.low):
        return math.nan, math.nan
    below = math.hypot(math.log(rate.low / rate.value), math.log(max(pace.low, 0.0) / pace.value or _TINY))
    above = math.hypot(math.log(rate.high / rate.value), math.log(pace.high / pace.value))
    return math.exp(-below), math.exp(above)
