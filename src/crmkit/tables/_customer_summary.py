"""What lifetime value models read of a customer: frequency, recency, age and mean spend.

Fader & Hardie (2005), "A Note on Deriving the Pareto/NBD Model and Related Expressions"; the definitions are those of
the calibration data published with Fader, Hardie & Lee (2005), Marketing Science 24.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal, get_args

import narwhals as nw
from attrs import field, frozen

from crmkit.calendars import Period, instant_of, local_dates, zone
from crmkit.errors import DataQualityWarning, InvalidArgument, InvalidColumn, InvalidPeriod, did_you_mean, shown
from crmkit.tables._customer_summary_days import DAY, EPOCH, day_number, local_shifts, micros_of
from crmkit.tables._customer_summary_orders import Profile, opened, profile, usable
from crmkit.tables._customer_summary_reduce import counted, reduced
from crmkit.tables._customer_summary_table import collapsed_table, customers_table

__all__ = ["CustomerSummary", "customer_summary"]

Unit = Literal["day", "week", "month"]
Refunds = Literal["net", "drop", "refuse"]

_DAYS: Mapping[str, float] = MappingProxyType({"day": 1.0, "week": 7.0, "month": 365.25 / 12})
_INSTANT = timedelta(microseconds=1)
_FIRST = datetime(2, 1, 1, tzinfo=UTC)


def _kept(counts: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType(dict(counts))


@frozen(kw_only=True, eq=False)
class CustomerSummary:
    """Customers as lifetime value models see them.

    Args:
        table: one row a customer, in the order of their ids: customer_id, frequency (days with a purchase after the
            first one), recency (age at the last of them; 0 without), T (age at the end of the observation), both in
            `unit`; monetary_value (mean spend on the days that frequency counts; missing without). With a holdout also
            frequency_holdout, monetary_value_holdout (mean spend on those days) and duration_holdout. Of collapsed
            customers frequency, recency, T and n alone, one row a distinct history.
        unit: of recency, T and duration_holdout.
        as_of: the end of what was looked at, exclusive.
        holdout_from: where the holdout begins, and the observation ends; None without one.
        timezone: whose days count.
        refunds: what became of amounts below zero.
        currency: of the amounts; None where the table does not say.
        n: how many customers there are.
        left_out: how many rows lack a customer, a time or an amount (`no_customer`, `no_time`, `no_amount`), are
            refunds that were dropped (`refunds`); on how many days refunds left no customer's spend above zero
            (`days_without_spend`); how many customers bought in the holdout only (`customers_of_holdout_only`).
    """

    table: Any
    unit: Unit
    as_of: datetime
    holdout_from: datetime | None
    timezone: str
    refunds: Refunds
    currency: str | None
    n: int
    left_out: Mapping[str, int] = field(converter=_kept)


def customer_summary(
    orders: Any,
    *,
    as_of: datetime | date,
    customer: str = "customer_id",
    at: str = "ordered_at",
    amount: str | None = "amount",
    unit: Unit = "week",
    holdout_from: datetime | date | None = None,
    refunds: Refunds = "net",
    timezone: str = "UTC",
    collapse: bool = False,
) -> CustomerSummary:
    """Reduce orders to one row a customer; all purchases of a customer on one day are one.

    Times are whole days, counted on the calendar of `timezone` and divided by the days of the unit (7; 365.25 / 12).
    What happened at or after `as_of` is not looked at.

    Args:
        orders: any dataframe of orders; a lazy one is reduced where it lives.
        as_of: the end of what is looked at; a date stands for the end of that day.
        customer: the column that says who bought.
        at: the column that says when: instants with a time zone, or dates.
        amount: the column that says for how much; None for a summary without monetary_value.
        unit: of recency and T.
        holdout_from: the first instant of a day, or that day: the observation ends before it, and what follows is
            summed up apart, to hold forecasts against.
        refunds: "net" adds amounts below zero to those of their day, and a day that has nothing left is none of
            purchase (a free order is one, of nothing); "drop" leaves them out; "refuse" raises.
        timezone: whose days count.
        collapse: one row a distinct history, with the number of its customers as `n`, in place of one a customer:
            enough to fit how often customers buy, and few rows, however many customers there are.

    Raises:
        MissingColumn, InvalidColumn: a column that is absent, or holds what it cannot; a refund that is refused.
        CurrencyMismatch: the table has a column `currency` with more than one.
        InvalidArgument: another word for unit or refunds; a holdout that begins within a day or after as_of, or of
            collapsed customers.
        InvalidPeriod: an as_of without time zone; an unknown time zone.

    Warns:
        DataQualityWarning: rows that lack a customer, a time or an amount are left out.
    """
    _one_of("unit", unit, get_args(Unit))
    _one_of("refunds", refunds, get_args(Refunds))
    if collapse and holdout_from is not None:
        message = "customers are collapsed or have a holdout of their own, not both; leave one of them out"
        raise InvalidArgument(message, argument="collapse", value=collapse)
    place = zone(timezone)
    end = instant_of(as_of, timezone=timezone)
    last_day = _day_before(end, timezone)
    start = None if holdout_from is None else _holdout(holdout_from, end, timezone)
    holdout_day = None if start is None else _day_before(start, timezone) + 1
    frame, dated = opened(orders, customer=customer, at=at, amount=amount)
    cut = (last_day + 1) * DAY if dated else micros_of(end)
    known = profile(frame, cut)
    if refunds == "refuse" and known.refunds:
        message = f"column {amount!r} has {known.refunds} amounts below 0; refunds='net' or 'drop' says what to do"
        raise InvalidColumn(message, column=str(amount), row=None, value=known.refunds)
    kept = frame.filter(usable(cut) & (nw.col("amount") >= 0)) if refunds == "drop" else frame.filter(usable(cut))
    shifts = () if dated else local_shifts(known.first, known.last, place)
    days = kept.select("customer", day_number(nw.col("at"), shifts).alias("day"), "amount")
    netted = refunds == "net" and known.refunds > 0
    observed = last_day if holdout_day is None else holdout_day - 1
    if collapse:
        histories = counted(days, netted=netted)
        table, n = collapsed_table(histories, observed=observed, unit_days=_DAYS[unit]), int(histories.n.sum())
        unspent, newcomers = histories.unspent, 0
    else:
        found = reduced(days, holdout_day=holdout_day, netted=netted)
        after = None if holdout_day is None else last_day - observed
        spends = amount is not None
        table = customers_table(found, observed=observed, holdout=after, unit_days=_DAYS[unit], spends=spends)
        n, unspent, newcomers = len(found.first), found.unspent, found.newcomers
    return CustomerSummary(
        table=table,
        unit=unit,
        as_of=end,
        holdout_from=start,
        timezone=timezone,
        refunds=refunds,
        currency=known.currency,
        n=n,
        left_out={
            **_lacking(known),
            "refunds": known.refunds if refunds == "drop" else 0,
            "days_without_spend": unspent,
            "customers_of_holdout_only": newcomers,
        },
    )


def _one_of(name: str, value: object, words: tuple[str, ...]) -> None:
    if value not in words:
        message = f"{name} is one of {', '.join(words)}, not {shown(value)}{did_you_mean(str(value), words)}"
        raise InvalidArgument(message, argument=name, value=value)


def _day_before(instant: datetime, timezone: str) -> int:
    """Return the number since 1970 of the last day of which a part lies before an instant."""
    if instant <= _FIRST:
        message = f"{shown(instant)} is no time at which customers were observed"
        raise InvalidPeriod(message, code="out_of_range", value=instant)
    first, _ = local_dates(Period(instant - _INSTANT, instant), timezone=timezone)
    return (first - EPOCH.date()).days


def _holdout(given: datetime | date, end: datetime, timezone: str) -> datetime:
    """Return the first instant of the day on which the holdout begins."""
    start = instant_of(given, timezone=timezone)
    if not isinstance(given, datetime):
        last = _day_before(start, timezone)
        start = instant_of(EPOCH.date() + timedelta(days=last - 1), timezone=timezone)
    elif _day_before(start, timezone) == _day_before(start + _INSTANT, timezone):
        message = f"holdout_from is the first instant of a day in {timezone}, not {shown(given)}; a date says it"
        raise InvalidArgument(message, argument="holdout_from", value=given)
    if start >= end:
        message = f"holdout_from lies before as_of, which ends at {end:%Y-%m-%d %H:%M} UTC, not at {shown(given)}"
        raise InvalidArgument(message, argument="holdout_from", value=given)
    return start


def _lacking(known: Profile) -> dict[str, int]:
    lacking = {"no_customer": known.no_customer, "no_time": known.no_time, "no_amount": known.no_amount}
    if any(lacking.values()):
        told = ", ".join(f"{count} with {name.replace('_', ' ')}" for name, count in lacking.items() if count)
        warnings.warn(f"customer_summary: rows are left out: {told}", DataQualityWarning, stacklevel=3)
    return lacking
