"""What a leaf says of a column, as an expression that is never null; each leaf guards null, and NaN in floats."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any

import attrs

from crmkit.errors import InvalidExpression
from crmkit.expressions._answers import Answer, joined
from crmkit.expressions._bounds import checked_as_of, date_bounds, instant_bounds
from crmkit.expressions._column_values import compared, is_one_of, paired, value_of
from crmkit.expressions._columns import Column, Table
from crmkit.expressions._judging import OPERATORS
from crmkit.expressions._leaves import paths_of
from crmkit.expressions._nodes import (
    Asking,
    Compare,
    During,
    Has,
    In,
    Leaf,
    Literal,
    Match,
    Missing,
    Relative,
)

if TYPE_CHECKING:
    import narwhals as nw

__all__ = ["Later", "ask"]


@attrs.frozen
class Later:
    """No engine says it as Python does: the values must be asked one by one."""


def ask(leaf: Leaf, table: Table) -> Answer | Later:
    """Return the answer of a leaf that was proven to suit the table."""
    columns = [table.column(path) for path in paths_of(leaf)]
    if isinstance(leaf, Missing):
        return ~_present(columns[0])
    if isinstance(leaf, Relative | During):
        checked_as_of(table.as_of)
    if any(column.holding == "nothing" for column in columns):
        return False
    if _needs_python(leaf, columns, table):
        return Later()
    answer = _of_values(leaf, columns, table)
    if not isinstance(answer, bool) and all(_is_plain(column, table) for column in columns):
        return answer
    return joined([answer, *(_present(column) for column in columns)], neutral=True)


def _is_plain(column: Column, table: Table) -> bool:
    """Whether numpy holds the numbers, of which every comparison with NaN is false already."""
    if not table.frame.implementation.is_pandas():
        return False
    native: Any = table.frame.to_native()
    dtype = native.dtypes[column.name]
    return type(dtype).__module__.startswith("numpy") and dtype.kind in "biuf"


def _present(column: Column) -> nw.Expr:
    import narwhals as nw

    values = nw.col(column.name)
    return ~(values.is_null() | values.is_nan()) if column.dtype.is_float() else ~values.is_null()


def _needs_python(leaf: Leaf, columns: list[Column], table: Table) -> bool:
    """Whether the values must be asked one by one; a place that has none at hand refuses.

    Raises:
        InvalidExpression: names the field and the place.
    """
    import narwhals as nw

    objects = next((column for column in columns if column.holding == "objects"), None)
    lower = _lowered(leaf)
    if objects is None and lower is None:
        if columns[0].dtype == nw.UInt64 and table.frame.implementation.is_pyarrow():
            return True  # pyarrow makes no scalar beyond 2**63
        return len(columns) == 2 and paired(columns[0], columns[1], table) is None
    if table.eager:
        return True
    implementation = table.frame.implementation
    if objects is not None:
        what = f"column {objects.name!r} holds Python objects, which a lazy frame cannot look into"
    elif implementation.is_polars():
        return False
    else:
        what = f"field({lower!r}).lower() is not asked of {implementation.value}, whose lowercase is not Unicode's"
    raise InvalidExpression(f"{what}; collect it first", code="not_in_this_place", field=columns[0].name)


def _lowered(leaf: Leaf) -> str | None:
    match leaf:
        case Compare(left=operand) | In(operand=operand) | Match(operand=operand):
            return operand.path if operand.lower else None
        case _:
            return None


def _of_values(leaf: Asking, columns: list[Column], table: Table) -> Answer:
    """Return the answer where the values are present."""
    import narwhals as nw

    column = columns[0]
    lower = _lowered(leaf) is not None
    match leaf:
        case Compare(op=op, right=right):
            if isinstance(right, Literal):
                return compared(column, table, op, right, lower=lower)
            one, other = paired(column, columns[1], table, lower=lower) or (None, None)
            return typing.cast("nw.Expr", OPERATORS[op](one, other))
        case In(values=values):
            return joined(is_one_of(column, table, values, lower=lower), neutral=False)
        case Match(how=how, text=text):
            texts = value_of(column, lower=lower).str
            if how == "contains":
                return texts.contains(text, literal=True)
            return texts.starts_with(text) if how == "startswith" else texts.ends_with(text)
        case Has(values=tags, every=every):
            lists = nw.col(column.name).list
            # a list that holds a null may answer null, and the guard for a null list does not reach it
            return joined([lists.contains(tag).fill_null(value=False) for tag in tags], neutral=every)
        case Relative() | During():
            as_of = checked_as_of(table.as_of)
            if column.holding == "date":
                first, end = date_bounds(leaf, as_of)
                low, high = Literal("date", first), Literal("date", end)
            else:
                start, stop = instant_bounds(leaf, as_of)
                low, high = Literal("instant", start), Literal("instant", stop)
            bounds = [compared(column, table, ">=", low), compared(column, table, "<", high)]
            return joined(bounds, neutral=True)
        case _:
            typing.assert_never(leaf)
