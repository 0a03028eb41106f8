"""The canonical form of one column as an expression, and what would be wrong with its values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import narwhals as nw
from attrs import frozen

from crmkit.records import FieldSpec
from crmkit.tables._numbers import integer, money, number
from crmkit.tables._zones import local_faults, local_time

__all__ = ["DTYPES", "EXPECTED", "Fault", "Proof", "expected", "prove"]

DTYPES: Mapping[str, Any] = MappingProxyType(
    {
        "text": nw.String(),
        "choice": nw.String(),
        "id": nw.String(),
        "integer": nw.Int64(),
        "number": nw.Float64(),
        "money": nw.Float64(),
        "flag": nw.Boolean(),
        "instant": nw.Datetime("us", "UTC"),
        "date": nw.Date(),
        "tags": nw.List(nw.String()),
    }
)
"""The type of a canonical column by the kind of its field; plain pandas keeps dates and tags as objects."""

EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "text": "a text",
        "choice": "a text",
        "id": "a text",
        "integer": "a whole number of 64 bits",
        "number": "a finite number that a float64 holds",
        "money": "a finite number that a float64 holds",
        "flag": "true or false",
        "instant": "an instant with a time zone",
        "date": "a date",
        "tags": "a list of texts",
    }
)

Fault = tuple[nw.Expr, str]
"""Which rows forbid it, and why."""


@frozen
class Proof:
    """How a column becomes canonical, and what forbids it."""

    spec: FieldSpec
    value: nw.Expr
    faults: tuple[Fault, ...] = ()


def expected(spec: FieldSpec, *, text: bool) -> str:
    """Say what a value should have been, and the way out.

    Args:
        spec: the field.
        text: whether the value is a text.
    """
    hint = ""
    if text:
        hint = "; text is read by crmkit.io, or by the dataframe's own functions, before it is conformed"
    elif spec.kind == "instant":
        hint = "; conform(..., timezone='Europe/Berlin') says the zone of times without one"
    elif spec.kind == "id":
        hint = "; make ids text, so that 7 and 007 stay two"
    return f"is not {EXPECTED[spec.kind]}{hint}"


def prove(frame: Any, schema: Mapping[str, Any], spec: FieldSpec, *, place: ZoneInfo | None) -> Proof:
    """Return the proof of one column.

    Args:
        frame: a narwhals frame.
        schema: its own, which some engines are slow to tell.
        spec: the field that the column is.
        place: the zone of times that do not say theirs.
    """
    column, dtype = nw.col(spec.name), schema[spec.name]
    missing: tuple[Fault, ...] = ()
    if not spec.nullable and spec.kind != "tags":
        missing = ((column.is_null(), "is missing; every record has one"),)
    if isinstance(dtype, nw.Object) or _holds_objects(frame, spec):  # proven value by value already
        return Proof(spec, column, missing)
    read = _instant(frame, column, dtype, place) if spec.kind == "instant" else _read(schema, spec, column, dtype)
    if read is None:
        present = ~column.is_null() & ~column.is_nan() if dtype.is_float() else ~column.is_null()
        return Proof(spec, _nothing(frame, spec), (*missing, (present, expected(spec, text=_is_text(dtype)))))
    value, faults = read
    return Proof(spec, value, (*missing, *faults))


def _read(
    schema: Mapping[str, Any], spec: FieldSpec, column: nw.Expr, dtype: Any
) -> tuple[nw.Expr, tuple[Fault, ...]] | None:
    """Return the canonical column and its faults; None where its type is not one that the field can be read from."""
    match spec.kind:
        case "integer" if dtype.is_numeric():
            return integer(spec, column, dtype)
        case "number" if dtype.is_numeric():
            return number(spec, column, dtype)
        case "money" if dtype.is_numeric():
            return money(spec, column, dtype, stated=_states_currencies(schema))
        case "flag" if dtype == nw.Boolean:
            return column, ()
        case "date" if isinstance(dtype, nw.Date):
            return column, ()
        case "date" if isinstance(dtype, nw.Datetime) and dtype.time_zone is None:
            day = column.dt.date()
            return day, ((day.cast(nw.Datetime(dtype.time_unit)) != column, "is not a date but a time of a day"),)
        case "tags" if isinstance(dtype, nw.List | nw.Array) and _is_text(dtype.inner):
            tags = column.cast(nw.List(nw.String)) if dtype != nw.List(nw.String) else column
            return tags, ((tags.list.contains(None), "is not a list of texts: one of them is missing"),)
        case "tags" if isinstance(dtype, nw.List) and dtype.inner == nw.Unknown:  # of lists that are all empty
            reason = expected(spec, text=False)
            return column.cast(nw.List(nw.String)), ((~column.is_null() & (column.list.len() > 0), reason),)
        case "text" | "choice" | "id" if _is_text(dtype):
            return _text(spec, column, dtype)
        case _:
            return None


def _holds_objects(frame: Any, spec: FieldSpec) -> bool:
    """Tell whether pandas keeps a column of dates or tags as objects, in which narwhals may see text."""
    if spec.kind not in ("date", "tags") or not frame.implementation.is_pandas_like():
        return False
    return str(frame.get_column(spec.name).to_native().dtype) == "object"


def _is_text(dtype: Any) -> bool:
    return isinstance(dtype, nw.String | nw.Categorical | nw.Enum) or dtype in (nw.String, nw.Categorical, nw.Enum)


def _states_currencies(schema: Mapping[str, Any]) -> bool:
    return "currency" in schema and _is_text(schema["currency"])


def _text(spec: FieldSpec, column: nw.Expr, dtype: Any) -> tuple[nw.Expr, tuple[Fault, ...]]:
    text = column.cast(nw.String)
    if spec.choices is not None:
        return text, ((~column.is_null() & ~text.is_in(spec.choices), "is not a choice"),)
    if spec.kind == "id":
        return text, ((text == "", "is empty; an id names its record"),)
    return text, ()


def _instant(
    frame: Any, column: nw.Expr, dtype: Any, place: ZoneInfo | None
) -> tuple[nw.Expr, tuple[Fault, ...]] | None:
    duckdb = frame.implementation.is_duckdb()  # its instants are in microseconds and show the connection's zone
    native = duckdb or frame.implementation.is_pandas_like()
    if isinstance(dtype, nw.Datetime) and dtype.time_zone is not None:
        if dtype.time_unit == "ns":  # pyarrow refuses to cut them off
            column = column.dt.truncate("1us")
        return column if duckdb else column.dt.convert_time_zone("UTC").cast(DTYPES["instant"]), ()
    if place is None or not isinstance(dtype, nw.Datetime | nw.Date):
        return None
    local = local_time(column, dtype)
    instant = local if native else local.dt.replace_time_zone(place.key).dt.convert_time_zone("UTC")
    return instant, local_faults(frame, local, place)


def _nothing(frame: Any, spec: FieldSpec) -> nw.Expr:
    if spec.kind == "instant" and frame.implementation.is_duckdb():
        return nw.lit(None, nw.Datetime("us"))
    return nw.lit(None, DTYPES[spec.kind])
