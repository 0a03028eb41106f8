"""The orders that a customer summary is made of: three columns, and what they lack."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from attrs import frozen

from crmkit.errors import CurrencyMismatch, InvalidColumn, MissingColumn
from crmkit.tables._customer_summary_days import with_micros
from crmkit.tables._duckdb import plain_duckdb
from crmkit.tables._frames import collected, open_table
from crmkit.tables._objects import is_missing

__all__ = ["Profile", "opened", "profile", "usable"]


@frozen(kw_only=True)
class Profile:
    """Orders before the end of what is looked at, counted.

    Args:
        no_time: rows that do not say when; of any time, therefore.
        no_customer: rows that do not say who.
        no_amount: rows that do not say for how much.
        refunds: rows with an amount below 0.
        first: the first instant of what is left, in microseconds; 0 where nothing is.
        last: the last one.
        currency: the one that the table names; None if it names none.
    """

    no_time: int
    no_customer: int
    no_amount: int
    refunds: int
    first: int
    last: int
    currency: str | None


def opened(orders: Any, *, customer: str, at: str, amount: str | None, asks: str) -> tuple[Any, bool]:
    """Return customer, at (microseconds) and amount, with the currency if there is one; and whether they are dates.

    Args:
        orders: the table.
        customer: the column that says who bought.
        at: the column that says when.
        amount: the column that says for how much; None where none does.
        asks: the function called, for the messages.

    Raises:
        MissingColumn, InvalidColumn: a column that is absent, or of a type that cannot be it.
    """
    frame = plain_duckdb(open_table(orders))
    schema = frame.collect_schema()
    for argument, name in (("customer", customer), ("at", at), ("amount", amount)):
        if name is not None and name not in schema:
            raise MissingColumn.of(name, schema.names(), purpose=f"{asks}, {argument}={name!r},")
    dtype = schema[at]
    if not (dtype == nw.Date or (isinstance(dtype, nw.Datetime) and dtype.time_zone is not None)):
        message = f"column {at!r} holds {dtype}, not instants with a time zone; tables.conform(frame, Order, timezone="
        raise InvalidColumn(f"{message}'UTC') makes them", column=at, row=None, value=str(dtype))
    selected = [_ids(customer, schema[customer]), nw.col(at).alias("at"), _amounts(amount, schema)]
    if amount is not None and "currency" in schema:
        selected.append(nw.col("currency").cast(nw.String))
    return with_micros(frame.select(*selected), "at"), dtype == nw.Date


def _ids(name: str, dtype: Any) -> nw.Expr:
    if isinstance(dtype, nw.Object):
        message = f"column {name!r} holds objects of several kinds; conform() brings ids to text"
        raise InvalidColumn(message, column=name, row=None, value=str(dtype))
    ids = nw.col(name).alias("customer")
    return ids if dtype.is_numeric() or dtype == nw.String else ids.cast(nw.String)


def _amounts(name: str | None, schema: Any) -> nw.Expr:
    """Return the amounts, NaN as missing; 1 for each order where there are none."""
    if name is None:
        return nw.lit(1.0).alias("amount")
    dtype = schema[name]
    if not dtype.is_numeric():
        message = f"column {name!r} holds {dtype}, where amounts are needed; conform() reads them"
        raise InvalidColumn(message, column=name, row=None, value=str(dtype))
    plain = nw.col(name).cast(nw.Float64)
    return (nw.when(~plain.is_nan()).then(plain) if dtype.is_float() else plain).alias("amount")


def usable(cut: int) -> nw.Expr:
    """Tell which orders lack nothing and lie before an instant, in microseconds."""
    return _early(cut) & ~nw.col("customer").is_null() & ~nw.col("amount").is_null()


def profile(frame: Any, cut: int) -> Profile:
    """Count what is missing, and look where the rest begins and ends, in one pass over the table.

    Raises:
        InvalidColumn: an infinite amount.
        CurrencyMismatch: more than one currency.
    """
    looked = frame.with_columns(_early(cut).alias("early"), usable(cut).alias("whole"))
    early, whole = nw.col("early"), nw.col("whole")
    amount, at, customer = nw.col("amount"), nw.col("at"), nw.col("customer")
    asked = {
        "no_time": at.is_null(),
        "no_customer": early & customer.is_null(),
        "no_amount": early & ~customer.is_null() & amount.is_null(),
        "refunds": whole & (amount < 0),
        "infinite": whole & (amount.abs() == float("inf")),
    }
    sums = [holds.cast(nw.Int64).sum().alias(name) for name, holds in asked.items()]
    ends = [nw.when(whole).then(at).min().alias("first"), nw.when(whole).then(at).max().alias("last")]
    found = collected(looked.select(*sums, *ends)).rows(named=True)[0]
    counts = {name: 0 if is_missing(found[name]) else int(found[name]) for name in asked}
    if counts.pop("infinite"):
        message = "the column of amounts holds infinite ones; leave these rows out"
        raise InvalidColumn(message, column="amount", row=None, value=float("inf"))
    empty = is_missing(found["first"])
    return Profile(
        **counts,
        first=0 if empty else int(found["first"]),
        last=0 if empty else int(found["last"]),
        currency=_currency(looked, whole),
    )


def _early(cut: int) -> nw.Expr:
    return ~nw.col("at").is_null() & (nw.col("at") < cut)


def _currency(frame: Any, whole: nw.Expr) -> str | None:
    """Return the one currency of these orders; None where the table names none."""
    if "currency" not in frame.collect_schema():
        return None
    named = frame.filter(whole & ~nw.col("currency").is_null()).select("currency").unique()
    found = tuple(sorted(collected(named)["currency"].to_list()))
    if len(found) > 1:
        listed = ", ".join(found[:5])
        message = f"customer_summary would add amounts in {listed}; keep one currency or convert at a stated rate"
        raise CurrencyMismatch(message, currencies=found)
    return found[0] if found else None
