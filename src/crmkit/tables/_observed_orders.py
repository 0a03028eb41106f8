"""The orders that are looked at: those before the end, each with the number of its day in a time zone."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args

import narwhals as nw
from attrs import frozen

from crmkit.calendars import Period, instant_of, local_dates, zone
from crmkit.errors import DataQualityWarning, InvalidArgument, InvalidColumn, InvalidPeriod, did_you_mean, shown
from crmkit.tables._customer_summary_days import DAY, EPOCH, day_number, local_shifts, micros_of
from crmkit.tables._customer_summary_orders import Profile, opened, profile, usable

__all__ = ["ObservedOrders", "Refunds", "observed", "one_of"]

Refunds = Literal["net", "drop", "refuse"]

_INSTANT = timedelta(microseconds=1)
_FIRST = datetime(2, 1, 1, tzinfo=UTC)


@frozen(kw_only=True, eq=False)
class ObservedOrders:
    """Orders, and until when they were looked at.

    Args:
        orders: a narwhals frame with customer, day (its number since 1970) and amount, none of them missing.
        netted: whether refunds are among them, so that some day may have no spend left.
        profile: what there was to count.
        lacking: how many rows lack a customer, a time or an amount.
        end: of what is looked at, exclusive.
        last_day: the number of the last day looked at.
        start: the first instant of the holdout; None without one.
        holdout_day: the number of its first day.
    """

    orders: Any
    netted: bool
    profile: Profile
    lacking: dict[str, int]
    end: datetime
    last_day: int
    start: datetime | None
    holdout_day: int | None


def observed(
    orders: Any,
    *,
    as_of: datetime | date,
    customer: str,
    at: str,
    amount: str | None,
    holdout_from: datetime | date | None,
    refunds: Refunds,
    timezone: str,
    asks: str,
) -> ObservedOrders:
    """Open a table of orders as `customer_summary` describes it; `asks` is the function called, for the messages.

    Raises:
        MissingColumn, InvalidColumn, CurrencyMismatch, InvalidArgument, InvalidPeriod: as `customer_summary`.

    Warns:
        DataQualityWarning: rows that lack a customer, a time or an amount are left out.
    """
    one_of("refunds", refunds, get_args(Refunds))
    place = zone(timezone)
    end = instant_of(as_of, timezone=timezone)
    last_day = _day_before(end, timezone)
    start = None if holdout_from is None else _holdout(holdout_from, end, timezone)
    frame, dated = opened(orders, customer=customer, at=at, amount=amount, asks=asks)
    cut = (last_day + 1) * DAY if dated else micros_of(end)
    known = profile(frame, cut, amount=amount, asks=asks)
    if refunds == "refuse" and known.refunds:
        message = f"column {amount!r} has {known.refunds} amounts below 0; refunds='net' or 'drop' says what to do"
        raise InvalidColumn(message, column=str(amount), row=None, value=known.refunds)
    kept = frame.filter(usable(cut) & (nw.col("amount") >= 0)) if refunds == "drop" else frame.filter(usable(cut))
    shifts = () if dated else local_shifts(known.first, known.last, place)
    return ObservedOrders(
        orders=kept.select("customer", day_number(nw.col("at"), shifts).alias("day"), "amount"),
        netted=refunds == "net" and known.refunds > 0,
        profile=known,
        lacking=_lacking(known, asks),
        end=end,
        last_day=last_day,
        start=start,
        holdout_day=None if start is None else _day_before(start, timezone) + 1,
    )


def one_of(name: str, value: object, words: tuple[str, ...]) -> None:
    """Prove that an argument is one of a few words.

    Raises:
        InvalidArgument: it is none of them.
    """
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


def _lacking(known: Profile, asks: str) -> dict[str, int]:
    lacking = {"no_customer": known.no_customer, "no_time": known.no_time, "no_amount": known.no_amount}
    if any(lacking.values()):
        told = ", ".join(f"{count} with {name.replace('_', ' ')}" for name, count in lacking.items() if count)
        warnings.warn(f"{asks}: rows are left out: {told}", DataQualityWarning, stacklevel=4)
    return lacking
