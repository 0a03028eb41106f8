"""Records to a table and back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal, TypeVar

import narwhals as nw
import numpy as np
import pandas as pd

from crmkit.errors import InvalidRecord, MissingExtra, shown
from crmkit.records import CustomFields, fields_of
from crmkit.tables._columns import DTYPES
from crmkit.tables._frames import collected, open_table
from crmkit.tables._objects import is_missing, pandas_column

__all__ = ["Backend", "from_table", "to_table"]

Backend = Literal["pandas", "polars", "pyarrow"]
R = TypeVar("R")


def to_table(
    records: Iterable[Any], record: type, *, custom: CustomFields | None = None, backend: Backend = "pandas"
) -> Any:
    """Return records as a canonical table, one row each, in their order.

    Args:
        records: instances of one record class.
        record: that class; it says the columns even where there are no records.
        custom: the custom fields, each a column under its bare name; without it custom values stay behind.
        backend: the kind of dataframe.

    Raises:
        InvalidRecord: an instance of another class, or an amount of more than 15 significant digits.
        MissingExtra: the backend is not installed.
    """
    rows = list(records)
    for row in rows:
        if type(row) is not record:
            raise InvalidRecord(
                f"expected {record.__name__}, got {type(row).__name__}; a table holds one kind of record",
                record=record.__name__,
                field="",
                value=type(row).__name__,
            )
    standard = fields_of(record)
    columns = {}
    for name, spec in fields_of(record, custom).items():
        values = [getattr(row, name) if name in standard else row.custom.get(name) for row in rows]
        columns[name] = ([_cell(value, record, name) for value in values], spec.kind)
    if backend == "pandas":
        return pd.DataFrame({name: pandas_column(values, kind) for name, (values, kind) in columns.items()})
    try:
        series = [
            nw.new_series(name, values, DTYPES[kind], backend=backend) for name, (values, kind) in columns.items()
        ]
    except ImportError as fault:
        raise MissingExtra.of("duckdb" if backend == "pyarrow" else backend, purpose=f"backend={backend!r}") from fault
    return nw.concat([one.to_frame() for one in series], how="horizontal").to_native()


def _cell(value: Any, record: type, name: str) -> Any:
    """Return a record's value as a table holds it."""
    if not isinstance(value, Decimal):
        return list(value) if isinstance(value, tuple) else value
    number = float(value)
    if Decimal(repr(number)) != value:
        raise InvalidRecord(
            f"{record.__name__}.{name}: {shown(str(value))} has more digits than a table's float64 keeps",
            record=record.__name__,
            field=name,
            value=value,
        )
    return number


def from_table(table: Any, record: type[R], *, custom: CustomFields | None = None) -> list[R]:
    """Return the rows of a canonical table as records, in their order.

    Columns that neither the record nor `custom` declares are left out; so are missing values, for which the record's
    defaults stand.

    Args:
        table: a table as `conform` makes it.
        record: the class to make.
        custom: the custom fields to read from columns of their bare names.

    Raises:
        InvalidRecord: a row that is not such a record.
    """
    frame = open_table(table)
    rows = collected(frame)
    standard, specs = fields_of(record), fields_of(record, custom)
    names = [name for name in rows.columns if name in specs]
    decimals = {name for name in names if specs[name].kind == "money"}
    made = []
    for row in rows.select(names).iter_rows(named=True):
        values = {name: _held(value, decimal=name in decimals) for name, value in row.items() if not is_missing(value)}
        plain = {name: value for name, value in values.items() if name in standard}
        extra = {name: value for name, value in values.items() if name not in standard}
        made.append(record(**plain, **({"custom": extra} if extra else {})))
    return made


def _held(value: Any, *, decimal: bool) -> Any:
    """Return a cell's value as a record holds it."""
    if decimal:
        return Decimal(repr(float(value)))
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, list | np.ndarray):
        return tuple(value)
    return value.item() if isinstance(value, np.generic) else value
