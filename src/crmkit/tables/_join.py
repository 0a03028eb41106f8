"""Bring the columns of a related table beside a table's own, under the dotted names that expressions use."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from crmkit.errors import InvalidColumn, MissingColumn, TableError, shown
from crmkit.tables._frames import doubled_id, handed_back, open_table

__all__ = ["join"]

_ORDER = "__crmkit_order"


def join(table: Any, /, **related: Any) -> Any:
    """Return the table with the columns of related tables beside its own: `join(deals, company=companies)`.

    The table's `company_id` is looked up in the `id` of the companies; their column `employees` becomes
    `company.employees`, as `field("company.employees")` calls it. Rows without a match keep missing values; no row is
    lost or doubled, and none is moved in a table that has an order (a DuckDB relation has none).

    Args:
        table: the table; for each name given it has a column `<name>_id`.
        related: by name, a table of the same kind with an `id` that stands once.

    Raises:
        MissingColumn: `<name>_id` or `id` is absent.
        InvalidColumn: an id stands twice, or is of another type than the column that refers to it.
        TableError: tables of different kinds, or a column that has one of the dotted names already.
    """
    frame = open_table(table)
    for name, other in related.items():
        frame = _joined(frame, name, open_table(other))
    return handed_back(frame, table)


def _joined(frame: Any, name: str, other: Any) -> Any:
    key, names = f"{name}_id", frame.collect_schema().names()
    if type(frame) is not type(other) or frame.implementation != other.implementation:
        raise TableError(f"the table and {name} must be of one kind of dataframe, both eager or both lazy")
    if key not in names:
        raise MissingColumn.of(
            key, names, purpose=f"join({name}=...)", remedy=f"rename the column that says it to {key!r}"
        )
    columns = other.collect_schema().names()
    if "id" not in columns:
        raise MissingColumn.of(
            "id", columns, purpose=f"the table {name}", remedy="rename the column that says it to 'id'"
        )
    dotted = {column: f"{name}.{column}" for column in columns}
    for column in dotted.values():
        if column in names:
            raise TableError(f"the table has a column {column!r} already", code="column_exists", column=column)
    frame, other = _comparable(frame, key, other.filter(~nw.col("id").is_null()), name)
    if (doubled := doubled_id(other)) is not None:
        value, times = doubled
        raise InvalidColumn(
            f"the table {name} has the id {shown(value)} {times} times; ids stand once",
            column="id",
            row=None,
            value=value,
        )
    if frame.implementation.is_pyarrow():
        return _taken(frame, other.rename(dotted), left_on=key, right_on=dotted["id"])
    return _looked_up(frame, other.rename(dotted), left_on=key, right_on=dotted["id"])


def _comparable(frame: Any, key: str, other: Any, name: str) -> tuple[Any, Any]:
    """Bring both columns to one type: text, or whatever they share."""
    one, its = frame.collect_schema()[key], other.collect_schema()["id"]
    texts = nw.String | nw.Categorical | nw.Enum
    if isinstance(one, texts | nw.Unknown) and isinstance(its, texts):
        made = frame.with_columns(nw.col(key).cast(nw.String)) if one != nw.String else frame
        return made, other.with_columns(nw.col("id").cast(nw.String)) if its != nw.String else other
    if one != its:
        raise InvalidColumn(
            f"column {key!r} holds {one}, the id of {name} {its}; conform() brings both to text",
            column=key,
            row=None,
            value=str(one),
        )
    return frame, other


def _looked_up(frame: Any, other: Any, *, left_on: str, right_on: str) -> Any:
    """Join from the left, in the order of the rows where they have one."""
    if isinstance(frame, nw.DataFrame):
        numbered = frame.with_row_index(_ORDER)
    elif frame.implementation.is_polars():
        numbered = nw.from_native(frame.to_native().with_row_index(_ORDER))
    else:
        return frame.join(other, left_on=left_on, right_on=right_on, how="left")
    return numbered.join(other, left_on=left_on, right_on=right_on, how="left").sort(_ORDER).drop(_ORDER)


def _taken(frame: Any, other: Any, *, left_on: str, right_on: str) -> Any:
    """Join in pyarrow, whose own join takes no columns of lists, such as tags."""
    from pyarrow.compute import index_in  # an optional library

    table, related = frame.to_native(), other.to_native()
    rows = index_in(table[left_on], value_set=related[right_on].combine_chunks())
    found = related.drop_columns([right_on]).take(rows)
    for name in found.column_names:
        table = table.append_column(found.schema.field(name), found[name])
    return nw.from_native(table)
