"""The canonical form of one column as an expression, and what would be wrong with its values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NoReturn

import narwhals as nw
from attrs import field, frozen

from crmkit.errors import InvalidColumn
from crmkit.records import MINOR_UNITS, FieldSpec

__all__ = ["DTYPES", "Proof", "prove"]

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

_EXACT = 2**53
_DIGITS = 15


@frozen
class Proof:
    """How a column becomes canonical, and the rows that forbid it, with the reason."""

    column: str
    value: nw.Expr
    faults: tuple[tuple[nw.Expr, str], ...] = field(default=())


def prove(frame: Any, spec: FieldSpec, *, timezone: str | None) -> Proof:
    """Return the proof of one column of a narwhals frame.

    Raises:
        InvalidColumn: the column's type is not one that the field can be read from.
    """
    column = nw.col(spec.name)
    dtype = frame.collect_schema()[spec.name]
    missing = (
        (column.is_null(), "is missing; every record has one") if not spec.nullable and spec.kind != "tags" else None
    )
    if _is_objects(dtype):  # proven value by value already
        return Proof(spec.name, column, (missing,) if missing else ())
    match spec.kind:
        case "text" | "choice" | "id":
            proof = _text(spec, column, dtype)
        case "integer":
            proof = _integer(spec, column, dtype)
        case "number":
            proof = _number(spec, column, dtype)
        case "money":
            proof = _money(frame, spec, column, dtype)
        case "flag":
            proof = Proof(spec.name, column) if dtype == nw.Boolean else _refuse(spec, dtype, "true or false")
        case "instant":
            proof = _instant(spec, column, dtype, timezone)
        case "date":
            proof = _date(spec, column, dtype)
        case _:
            proof = Proof(spec.name, column) if dtype == nw.List(nw.String()) else _refuse(spec, dtype, "lists of text")
    return Proof(proof.column, proof.value, (*((missing,) if missing else ()), *proof.faults))


def _is_objects(dtype: Any) -> bool:
    return isinstance(dtype, nw.Object | nw.Unknown)


def _text(spec: FieldSpec, column: nw.Expr, dtype: Any) -> Proof:
    if not isinstance(dtype, nw.String | nw.Categorical | nw.Enum):
        return _refuse(spec, dtype, "text")
    text = column.cast(nw.String)
    if spec.choices is None:
        return Proof(spec.name, text)
    listed = ", ".join(spec.choices) if len(spec.choices) <= 12 else f"the {len(spec.choices)} known ones"
    return Proof(spec.name, text, ((~column.is_null() & ~text.is_in(spec.choices), f"is none of {listed}"),))


def _integer(spec: FieldSpec, column: nw.Expr, dtype: Any) -> Proof:
    if dtype.is_integer():
        return Proof(spec.name, column.cast(nw.Int64), _bounds(spec, column))
    return _refuse(spec, dtype, "whole numbers")


def _number(spec: FieldSpec, column: nw.Expr, dtype: Any) -> Proof:
    if not dtype.is_numeric():
        return _refuse(spec, dtype, "numbers")
    number = column.cast(nw.Float64)
    if not dtype.is_float():
        return Proof(spec.name, number, _bounds(spec, number))
    number = nw.when(~number.is_nan()).then(number)
    infinite = (~number.is_null() & (number.abs() == float("inf")), "is not a finite number")
    return Proof(spec.name, number, (infinite, *_bounds(spec, number)))


def _money(frame: Any, spec: FieldSpec, column: nw.Expr, dtype: Any) -> Proof:
    proof = _number(spec, column, dtype)
    digits: Any = nw.lit(2)
    amount = proof.value
    if "currency" in frame.collect_schema().names():
        for places in sorted(set(MINOR_UNITS.values())):
            codes = [code for code, its in MINOR_UNITS.items() if its == places]
            listed = nw.col("currency").cast(nw.String).is_in(codes)
            amount = nw.when(listed).then(proof.value.round(places)).otherwise(amount)
            digits = nw.when(listed).then(nw.lit(places)).otherwise(digits)
    too_long = proof.value.abs() >= 10.0 ** (_DIGITS - 2)
    reason = f"has more than {_DIGITS} significant digits, which a table cannot keep to the cent"
    return Proof(spec.name, amount, (*proof.faults, (~proof.value.is_null() & too_long, reason)))


def _bounds(spec: FieldSpec, column: nw.Expr) -> tuple[tuple[nw.Expr, str], ...]:
    faults = []
    if spec.minimum is not None:
        faults.append((~column.is_null() & (column < spec.minimum), f"is less than {spec.minimum:g}"))
    if spec.maximum is not None:
        faults.append((~column.is_null() & (column > spec.maximum), f"is more than {spec.maximum:g}"))
    return tuple(faults)


def _instant(spec: FieldSpec, column: nw.Expr, dtype: Any, timezone: str | None) -> Proof:
    hint = "; conform(..., timezone='Europe/Berlin') says the zone of times without one"
    if not isinstance(dtype, nw.Datetime | nw.Date) or (isinstance(dtype, nw.Date) and timezone is None):
        return _refuse(spec, dtype, "instants with a time zone", hint)
    if isinstance(dtype, nw.Datetime) and dtype.time_zone is not None:
        return Proof(spec.name, column.dt.convert_time_zone("UTC").cast(nw.Datetime("us", "UTC")))
    if timezone is None:
        return _refuse(spec, dtype, "instants with a time zone", hint)
    local = column.cast(nw.Datetime("us")).dt.replace_time_zone(timezone)
    return Proof(spec.name, local.dt.convert_time_zone("UTC"))


def _date(spec: FieldSpec, column: nw.Expr, dtype: Any) -> Proof:
    return Proof(spec.name, column) if isinstance(dtype, nw.Date) else _refuse(spec, dtype, "dates")


def _refuse(spec: FieldSpec, dtype: Any, expected: str, hint: str = "") -> NoReturn:
    raise InvalidColumn(
        f"column {spec.name!r} holds {dtype}, not {expected}{hint}", column=spec.name, row=None, value=str(dtype)
    )
