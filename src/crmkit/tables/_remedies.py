"""What to write, in the words of a frame's own library, where a column is of a type that cannot be it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import narwhals as nw

__all__ = ["NUMBERS", "native_type", "no_instants", "remedy"]

NUMBERS = "numbers"
"""What a column is to become that holds texts or decimals."""

# COLUMN stands for the column. Of pandas, to_datetime takes dates and texts alike.
_MADE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "pandas": {
            "local": "COLUMN.dt.tz_localize('UTC')",
            "date": "pd.to_datetime(COLUMN, utc=True)",
            "text": "pd.to_datetime(COLUMN, utc=True)",
            "number": "pd.to_datetime(COLUMN, unit='s', utc=True)",
            NUMBERS: "pd.to_numeric(COLUMN)",
        },
        "polars": {
            "local": "COLUMN.dt.replace_time_zone('UTC')",
            "date": "COLUMN.cast(pl.Datetime('us')).dt.replace_time_zone('UTC')",
            "text": "COLUMN.str.to_datetime(time_zone='UTC')",
            "number": "pl.from_epoch(COLUMN, time_unit='s').dt.replace_time_zone('UTC')",
            NUMBERS: "COLUMN.cast(pl.Float64)",
        },
        "pyarrow": {
            "local": "pyarrow.compute.assume_timezone(COLUMN, 'UTC')",
            "date": "pyarrow.compute.assume_timezone(COLUMN.cast('timestamp[us]'), 'UTC')",
            "text": "pyarrow.compute.assume_timezone(COLUMN.cast('timestamp[us]'), 'UTC')",
            "number": "pyarrow.compute.assume_timezone(COLUMN.cast('timestamp[s]'), 'UTC')",
            NUMBERS: "COLUMN.cast('float64')",
        },
        "duckdb": {
            "local": "timezone('UTC', COLUMN::timestamp)",
            "date": "timezone('UTC', COLUMN::timestamp)",
            "text": "timezone('UTC', COLUMN::timestamp)",
            "number": "to_timestamp(COLUMN)",
            NUMBERS: "COLUMN::double",
        },
    }
)

_CASES: Mapping[str, str] = MappingProxyType(
    {
        "local": "for times of UTC say CODE, for others the name of their zone",
        "date": "for their midnights in UTC say CODE",
        "text": "for times of UTC say CODE",
        "number": "for seconds since 1970 say CODE",
    }
)


def native_type(frame: Any, name: str) -> str:
    """Return the type of a column as the frame's own library calls it.

    Args:
        frame: a narwhals frame.
        name: its column.
    """
    native = frame.to_native()
    match _library(frame):
        case "pandas":
            return str(native.dtypes[name])
        case "pyarrow":
            return str(native.schema.field(name).type)
        case "duckdb":
            return str(native.types[native.columns.index(name)])
        case _:
            return str(frame.collect_schema()[name])


def no_instants(frame: Any, name: str, *, own: str, else_: str = "") -> str:
    """Say that a column is none of instants with a time zone, and how it becomes one.

    Args:
        frame: a narwhals frame.
        name: its column.
        own: the name that the caller's frame has for it.
        else_: what the column may hold besides.
    """
    held = f"column {own!r} holds {native_type(frame, name)}, not instants with a time zone{else_}"
    case = _case(frame, frame.collect_schema()[name])
    code = remedy(frame, own, case)
    return f"{held}; {_CASES[case].replace('CODE', code) if code else 'make it such a column in its own library'}"


def remedy(frame: Any, name: str, made: str) -> str:
    """Return the line that replaces a column of the caller's `frame` by a usable one; none for an unknown library.

    Args:
        frame: a narwhals frame of the caller's library.
        name: the column, as the caller's frame calls it.
        made: NUMBERS, or what a column of times holds.
    """
    library = _library(frame)
    code = _MADE.get(library, {}).get(made, "")
    if not code:
        return ""
    match library:
        case "pandas":
            return f"frame[{name!r}] = {code.replace('COLUMN', f'frame[{name!r}]')}"
        case "polars":
            return f"frame = frame.with_columns({code.replace('COLUMN', f'pl.col({name!r})')})"
        case "pyarrow":
            column = code.replace("COLUMN", f"frame[{name!r}]")
            return f"frame = frame.set_column(frame.column_names.index({name!r}), {name!r}, {column})"
        case _:
            quoted = '"' + name.replace('"', '""') + '"'
            replaced = f"* replace ({code.replace('COLUMN', quoted)} as {quoted})"
            return f"frame = frame.project({replaced!r})"


def _library(frame: Any) -> str:
    library = frame.implementation
    return "pandas" if library.is_pandas_like() else str(library.value)


def _case(frame: Any, dtype: Any) -> str:
    """Tell what a column of times holds, in the words of the remedies; empty where they have none."""
    if isinstance(dtype, nw.Datetime):
        return "local"
    if dtype == nw.Date:
        return "date"
    if dtype.is_integer():
        return "number"
    texts = nw.String | nw.Object | nw.Categorical if frame.implementation.is_pandas_like() else nw.String
    return "text" if isinstance(dtype, texts) else ""
