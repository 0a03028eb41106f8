"""Columns that an engine cannot type, proven value by value: pandas keeps dates, tags and Decimals as objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from numbers import Integral, Real
from typing import Any
from zoneinfo import ZoneInfo

import narwhals as nw
import numpy as np
import pandas as pd

from crmkit.calendars import instant_of
from crmkit.records import FieldSpec
from crmkit.tables._columns import DTYPES, expected
from crmkit.tables._refusal import refuse
from crmkit.tables._zones import Unreadable, in_zone

__all__ = ["is_missing", "pandas_column", "prove_objects"]

# Text is a type of its own from pandas 3 on; before, "str" would write None as a word.
_TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"


def prove_objects(
    frame: nw.DataFrame[Any], specs: Mapping[str, FieldSpec], *, place: ZoneInfo | None
) -> nw.DataFrame[Any]:
    """Replace each declared column that its engine holds as objects, or holds nothing in, by a typed one.

    Args:
        frame: an eager frame.
        specs: the fields of its columns.
        place: the zone of times that do not say theirs.

    Raises:
        InvalidColumn: a value that the field does not hold; names column, row and value.
    """
    replaced = {}
    for name, spec in specs.items():
        column = frame.get_column(name)
        if frame.implementation.is_pandas_like() and isinstance(column.to_native().dtype, pd.DatetimeTZDtype):
            utc = column.to_native().dt.tz_convert("UTC")  # narwhals does not know the type in America/New_York
            replaced[name] = column = nw.from_native(utc, series_only=True)
        if not _typed(frame, column, spec):
            values = [_value(value, spec, row, place) for row, value in enumerate(column.to_list())]
            replaced[name] = _column(frame, name, values, spec)
    return frame.with_columns(*replaced.values())


def _typed(frame: nw.DataFrame[Any], column: nw.Series[Any], spec: FieldSpec) -> bool:
    """Tell whether the engine's type can be trusted."""
    dtype = column.dtype
    if not frame.implementation.is_pandas_like():
        return not isinstance(dtype, nw.Object)
    native = column.to_native().dtype
    categories = getattr(native, "categories", None)
    if native == "object" or (categories is not None and not _are_texts(categories)):
        return False  # narwhals looks at the first values only, and calls any categories text
    if column.null_count() == len(column):
        return False
    whole_floats = spec.kind == "integer" and (dtype.is_float() or dtype.is_decimal())
    midnights = spec.kind == "date" and isinstance(dtype, nw.Datetime)
    return not whole_floats and not midnights


def _are_texts(categories: Any) -> bool:
    return pd.api.types.infer_dtype(categories, skipna=True) in ("string", "empty")


def _column(frame: nw.DataFrame[Any], name: str, values: list[Any], spec: FieldSpec) -> nw.Series[Any]:
    if frame.implementation.is_pandas_like():
        return nw.from_native(pandas_column(values, spec.kind).rename(name), series_only=True)
    return nw.new_series(name, values, DTYPES[spec.kind], backend=frame.implementation)


def pandas_column(values: list[Any], kind: str) -> pd.Series[Any]:
    """Build the canonical pandas column of Python values, None for the missing; instants are in UTC."""
    match kind:
        case "integer":
            return pd.Series(values, dtype="Int64")
        case "number" | "money":
            return pd.Series(values, dtype="float64")
        case "flag":
            return pd.Series(values, dtype="boolean")
        case "instant":
            plain = [None if value is None else value.replace(tzinfo=None) for value in values]
            return pd.Series(np.array(plain, dtype="M8[us]")).dt.tz_localize("UTC")
        case "tags":
            return pd.Series([None if value is None else tuple(value) for value in values], dtype="object")
        case "date":
            return pd.Series(values, dtype="object")
        case _:
            return pd.Series(values, dtype=_TEXT)


def is_missing(value: Any) -> bool:
    """Tell whether a cell is missing in any engine's way: None, NaN, NaT, NA."""
    if isinstance(value, Decimal):
        return value.is_nan()
    return value is None or value is pd.NA or (isinstance(value, Real | datetime) and value != value)


def _value(value: Any, spec: FieldSpec, row: int, place: ZoneInfo | None) -> Any:
    if is_missing(value):
        return None
    try:
        read: Callable[[Any], Any] = _READ.get(spec.kind, _text)
        return _instant(value, place) if spec.kind == "instant" else read(value)
    except Unreadable as fault:
        refuse(spec, row, value, str(fault))
    except (TypeError, ValueError, ArithmeticError):
        refuse(spec, row, value, expected(spec, text=isinstance(value, str)))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # half of a surrogate pair is no text
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise TypeError
    return bool(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real | Decimal) and not isinstance(value, bool)


def _whole(value: Any) -> int:
    if not _is_number(value) or int(value) != value:
        raise TypeError
    if not -(2**63) <= value < 2**63 or (isinstance(value, float) and abs(value) >= 2**53):
        raise OverflowError
    return int(value)


def _float(value: Any) -> float:
    if not _is_number(value):
        raise TypeError
    number = float(value)
    if number in (float("inf"), -float("inf")) or (isinstance(value, Integral) and int(number) != value):
        raise OverflowError
    return number


def _instant(value: Any, place: ZoneInfo | None) -> datetime:
    if not isinstance(value, date):
        raise TypeError
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if value.tzinfo is None:
        if place is None:
            raise TypeError
        value = in_zone(value, place)
    return instant_of(value)


def _date(value: Any) -> date:
    if not isinstance(value, date):
        raise TypeError
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is not None:
        raise TypeError
    if value != datetime.combine(value.date(), time()):  # pandas has no dates: a midnight stands for one
        raise Unreadable("is not a date but a time of a day")
    return value.date()


def _tags(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple | np.ndarray):
        raise TypeError
    if any(is_missing(tag) for tag in value):
        raise Unreadable("is not a list of texts: one of them is missing")
    return tuple(_text(tag) for tag in value)


_READ: Mapping[str, Callable[[Any], Any]] = {
    "integer": _whole,
    "number": _float,
    "money": _float,
    "flag": _flag,
    "date": _date,
    "tags": _tags,
}
