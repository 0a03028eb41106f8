"""Repeat purchases of a cohort from its first purchase on, as they happened and as a model expects them.

Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way", Marketing Science 24, figures 2 and 3: a customer
who came at b is expected to have made E[X(t - b)] repeat purchases by t.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import pandas as pd
from attrs import frozen

from crmkit.clv._arrays import Floats
from crmkit.clv._beta_binomial_geo import FittedBetaBinomialGeo
from crmkit.clv._fitted import FittedPurchases, prove_fitted
from crmkit.errors import InvalidArgument, NotEnoughData
from crmkit.tables import PurchasesByDay, purchases_by_day

__all__ = ["CumulativePurchases", "cumulative_purchases"]


@frozen(kw_only=True, eq=False)
class CumulativePurchases:
    """Repeat purchases of a cohort, added up.

    Args:
        table: one row a unit of time and one for the last day looked at: time (since the first purchase of all, in
            `unit`; months end on whole days), expected and bought (repeat purchases until the end of that day).
        first: the day of the first purchase of all.
        holdout_at: the time at which the holdout begins; None without one.
        unit: of time.
        n: how many customers there are.
        model: the name of the model that expects.
    """

    table: pd.DataFrame
    first: date
    holdout_at: float | None
    unit: str
    n: int
    model: str


def cumulative_purchases(
    fit: FittedPurchases,
    orders: Any,
    *,
    as_of: datetime | date,
    customer: str = "customer_id",
    at: str = "ordered_at",
    amount: str | None = "amount",
    unit: Literal["day", "week", "month"] | None = None,
    holdout_from: datetime | date | None = None,
    refunds: Literal["net", "drop", "refuse"] = "net",
    timezone: str = "UTC",
) -> CumulativePurchases:
    """Add up the repeat purchases of customers, and those that a model expects of them from their first one on.

    The arguments are those of `tables.customer_summary` that made the summary of the fit; so are the definitions. With
    a holdout, the cohort are those who came before it, and both lines go on through it.

    Args:
        fit: a fitted model of purchases.
        orders: any dataframe of orders; a lazy one is reduced where it lives.
        as_of: the end of what is looked at; a date stands for the end of that day.
        customer: the column that says who bought.
        at: the column that says when.
        amount: the column that says for how much; None where there is none.
        unit: of time; that of the fit, if not given.
        holdout_from: the first day of the holdout.
        refunds: what becomes of amounts below zero.
        timezone: whose days count.

    Raises:
        MissingColumn, InvalidColumn, CurrencyMismatch, InvalidPeriod: as `tables.customer_summary`.
        InvalidArgument: another unit than that of the fit, or none; a model that counts opportunities in another unit
            than days; a fit with covariates, which orders do not have.
        NotEnoughData: nobody bought.

    Warns:
        DataQualityWarning: rows that lack a customer, a time or an amount are left out.
    """
    prove_fitted(fit)
    if fit.covariates:
        message = (
            f"orders do not say {', '.join(fit.covariates)}; holdout_calibration holds such a fit against a holdout"
        )
        raise InvalidArgument(message, argument="fit", value=fit.model)
    found = purchases_by_day(
        orders,
        as_of=as_of,
        customer=customer,
        at=at,
        amount=amount,
        unit=_unit(fit, unit),
        holdout_from=holdout_from,
        refunds=refunds,
        timezone=timezone,
    )
    n = int(found.new_customers.sum())
    if found.first is None:
        message = f"{fit.model}: nobody bought before the end of what is looked at, or before the holdout"
        raise NotEnoughData(message, model=fit.model, n=n)
    expected, bought = _expected(fit, found), np.cumsum(found.repeat_purchases)
    rows = _ends(found.age)
    return CumulativePurchases(
        table=pd.DataFrame(
            {"time": found.age[rows], "expected": expected[rows], "bought": bought[rows].astype(np.float64)}
        ),
        first=found.first,
        holdout_at=None if found.holdout_day is None else float(found.age[found.holdout_day]),
        unit=found.unit,
        n=n,
        model=fit.model,
    )


def _unit(fit: FittedPurchases, unit: Any) -> Any:
    if unit is not None and fit.unit is not None and unit != fit.unit:
        message = f"the fit counts in {fit.unit}s and not in {unit}s; leave unit out"
        raise InvalidArgument(message, argument="unit", value=unit)
    found = fit.unit if unit is None else unit
    if found is None:
        message = "the fit does not say in which unit it counts; say unit='week', 'day' or 'month'"
        raise InvalidArgument(message, argument="unit", value=None)
    if isinstance(fit, FittedBetaBinomialGeo) and found != "day":
        message = f"{fit.model} counts opportunities, and orders have one a day; make its summary with unit='day'"
        raise InvalidArgument(message, argument="unit", value=found)
    return found


def _expected(fit: FittedPurchases, found: PurchasesByDay) -> Floats:
    """Return the repeat purchases expected until the end of each day: of a newcomer, moved to each day of coming."""
    newcomer = fit.expected_purchases_new(found.age)
    total = np.zeros(len(found.age))
    for day in np.flatnonzero(found.new_customers):
        total[day:] += found.new_customers[day] * newcomer[: len(total) - day]
    return total


def _ends(age: Floats) -> Any:
    """Return the place of the last day of each unit of time, from the first day to the last."""
    whole = np.searchsorted(age, np.arange(np.floor(age[-1]) + 1.0), side="right") - 1
    return np.unique(np.append(whole, len(age) - 1))
