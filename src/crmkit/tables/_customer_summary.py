"""What lifetime value models read of a customer: frequency, recency, age and mean spend.

Fader & Hardie (2005), "A Note on Deriving the Pareto/NBD Model and Related Expressions"; the definitions are those of
the calibration data published with Fader, Hardie & Lee (2005), Marketing Science 24.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal, get_args

from attrs import field, frozen

from crmkit.errors import InvalidArgument
from crmkit.tables._customer_summary_reduce import counted, reduced
from crmkit.tables._customer_summary_table import collapsed_table, customers_table
from crmkit.tables._observed_orders import Refunds, observed, one_of

__all__ = ["DAYS", "CustomerSummary", "Unit", "customer_summary"]

Unit = Literal["day", "week", "month"]

DAYS: Mapping[str, float] = MappingProxyType({"day": 1.0, "week": 7.0, "month": 365.25 / 12})
"""How many days a unit of time has."""


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
        at: the column that says when: instants with a time zone, or dates (in pandas, objects of `datetime.date`).
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
        InvalidPeriod: an as_of that is neither a date nor a datetime with a time zone; an unknown time zone.

    Warns:
        DataQualityWarning: rows that lack a customer, a time or an amount are left out.
    """
    one_of("unit", unit, get_args(Unit))
    if collapse and holdout_from is not None:
        message = "customers are collapsed or have a holdout of their own, not both; leave one of them out"
        raise InvalidArgument(message, argument="collapse", value=collapse)
    seen = observed(
        orders,
        as_of=as_of,
        customer=customer,
        at=at,
        amount=amount,
        holdout_from=holdout_from,
        refunds=refunds,
        timezone=timezone,
        asks="customer_summary",
    )
    last = seen.last_day if seen.holdout_day is None else seen.holdout_day - 1
    if collapse:
        histories = counted(seen.orders, netted=seen.netted)
        table, n = collapsed_table(histories, observed=last, unit_days=DAYS[unit]), int(histories.n.sum())
        unspent, newcomers = histories.unspent, 0
    else:
        found = reduced(seen.orders, holdout_day=seen.holdout_day, netted=seen.netted)
        after = None if seen.holdout_day is None else seen.last_day - last
        spends = amount is not None
        table = customers_table(found, observed=last, holdout=after, unit_days=DAYS[unit], spends=spends)
        n, unspent, newcomers = len(found.first), found.unspent, found.newcomers
    return CustomerSummary(
        table=table,
        unit=unit,
        as_of=seen.end,
        holdout_from=seen.start,
        timezone=timezone,
        refunds=refunds,
        currency=seen.profile.currency,
        n=n,
        left_out={
            **seen.lacking,
            "refunds": seen.profile.refunds if refunds == "drop" else 0,
            "days_without_spend": unspent,
            "customers_of_holdout_only": newcomers,
        },
    )
