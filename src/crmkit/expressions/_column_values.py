"""The values of a column in the form in which they compare: categories as text, numbers as float64, times in UTC."""

from __future__ import annotations

import typing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from crmkit.expressions._answers import Answer, joined
from crmkit.expressions._columns import Column, Table
from crmkit.expressions._judging import OPERATORS
from crmkit.expressions._limits import EXACT_IN_FLOAT
from crmkit.expressions._nodes import Literal, Op

if TYPE_CHECKING:
    import narwhals as nw

__all__ = ["compared", "first_integer", "is_one_of", "paired", "value_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EXACT_DIGITS = 15  # a decimal of so many digits is divided out to its nearest double; a longer one is read as text
_NANOSECONDS = {"ms": 10**6, "us": 10**3, "ns": 1}  # of the units of polars, the one lazy place with several
_COARSE = {"s": timedelta(seconds=1), "ms": timedelta(milliseconds=1)}


def value_of(column: Column, *, lower: bool = False) -> nw.Expr:
    """Return text as text, and everything else as it is."""
    import narwhals as nw

    values = nw.col(column.name)
    if column.holding == "text" and column.dtype != nw.String:
        values = values.cast(nw.String)
    return values.str.to_lowercase() if lower else values


def compared(column: Column, table: Table, op: Op, literal: Literal, *, lower: bool = False) -> Answer:
    """Compare the values of a column with a literal; True or False where it lies outside what the column can hold."""
    import narwhals as nw

    match column.holding:
        case "integer" if isinstance(literal.value, int):
            return _integer(column, op, literal.value)
        case "integer":
            return _integer_as_float(column, op, typing.cast(float, literal.value))
        case "number":
            return _applied(op, _as_float(column), nw.lit(float(literal.value)))  # type: ignore[arg-type]
        case "instant":
            return _instant(column, table, op, typing.cast(datetime, literal.value))
        case "flag":
            return nw.col(column.name) if literal.value else ~nw.col(column.name)
        case _:
            return _applied(op, value_of(column, lower=lower), nw.lit(literal.value))


def is_one_of(column: Column, table: Table, literals: tuple[Literal, ...], *, lower: bool = False) -> list[Answer]:
    """Return answers of which one must be true: many texts or numbers are looked up, the rest compared one by one."""
    texts = [literal.value for literal in literals if literal.kind == "text"]
    if texts:
        return [value_of(column, lower=lower).is_in(texts)]
    if column.holding == "number":
        numbers = [float(literal.value) for literal in literals]  # type: ignore[arg-type]
        # arrow looks numbers up by their bits, so that 0.0 would not find -0.0
        return [_as_float(column).is_in([*numbers, -0.0] if 0.0 in numbers else numbers)]
    return [compared(column, table, "==", literal) for literal in literals]


def paired(one: Column, other: Column, table: Table, *, lower: bool = False) -> tuple[nw.Expr, nw.Expr] | None:
    """Return two columns in a form in which the engine compares them exactly; None where it would not."""
    families = {one.holding, other.holding}
    if families == {"integer"}:
        return _integers(one, other, table)
    if families == {"integer", "number"}:
        whole = one if one.holding == "integer" else other
        if _is_arrow(whole, table) and _range_of(whole.dtype)[1] > EXACT_IN_FLOAT:
            return None  # arrow refuses to round
        return _as_float(one), _as_float(other)
    if families == {"number"}:
        return _as_float(one), _as_float(other)
    if families == {"instant"}:
        if one.dtype.time_unit != other.dtype.time_unit:
            return None if table.eager else (_in_nanoseconds(one), _in_nanoseconds(other))
        return _in_utc(one, table), _in_utc(other, table)
    if families == {"text"} and table.frame.implementation.is_pandas_like():
        native: Any = table.frame.to_native()
        if native[one.name].dtype == object or native[other.name].dtype == object:
            return None
    return value_of(one, lower=lower), value_of(other, lower=lower)


def _is_arrow(column: Column, table: Table) -> bool:
    if table.frame.implementation.is_pandas_like():
        native: Any = table.frame.to_native()
        return str(native[column.name].dtype).endswith("[pyarrow]")
    return table.frame.implementation.is_pyarrow()


def _applied(op: Op, one: nw.Expr, other: nw.Expr) -> nw.Expr:
    return typing.cast("nw.Expr", OPERATORS[op](one, other))


def _beyond(op: Op, *, above: bool) -> bool:
    """Compare anything that a column can hold with a literal above or below all of it."""
    return op in ("<", "<=") if above else op in (">", ">=")


def _integer(column: Column, op: Op, value: int) -> Answer:
    import narwhals as nw

    low, high = _range_of(column.dtype)
    if not low <= value <= high:
        return _beyond(op, above=value > high)
    wide = column.dtype in (nw.UInt64, nw.Int128, nw.UInt128)
    return _applied(op, nw.col(column.name), nw.lit(value, column.dtype if wide else None))


def _integer_as_float(column: Column, op: Op, value: float) -> Answer:
    """Find the integers whose nearest doubles compare so: exact on engines that refuse or round such a cast."""
    low, high = _range_of(column.dtype)
    first = first_integer(low, high, lambda number: float(number) >= value)
    beyond = first_integer(low, high, lambda number: float(number) > value)
    match op:
        case "==":
            return joined([_integer(column, ">=", first), _integer(column, "<", beyond)], neutral=True)
        case ">=" | "<":
            return _integer(column, op, first)
        case _:
            return _integer(column, ">=" if op == ">" else "<", beyond)


def first_integer(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """Return the first integer of which a rising condition holds, or the one after the last."""
    end = high + 1
    while low < end:
        middle = (low + end) // 2
        if holds(middle):
            end = middle
        else:
            low = middle + 1
    return low


def _range_of(dtype: Any) -> tuple[int, int]:
    name = str(dtype)
    bits = int(name.lstrip("UInt"))
    return (0, 2**bits - 1) if name.startswith("U") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def _as_float(column: Column) -> nw.Expr:
    import narwhals as nw

    values = nw.col(column.name)
    if column.dtype == nw.Float64:
        return values
    if column.dtype == nw.Decimal and column.dtype.precision > _EXACT_DIGITS:
        return values.cast(nw.String).cast(nw.Float64)
    return values.cast(nw.Float64)


def _integers(one: Column, other: Column, table: Table) -> tuple[nw.Expr, nw.Expr] | None:
    """Engines meet of an unsigned and a signed 64-bit integer in float64, which is not exact."""
    import narwhals as nw

    wide = {nw.UInt64, nw.UInt128, nw.Int128}
    if one.dtype == other.dtype or not {type(one.dtype), type(other.dtype)} & wide:
        return nw.col(one.name), nw.col(other.name)
    if table.eager:
        return None
    return nw.col(one.name).cast(nw.Int128), nw.col(other.name).cast(nw.Int128)


def _in_utc(column: Column, table: Table) -> nw.Expr:
    """Polars and arrow refuse to compare two zones; pandas does compare them, a SQL connection has one."""
    import narwhals as nw

    values = nw.col(column.name)
    if column.dtype.time_zone == "UTC" or not _keeps_zones(table):
        return values
    return values.dt.convert_time_zone("UTC")


def _keeps_zones(table: Table) -> bool:
    implementation = table.frame.implementation
    return implementation.is_polars() or implementation.is_pyarrow()


def _instant(column: Column, table: Table, op: Op, value: datetime) -> Answer:
    """Bring the literal to the unit of the column; an engine would cut off digits of one or the other."""
    import narwhals as nw

    unit, values = column.dtype.time_unit, _in_utc(column, table)
    if unit == "ns":
        nanoseconds = (value - _EPOCH) // timedelta(microseconds=1) * 1000
        if not -(2**63) < nanoseconds < 2**63:
            return _beyond(op, above=nanoseconds > 0)
        return _applied(op, values, nw.lit(value, nw.Datetime("ns", "UTC")))
    if unit in _COARSE and (rest := (value - _EPOCH) % _COARSE[unit]):
        if op == "==":
            return False
        return _applied("<=" if op in ("<", "<=") else ">", values, nw.lit(value - rest))
    return _applied(op, values, nw.lit(value))


def _in_nanoseconds(column: Column) -> nw.Expr:
    """Count them wide enough for all years: an engine that meets two units cuts off or overflows."""
    import narwhals as nw

    return nw.col(column.name).cast(nw.Int64).cast(nw.Int128) * _NANOSECONDS[column.dtype.time_unit]
