"""How many customers came, and how often they came back, day by day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, get_args

import narwhals as nw
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from crmkit.tables._customer_summary import DAYS, Unit
from crmkit.tables._customer_summary_days import EPOCH
from crmkit.tables._customer_summary_reduce import days_of_purchase
from crmkit.tables._frames import collected
from crmkit.tables._observed_orders import Refunds, observed, one_of

__all__ = ["PurchasesByDay", "purchases_by_day"]


@frozen(kw_only=True, eq=False)
class PurchasesByDay:
    """First and repeat purchases of a cohort, one entry a day from its first purchase to the end of what was looked at.

    Args:
        first: the day of the first purchase of all; None where nobody bought.
        age: how long after it each day is, in `unit`.
        new_customers: how many customers bought for the first time on each day.
        repeat_purchases: how many bought again; several purchases of a customer on a day are one.
        unit: of age.
        holdout_day: the place of the first day of the holdout; None without one.
    """

    first: date | None
    age: NDArray[np.float64]
    new_customers: NDArray[np.int64]
    repeat_purchases: NDArray[np.int64]
    unit: Unit
    holdout_day: int | None


def purchases_by_day(
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
) -> PurchasesByDay:
    """Count first and repeat purchases by day, as `customer_summary` defines a purchase; it has the same arguments.

    Customers whose first purchase lies in the holdout are not looked at.

    Raises:
        MissingColumn, InvalidColumn, CurrencyMismatch, InvalidArgument, InvalidPeriod: as `customer_summary`.

    Warns:
        DataQualityWarning: rows that lack a customer, a time or an amount are left out.
    """
    one_of("unit", unit, get_args(Unit))
    seen = observed(
        orders,
        as_of=as_of,
        customer=customer,
        at=at,
        amount=amount,
        holdout_from=holdout_from,
        refunds=refunds,
        timezone=timezone,
        asks="purchases_by_day",
    )
    days, came, bought = _counts(seen.orders, seen.holdout_day, netted=seen.netted)
    start = int(days[0]) if len(days) else seen.last_day + 1
    places, length = days - start, seen.last_day - start + 1
    first_purchases = _by_place(places, came, length)
    return PurchasesByDay(
        first=EPOCH.date() + timedelta(days=start) if len(days) else None,
        age=np.arange(length) / DAYS[unit],
        new_customers=first_purchases,
        repeat_purchases=_by_place(places, bought, length) - first_purchases,
        unit=unit,
        holdout_day=None if seen.holdout_day is None else seen.holdout_day - start,
    )


def _counts(orders: Any, holdout_day: int | None, *, netted: bool) -> tuple[NDArray[np.int64], ...]:
    """Return the days on which somebody bought, how many did so for the first time, and how many in all."""
    days, _ = days_of_purchase(orders.lazy(), netted=netted)
    newcomers = days.group_by("customer").agg(nw.col("day").min().alias("first"))
    if holdout_day is not None:
        newcomers = newcomers.filter(nw.col("first") < holdout_day)
        days = days.join(newcomers, on="customer", how="semi")
    came = collected(newcomers.group_by("first").agg(nw.len()))
    bought = collected(days.group_by("day").agg(nw.len())).sort("day")
    seen, purchases = (bought[name].to_numpy().astype(np.int64) for name in ("day", "len"))
    first, new = (came[name].to_numpy().astype(np.int64) for name in ("first", "len"))
    return seen, _by_place(np.searchsorted(seen, first), new, len(seen)), purchases


def _by_place(places: NDArray[np.int64], counts: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    found = np.zeros(length, dtype=np.int64)
    found[places] = counts
    return found
