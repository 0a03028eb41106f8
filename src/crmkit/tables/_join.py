"""Bring the columns of a related table beside a table's own, under the dotted names that expressions use."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from crmkit.errors import InvalidColumn, MissingColumn, TableError, shown
from crmkit.tables._frames import collected, open_table

__all__ = ["join"]


def join(table: Any, /, **related: Any) -> Any:
    """Return the table with the columns of related tables beside its own: `join(deals, company=companies)`.

    The table's `company_id` is looked up in the `id` of the companies; their column `employees` becomes
    `company.employees`, as `field("company.employees")` calls it. Rows without a match keep missing values; no row is
    lost, doubled or moved.

    Args:
        table: the table; for each name given it has a column `<name>_id`.
        related: by name, a table of the same kind with an `id` that stands once.

    Raises:
        MissingColumn: `<name>_id` or `id` is absent.
        InvalidColumn: an id stands twice.
        TableError: tables of different kinds.
    """
    frame = open_table(table)
    for name, other in related.items():
        frame = _joined(frame, name, open_table(other))
    return frame.to_native()


def _joined(frame: Any, name: str, other: Any) -> Any:
    key, names = f"{name}_id", frame.collect_schema().names()
    if type(frame) is not type(other) or frame.implementation != other.implementation:
        raise TableError(f"the table and {name} must be of one kind of dataframe, both eager or both lazy")
    if key not in names:
        raise MissingColumn.of(key, names, purpose=f"join({name}=...)")
    columns = other.collect_schema().names()
    if "id" not in columns:
        raise MissingColumn.of("id", columns, purpose=f"the table {name}")
    present = other.filter(~nw.col("id").is_null())
    doubled = present.group_by("id").agg(nw.len().alias("__crmkit_count")).filter(nw.col("__crmkit_count") > 1).head(1)
    for row in collected(doubled).rows(named=True):
        raise InvalidColumn(
            f"the table {name} has the id {shown(row['id'])} {row['__crmkit_count']} times; ids stand once",
            column="id",
            row=None,
            value=row["id"],
        )
    dotted = present.rename({column: f"{name}.{column}" for column in columns})
    if isinstance(frame, nw.LazyFrame):
        return frame.join(dotted, left_on=key, right_on=f"{name}.id", how="left")
    order = "__crmkit_order"
    matched = frame.with_row_index(order).join(dotted, left_on=key, right_on=f"{name}.id", how="left")
    return matched.sort(order).drop(order)
