"""From days of purchase to customers: two groupings, on the engine where it plans its own queries, else in numpy.

The first sums what a customer spent in a day, the second what there is to know of the customer.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from crmkit.tables._customer_summary_engine import customers_of
from crmkit.tables._customer_summary_numpy import NOTHING, days_in_numpy, numbered
from crmkit.tables._frames import collected

__all__ = ["Counted", "Reduced", "counted", "days_of_purchase", "reduced"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@frozen(eq=False)
class Reduced:
    """Customers who bought before the holdout, one entry each.

    Args:
        ids: theirs.
        first: the number of the day of the first purchase.
        last: that of the last one before the holdout.
        days: on how many days they bought before it.
        spend: what they spent on these.
        first_spend: what they spent on the first.
        later_days: on how many days they bought in the holdout.
        later_spend: what they spent on these.
        unspent: on how many customer-days refunds left nothing.
        newcomers: how many customers bought in the holdout for the first time.
    """

    ids: nw.Series[Any]
    first: Whole
    last: Whole
    days: Whole
    spend: Floats
    first_spend: Floats
    later_days: Whole
    later_spend: Floats
    unspent: int
    newcomers: int


@frozen(eq=False)
class Counted:
    """Histories of purchases, each distinct one once, by rising frequency, recency and age.

    Args:
        first: the number of the day of the first purchase.
        last: that of the last one.
        days: on how many days something was bought.
        n: by how many customers.
        unspent: on how many customer-days refunds left nothing.
        implementation: the library to make a table with.
    """

    first: Whole
    last: Whole
    days: Whole
    n: Whole
    unspent: int
    implementation: nw.Implementation


def reduced(orders: Any, *, holdout_day: int | None, netted: bool) -> Reduced:
    """Reduce orders to customers.

    Args:
        orders: a narwhals frame with customer, day and amount, none of them missing.
        holdout_day: the number of the day on which the holdout begins; None for no holdout.
        netted: whether there are refunds, so that some day may have no spend left.
    """
    if _plans(orders):
        found = _on_engine(orders.lazy(), holdout_day, netted=netted)
    else:
        found = _in_numpy(collected(orders), holdout_day)
    known = found.days > 0
    kept = np.flatnonzero(known)
    ids = found.ids if known.all() else found.ids.filter(known.tolist())
    return Reduced(
        ids,
        found.first[kept],
        found.last[kept],
        found.days[kept],
        found.spend[kept],
        found.first_spend[kept],
        found.later_days[kept],
        found.later_spend[kept],
        found.unspent,
        len(known) - len(kept),
    )


def counted(orders: Any, *, netted: bool) -> Counted:
    """Reduce orders to histories, each with the number of its customers; an engine hands over no more than these.

    Args:
        orders: a narwhals frame with customer, day and amount, none of them missing.
        netted: whether there are refunds, so that some day may have no spend left.
    """
    if _plans(orders):
        days, unspent = days_of_purchase(orders.lazy(), netted=netted)
        day = nw.col("day")
        spans = day.min().alias("first"), day.max().alias("last"), nw.len().alias("days")
        customers = days.group_by("customer").agg(*spans)
        frame = collected(customers.group_by("first", "last", "days").agg(nw.len().alias("n")))
        first, last, held, n = (_numbers(frame, name).astype(np.int64) for name in ("first", "last", "days", "n"))
        implementation = frame.implementation
    else:
        held_orders = collected(orders)
        found = _in_numpy(held_orders, None)
        first, last, held, n = found.first, found.last, found.days, np.ones(len(found.days), dtype=np.int64)
        unspent, implementation = found.unspent, held_orders.implementation
    order = np.lexsort((-first, last - first, held))
    first, last, held = first[order], last[order], held[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(first) != 0) | (np.diff(last) != 0) | (np.diff(held) != 0)
    starts = np.flatnonzero(new)
    return Counted(first[starts], last[starts], held[starts], _sums(n[order], starts), unspent, implementation)


def _plans(orders: Any) -> bool:
    """Tell whether an engine stands behind a frame that plans its queries; Dask knows no first row of a group."""
    lazy = isinstance(orders, nw.LazyFrame) and not orders.implementation.is_dask()
    return lazy or bool(orders.implementation.is_polars())


def days_of_purchase(orders: nw.LazyFrame[Any], *, netted: bool) -> tuple[nw.LazyFrame[Any], int]:
    """Return what each customer spent on each day of purchase, and on how many days refunds left nothing."""
    sums = [nw.col("amount").sum().alias("spend")]
    if not netted:
        return orders.group_by("customer", "day").agg(*sums), 0
    sized = orders.with_columns(nw.col("amount").abs().alias("size"))
    days = sized.group_by("customer", "day").agg(*sums, nw.col("size").sum())
    buys = (nw.col("spend") > nw.col("size") * NOTHING) | (nw.col("size") == 0)
    return days.filter(buys), int(collected(days.filter(~buys).select(nw.len())).item())


def _on_engine(orders: nw.LazyFrame[Any], holdout_day: int | None, *, netted: bool) -> Reduced:
    days, unspent = days_of_purchase(orders, netted=netted)
    if holdout_day is None:
        days = days.with_columns(nw.col("day").alias("before"), nw.col("spend").alias("spent"))
    else:
        early = nw.col("day") < holdout_day
        days = days.with_columns(
            nw.when(early).then(nw.col("day")).alias("before"),
            nw.when(early).then(nw.col("spend")).alias("spent"),
            nw.when(~early).then(nw.col("spend")).alias("later"),
        )
    frame = collected(customers_of(days).sort("customer"))
    nothing = np.zeros(len(frame))
    held = {name: _numbers(frame, name) for name in frame.columns if name != "customer"}
    return Reduced(
        frame["customer"],
        held["first"].astype(np.int64),
        held["last"].astype(np.int64),
        held["days"].astype(np.int64),
        held["spent"],
        held["first_spend"],
        held.get("later_days", nothing).astype(np.int64),
        held.get("later_spend", nothing),
        unspent,
        0,
    )


def _numbers(frame: nw.DataFrame[Any], name: str) -> Floats:
    """Return a column, 0 where it is missing: of those who did not buy before the holdout, or not in it."""
    values = np.asarray(frame[name].cast(nw.Float64).to_numpy(), dtype=np.float64)
    return np.nan_to_num(values)


def _in_numpy(orders: nw.DataFrame[Any], holdout_day: int | None) -> Reduced:
    customers = numbered(orders["customer"])
    day, amount = orders["day"].to_numpy(), orders["amount"].to_numpy()
    found = days_in_numpy(customers.number, day.astype(np.int64, copy=False), amount.astype(np.float64, copy=False))
    lengths = np.diff(found.starts)
    bought = np.flatnonzero(lengths)
    groups, lengths = found.starts[bought], lengths[bought]
    days, spend, later_spend = lengths, _sums(found.spend, groups), np.zeros(len(groups))
    if holdout_day is not None:
        early = found.day < holdout_day
        days = _sums(early.astype(np.int64), groups)
        spend = _sums(np.where(early, found.spend, 0.0), groups)
        later_spend = _sums(np.where(early, 0.0, found.spend), groups)
    return Reduced(
        customers.ids_of(bought),
        found.day[groups],
        found.day[groups + np.maximum(days, 1) - 1],
        days,
        spend,
        found.spend[groups],
        lengths - days,
        later_spend,
        found.unspent,
        0,
    )


def _sums(values: NDArray[Any], starts: NDArray[np.intp]) -> NDArray[Any]:
    return np.add.reduceat(values, starts) if len(starts) else values[:0]
