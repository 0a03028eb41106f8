"""Sales velocity: what the open deals are worth per day at the pace of those that were closed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal, get_args, overload

from attrs import frozen

from crmkit.calendars import Period
from crmkit.errors import InvalidArgument, did_you_mean, shown
from crmkit.expressions import ALWAYS, Expression
from crmkit.kpi._engine import warn_undefined
from crmkit.kpi._measurement import Breakdown, Measurement, Slice
from crmkit.kpi._plain import count, plain, whole_count
from crmkit.kpi._query import query_of
from crmkit.kpi._sales import mean_won_cycle, sales_cycle
from crmkit.kpi._stages._stays import sliced
from crmkit.kpi._stages._velocity_parts import measured, velocity

__all__ = ["SalesVelocity", "sales_velocity"]

Cycle = Literal["mean", "median"]

_NAME = "sales_velocity"


@frozen
class SalesVelocity:
    """Sales velocity as an object with its definition, its source and its two calls, as a `Metric` has them.

    Args:
        name: how it is called in code.
        label: how it is called on a page.
        definition: the formula in words.
        source: where the formula is from, and the interval.
        unit: its unit.
        better: which direction is good.
    """

    name: str = _NAME
    label: str = "Sales velocity"
    definition: str = "open deals x win rate x average deal size / cycle days, per day"
    source: str = (
        "customary in CRM reports (HubSpot, Salesforce); interval: Zou and Donner (2008), Statistics in Medicine 27, "
        "on the logarithm, from Wilson's of the win rate and the delta method's of amount / days of the won deals"
    )
    unit: str = "currency per day"
    better: Literal["higher"] = "higher"

    def of(self, *, open_deals: int, win_rate: float, deal_size: float, cycle_days: float) -> Measurement:
        """Return the velocity of four plain numbers; they alone give no interval.

        Args:
            open_deals: how many deals are open.
            win_rate: between 0 and 1.
            deal_size: the average amount of a won deal.
            cycle_days: the days from creation to close of a won deal.

        Raises:
            InvalidArgument: a number that is not what it should be.
        """
        whole_count("open_deals", open_deals)
        count("deal_size", deal_size)
        count("cycle_days", cycle_days)
        if count("win_rate", win_rate) > 1:
            reason = f"win_rate is {shown(win_rate)}; it lies between 0 and 1"
            raise InvalidArgument(reason, argument="win_rate", value=win_rate)
        value = open_deals * float(win_rate) * float(deal_size) / float(cycle_days) if cycle_days else math.nan
        return plain(self.name, value, unit=None, n=open_deals, nothing="a cycle of no days has no pace")

    @overload
    def __call__(
        self,
        deals: Any,
        *,
        as_of: datetime | date | None = ...,
        by: None = ...,
        period: Period | None = ...,
        where: Expression = ...,
        cycle: Cycle = ...,
        timezone: str = ...,
        confidence: float = ...,
        columns: Mapping[str, str] = ...,
    ) -> Measurement: ...

    @overload
    def __call__(
        self,
        deals: Any,
        *,
        as_of: datetime | date | None = ...,
        by: str | Iterable[str] | None = ...,
        period: Period | None = ...,
        where: Expression = ...,
        cycle: Cycle = ...,
        timezone: str = ...,
        confidence: float = ...,
        columns: Mapping[str, str] = ...,
    ) -> Breakdown: ...

    def __call__(
        self,
        deals: Any,
        *,
        as_of: datetime | date | None = None,
        by: str | Iterable[str] | None = None,
        period: Period | None = None,
        where: Expression = ALWAYS,
        cycle: Cycle = "mean",
        timezone: str = "UTC",
        confidence: float = 0.95,
        columns: Mapping[str, str] = MappingProxyType({}),
    ) -> Measurement | Breakdown:
        """Measure a table of deals.

        The value is the product of `win_rate`, `average_deal_size` and the number of open deals, divided by
        `mean_won_cycle` or `sales_cycle`: the four can be asked for by themselves, with the same arguments.

        Args:
            deals: any dataframe of Deal rows.
            as_of: what is dated at this instant or later has not happened; a date includes its whole day in `timezone`;
                None takes all that the table holds.
            by: one or more columns to cut by.
            period: only deals closed in this half-open period say how often, how large and how fast; the open ones
                are those of `as_of`, all the same.
            where: only the deals for which this holds.
            cycle: "mean" or "median" days of the won deals; the median comes without an interval.
            timezone: where a date's day hangs.
            confidence: the nominal coverage of the interval.
            columns: the frame's own names by canonical name.

        Returns:
            A Measurement, or a Breakdown when cut by `by`; `n` counts the open deals.

        Raises:
            InvalidArgument, MissingColumn, InvalidColumn, CurrencyMismatch: as `Metric`.
        """
        if cycle not in get_args(Cycle):
            reason = f"cycle is {shown(cycle)}; it takes 'mean' or 'median'{did_you_mean(str(cycle), get_args(Cycle))}"
            raise InvalidArgument(reason, argument="cycle", value=cycle)
        query = query_of(
            as_of=as_of,
            by=by,
            where=where,
            period=period,
            every=None,
            matured_days=None,
            timezone=timezone,
            fiscal_year_start=1,
            confidence=confidence,
            columns=columns,
        )
        parts = measured(deals, query, mean_won_cycle if cycle == "mean" else sales_cycle)
        if not query.by:
            found = {name: part.slices[0].measurement for name, part in parts.items() if part.slices}
            whole = velocity(found, confidence)
            warn_undefined(whole)
            return whole
        _, keys = sliced([piece.keys for part in parts.values() for piece in part], query.by)
        by_key = {name: {piece.keys: piece.measurement for piece in part} for name, part in parts.items()}
        measurements = [
            velocity({name: its[key] for name, its in by_key.items() if key in its}, confidence) for key in keys
        ]
        return Breakdown(
            name=_NAME,
            label=self.label,
            by=query.by,
            every=None,
            slices=tuple(
                Slice(keys=key, period=None, measurement=one) for key, one in zip(keys, measurements, strict=True)
            ),
            excluded={what: number for part in parts.values() for what, number in part.excluded.items()},
            implementation=parts["open"].implementation,
            lazy=parts["open"].lazy,
        )


sales_velocity = SalesVelocity()
"""Open deals x win rate x average deal size / cycle days, per day."""
