"""The orders that a customer summary is made of: three columns, and what they lack."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw
from attrs import frozen

from crmkit.errors import CurrencyMismatch, InvalidArgument, InvalidColumn, MissingColumn, shown
from crmkit.tables._customer_summary_days import with_micros
from crmkit.tables._duckdb import plain_duckdb
from crmkit.tables._frames import collected, open_table
from crmkit.tables._objects import is_missing
from crmkit.tables._remedies import NUMBERS, native_type, no_instants, remedy

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
        InvalidArgument: what is no name of a column.
        MissingColumn, InvalidColumn: a column that is absent, or of a type that cannot be it.
    """
    frame = plain_duckdb(open_table(orders))
    names = frame.collect_schema().names()
    named: dict[str, Any] = {"customer": customer, "at": at, "amount": amount}
    for argument, name in named.items():
        without = ", or amount=None to leave spend out" if argument == "amount" else ""
        if not isinstance(name, str) and not (name is None and without):
            message = f"{argument} is the name of a column, not {shown(name)}{without}"
            raise InvalidArgument(message, argument=argument, value=name)
        if name is not None and name not in names:
            raise MissingColumn.of(name, names, purpose=asks, remedy=f"say {argument}='its name'{without}")
    frame, dated = _midnights(frame, at)
    schema = frame.collect_schema()
    dtype = schema[at]
    dated = dated or dtype == nw.Date
    if not (dated or (isinstance(dtype, nw.Datetime) and dtype.time_zone is not None)):
        message = no_instants(frame, at, own=at, else_=" or dates")
        raise InvalidColumn(message, column=at, row=None, value=str(dtype))
    selected = [_ids(customer, schema[customer]), nw.col(at).alias("at"), _amounts(amount, frame, schema)]
    if amount is not None and "currency" in names:
        selected.append(nw.col("currency").cast(nw.String))
    return with_micros(frame.select(*selected), "at"), dated


def _midnights(frame: Any, name: str) -> tuple[Any, bool]:
    """Return a frame with midnights in place of pandas' dates, which are objects; and whether there were such."""
    if not frame.implementation.is_pandas():
        return frame, False
    native = frame.to_native()
    if native.dtypes[name] != "object" or not set(map(type, native[name].dropna())) <= {date}:
        return frame, False
    return nw.from_native(native.assign(**{name: native[name].astype("datetime64[us]")})), True


def _ids(name: str, dtype: Any) -> nw.Expr:
    if isinstance(dtype, nw.Object) or dtype.is_nested():
        kind = "lists or the like" if dtype.is_nested() else "objects of several kinds"
        message = f"column {name!r} holds {kind}, which cannot be told apart; make the ids text"
        raise InvalidColumn(message, column=name, row=None, value=str(dtype))
    ids = _without_nan(nw.col(name), dtype).alias("customer")
    return ids if dtype.is_numeric() or dtype == nw.String else ids.cast(nw.String)


def _amounts(name: str | None, frame: Any, schema: Any) -> nw.Expr:
    """Return the amounts, NaN as missing; 1 for each order where there are none."""
    if name is None:
        return nw.lit(1.0).alias("amount")
    dtype = schema[name]
    if not dtype.is_numeric():
        code = remedy(frame, name, NUMBERS)
        say = f"say {code}" if code else "make them numbers"
        message = f"column {name!r} holds {native_type(frame, name)}, where amounts are needed; {say}"
        raise InvalidColumn(message, column=name, row=None, value=str(dtype))
    return _without_nan(nw.col(name).cast(nw.Float64), dtype).alias("amount")


def _without_nan(column: nw.Expr, dtype: Any) -> nw.Expr:
    """Return a column that lacks what is NaN: an id or amount that is none, to whichever engine."""
    return nw.when(~column.is_nan()).then(column) if dtype.is_float() else column


def usable(cut: int) -> nw.Expr:
    """Tell which orders lack nothing and lie before an instant, in microseconds."""
    return _early(cut) & ~nw.col("customer").is_null() & ~nw.col("amount").is_null()


def profile(frame: Any, cut: int, *, amount: str | None, asks: str) -> Profile:
    """Count what is missing, and look where the rest begins and ends, in one pass over the table.

    Args:
        frame: as `opened` returns it.
        cut: the end of what is looked at, in microseconds.
        amount: the name of the column of amounts, for the messages.
        asks: the function called, for the messages.

    Raises:
        InvalidColumn: an infinite amount.
        CurrencyMismatch: more than one currency.
    """
    looked = frame.with_columns(_early(cut).alias("early"), usable(cut).alias("whole"))
    early, whole = nw.col("early"), nw.col("whole")
    paid, at, customer = nw.col("amount"), nw.col("at"), nw.col("customer")
    asked = {
        "no_time": at.is_null(),
        "no_customer": early & customer.is_null(),
        "no_amount": early & ~customer.is_null() & paid.is_null(),
        "refunds": whole & (paid < 0),
        "infinite": whole & (paid.abs() == float("inf")),
    }
    sums = [holds.cast(nw.Int64).sum().alias(name) for name, holds in asked.items()]
    ends = [nw.when(whole).then(at).min().alias("first"), nw.when(whole).then(at).max().alias("last")]
    found = collected(looked.select(*sums, *ends)).rows(named=True)[0]
    counts = {name: 0 if is_missing(found[name]) else int(found[name]) for name in asked}
    if counts.pop("infinite"):
        message = f"column {amount!r} holds infinite amounts; leave these rows out"
        raise InvalidColumn(message, column=str(amount), row=None, value=float("inf"))
    empty = is_missing(found["first"])
    return Profile(
        **counts,
        first=0 if empty else int(found["first"]),
        last=0 if empty else int(found["last"]),
        currency=_currency(looked, whole, asks),
    )


def _early(cut: int) -> nw.Expr:
    return ~nw.col("at").is_null() & (nw.col("at") < cut)


def _currency(frame: Any, whole: nw.Expr, asks: str) -> str | None:
    """Return the one currency of these orders; None where the table names none."""
    if "currency" not in frame.collect_schema():
        return None
    named = frame.filter(whole & ~nw.col("currency").is_null()).select("currency").unique()
    found = tuple(sorted(collected(named)["currency"].to_list()))
    if len(found) > 1:
        listed = ", ".join(found[:5])
        message = f"{asks} would add amounts in {listed}; keep one currency or convert at a stated rate"
        raise CurrencyMismatch(message, currencies=found)
    return found[0] if found else None
