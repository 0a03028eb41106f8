"""Records to a table and back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from importlib import import_module
from numbers import Real
from typing import Any, Literal, TypeVar, get_args

import narwhals as nw
import numpy as np
import pandas as pd

from crmkit.errors import InvalidArgument, InvalidRecord, MissingExtra, did_you_mean, shown
from crmkit.records import MINOR_UNITS, CustomFields, FieldSpec, fields_of
from crmkit.tables._columns import DTYPES
from crmkit.tables._conform import require, required
from crmkit.tables._frames import collected, open_table
from crmkit.tables._numbers import DIGITS
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
        InvalidRecord: an instance of another class, a custom value that its field does not hold, or a number of more
            digits than a table keeps: an amount has 15, down to the minor unit of its currency.
        UnknownField: a custom value that `custom` does not declare.
        InvalidArgument: an unknown backend.
        MissingExtra: the backend is not installed.
    """
    if backend not in get_args(Backend):
        hint = did_you_mean(str(backend), get_args(Backend))
        raise InvalidArgument(f"no backend {shown(backend)}{hint}", argument="backend", value=backend)
    try:
        import_module(backend)
    except ImportError as fault:
        raise MissingExtra.of("duckdb" if backend == "pyarrow" else backend, purpose=f"backend={backend!r}") from fault
    rows: list[Any] = list(records)
    for row in rows:
        if type(row) is not record:
            raise InvalidRecord(
                f"expected {record.__name__}, got {type(row).__name__}; a table holds one kind of record",
                record=record.__name__,
                field="",
                value=type(row).__name__,
            )
    if custom is not None:
        for row in rows:
            custom.check(row)
    standard = fields_of(record)
    columns = {}
    for name, spec in fields_of(record, custom).items():
        values = [getattr(row, name) if name in standard else row.custom.get(name) for row in rows]
        columns[name] = ([_cell(value, row, spec) for value, row in zip(values, rows, strict=True)], spec.kind)
    if backend == "pandas":
        return pd.DataFrame({name: pandas_column(values, kind) for name, (values, kind) in columns.items()})
    series = [nw.new_series(name, values, DTYPES[kind], backend=backend) for name, (values, kind) in columns.items()]
    return nw.concat([one.to_frame() for one in series], how="horizontal").to_native()


def _cell(value: Any, record: Any, spec: FieldSpec) -> Any:
    """Return a record's value as a table holds it."""
    if isinstance(value, tuple):
        return list(value)
    if value is None or spec.kind not in ("number", "money"):
        return value
    number = float(value)
    places = MINOR_UNITS.get(record.currency, 2) if spec.kind == "money" and hasattr(record, "currency") else 0
    exact = Decimal(repr(number)) == value if isinstance(value, Decimal) else number == value
    if not exact or (spec.kind == "money" and _digits(value, places) > DIGITS):
        name = type(record).__name__
        raise InvalidRecord(
            f"{name}.{spec.name}: {shown(str(value))} has more digits than a table keeps, which are {DIGITS}",
            record=name,
            field=spec.name,
            value=value,
        )
    return number


def _digits(amount: Decimal, places: int) -> int:
    """Count the digits from the first that is not 0 to the last, which stands in the minor unit or behind it."""
    text = f"{abs(amount):f}"
    whole, _, rest = text.partition(".")
    return len((whole + rest.rstrip("0").ljust(places, "0")).lstrip("0"))


def from_table(table: Any, record: type[R], *, custom: CustomFields | None = None) -> list[R]:
    """Return the rows of a canonical table as records, in their order.

    Columns that neither the record nor `custom` declares are left out; so are missing values, for which the record's
    defaults stand.

    Args:
        table: a table as `conform` makes it.
        record: the class to make.
        custom: the custom fields to read from columns of their bare names.

    Raises:
        MissingColumn: a field without which there is no record is not a column.
        InvalidRecord: a row that is not such a record.
    """
    rows = collected(open_table(table))
    require(record, rows.columns, canonical=True)
    standard, specs = fields_of(record), fields_of(record, custom)
    names = [name for name in rows.columns if name in specs]
    blank = dict.fromkeys(required(record))
    made = []
    for row in rows.select(names).iter_rows(named=True):
        values = {name: _held(value, specs[name]) for name, value in row.items() if not is_missing(value)}
        plain = {name: value for name, value in values.items() if name in standard}
        extra = {name: value for name, value in values.items() if name not in standard}
        one = record(**{**blank, **plain}, **({"custom": extra} if extra else {}))
        if custom is not None:
            custom.check(one)  # type: ignore[arg-type]  # it is a record
        made.append(one)
    return made


def _held(value: Any, spec: FieldSpec) -> Any:
    """Return a cell's value as a record holds it."""
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime(warn=False)
    if isinstance(value, list | np.ndarray):
        return tuple(value)
    if isinstance(value, np.generic):
        value = value.item()
    if spec.kind == "money" and isinstance(value, Real) and not isinstance(value, bool):
        return Decimal(repr(value))
    return value
