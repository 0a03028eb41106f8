"""Columns that an engine cannot type, proven value by value: pandas keeps dates, tags and Decimals as objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import narwhals as nw
import pandas as pd

from crmkit.errors import InvalidColumn, shown
from crmkit.records import FieldSpec
from crmkit.tables._columns import DTYPES

__all__ = ["is_missing", "pandas_column", "prove_objects"]


def prove_objects(frame: nw.DataFrame[Any], specs: Mapping[str, FieldSpec]) -> nw.DataFrame[Any]:
    """Replace each declared column that its engine holds as objects, or holds nothing in, by a typed one.

    Raises:
        InvalidColumn: a value that the field does not hold; names column, row and value.
    """
    for name, spec in specs.items():
        column = frame.get_column(name)
        if _typed(frame, column, spec):
            continue
        values = [_value(value, spec, row) for row, value in enumerate(column.to_list())]
        frame = frame.with_columns(_column(frame, name, values, spec))
    return frame


def _typed(frame: nw.DataFrame[Any], column: nw.Series[Any], spec: FieldSpec) -> bool:
    """Tell whether the engine's type can be trusted, which the type of a column without any value cannot."""
    dtype = column.dtype
    if isinstance(dtype, nw.Object | nw.Unknown) or column.null_count() == len(column) > 0:
        return False
    pandas = frame.implementation.is_pandas_like()
    whole_floats = pandas and spec.kind == "integer" and dtype.is_float()
    midnights = pandas and spec.kind == "date" and isinstance(dtype, nw.Datetime)
    return not whole_floats and not midnights


def _column(frame: nw.DataFrame[Any], name: str, values: list[Any], spec: FieldSpec) -> nw.Series[Any]:
    if frame.implementation.is_pandas_like():
        series = pandas_column(values, spec.kind)
        series.index = frame.to_native().index
        return nw.from_native(series.rename(name), series_only=True)
    return nw.new_series(name, values, DTYPES[spec.kind], backend=frame.implementation)


def pandas_column(values: list[Any], kind: str) -> pd.Series[Any]:
    """Build the canonical pandas column of Python values, None for the missing."""
    match kind:
        case "integer":
            return pd.Series(values, dtype="Int64")
        case "number" | "money":
            return pd.Series(values, dtype="float64")
        case "flag":
            return pd.Series(values, dtype="boolean")
        case "instant":
            return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"), utc=True)).dt.as_unit("us")
        case "date" | "tags":
            return pd.Series(values, dtype="object")
        case _:
            return pd.Series(values, dtype="str" if pd.__version__ >= "3" else "object")


def is_missing(value: Any) -> bool:
    """Tell whether a cell is missing in any engine's way: None, NaN, NaT, NA."""
    return value is None or value is pd.NA or (isinstance(value, float | datetime | Decimal) and value != value)


_READ: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "integer": ("a whole number", lambda value: _whole(value)),
    "number": ("a number", lambda value: _float(value)),
    "money": ("an amount", lambda value: _float(value)),
    "flag": ("true or false", lambda value: _exactly(value, bool)),
    "instant": ("an instant with a time zone", lambda value: _instant(value)),
    "date": ("a date", lambda value: _date(value)),
    "tags": ("a list of text", lambda value: _tags(value)),
}


def _value(value: Any, spec: FieldSpec, row: int) -> Any:
    if not isinstance(value, list | tuple) and is_missing(value):
        return None
    expected, read = _READ.get(spec.kind, ("text", lambda text: _exactly(text, str)))
    try:
        return read(value)
    except (TypeError, ValueError, ArithmeticError) as fault:
        raise InvalidColumn(
            f"column {spec.name!r}, row {row}: {shown(value)} is not {expected}",
            column=spec.name,
            row=row,
            value=value,
        ) from fault


def _exactly(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != value:
        raise TypeError
    return int(value)


def _float(value: Any) -> float:
    if isinstance(value, bool | str):
        raise TypeError
    return float(value)


def _instant(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError
    return value


def _date(value: Any) -> date:
    if not isinstance(value, datetime):
        return _exactly(value, date)  # type: ignore[no-any-return]  # it is a date
    if value.tzinfo is not None or value != datetime(value.year, value.month, value.day):  # noqa: DTZ001  # pandas has no dates: a naive midnight stands for one
        raise TypeError
    return value.date()


def _tags(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        raise TypeError
    return tuple(_exactly(tag, str) for tag in value)
