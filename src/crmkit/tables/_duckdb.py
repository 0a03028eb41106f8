"""What DuckDB says of instants in its own words, where narwhals has none for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw

__all__ = ["duckdb_micros", "duckdb_seconds", "in_duckdb", "plain_duckdb"]


def in_duckdb(frame: Any, columns: Iterable[str], timezone: str) -> Any:
    """Return a DuckDB relation with instants in place of local times, which narwhals does not make there.

    Args:
        frame: the relation as a narwhals frame.
        columns: its columns of times without a zone, or of nothing.
        timezone: a name that is known to be one of a zone.
    """
    return _replaced(frame, {name: f"timezone('{timezone}', {_quoted(name)}::timestamp)" for name in columns})


def plain_duckdb(frame: Any) -> Any:
    """Return a DuckDB relation whose instants are in microseconds: narwhals knows no finer ones; others as they are."""
    if not frame.implementation.is_duckdb():
        return frame
    types = zip(frame.to_native().columns, frame.to_native().types, strict=True)
    finer = [name for name, dtype in types if str(dtype) == "TIMESTAMPTZ_NS"]
    return _replaced(frame, {name: f"{_quoted(name)}::timestamptz" for name in finer}) if finer else frame


def duckdb_micros(frame: Any, name: str) -> Any:
    """Return a DuckDB relation with microseconds since 1970 in place of a column of instants or of dates."""
    return _replaced(frame, {name: f"epoch_us({_quoted(name)})"})


def duckdb_seconds(frame: Any, start: str, end: str, name: str) -> Any:
    """Return a DuckDB relation with the whole seconds from one instant to another as float64, cut off towards zero.

    Args:
        frame: the relation as a narwhals frame.
        start: a column of instants.
        end: another.
        name: the column to add.
    """
    span = f"trunc((epoch_us({_quoted(end)}) - epoch_us({_quoted(start)})) / 1e6)"
    return nw.from_native(frame.to_native().project(f"*, {span}::double as {_quoted(name)}"))


def _replaced(frame: Any, columns: Mapping[str, str]) -> Any:
    listed = ", ".join(f"{value} as {_quoted(name)}" for name, value in columns.items())
    return nw.from_native(frame.to_native().project(f"* replace ({listed})"))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
