"""From any dataframe, under its own column names, to one handle."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import narwhals as nw

from crmkit.errors import MissingColumn, TableError

__all__ = ["collected", "count_rows", "open_table"]


def open_table(
    table: Any, *, columns: Mapping[str, str] = MappingProxyType({})
) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """Return a dataframe as a narwhals frame under canonical column names.

    Args:
        table: a frame of pandas, polars, pyarrow, DuckDB or any other kind that narwhals knows, eager or lazy.
        columns: the frame's own names by canonical name: {"status": "deal_stage"}. A column that already has the
            canonical name gives way.

    Raises:
        TableError: not a dataframe.
        MissingColumn: a name in `columns` that the frame does not have.
    """
    try:
        frame = nw.from_native(table, allow_series=False)
    except TypeError as fault:
        raise TableError(
            f"expected a dataframe (pandas, polars, pyarrow, DuckDB...), got {type(table).__name__}; "
            f"tables.to_table(records, Deal) makes one of records",
            code="not_a_table",
        ) from fault
    names = frame.collect_schema().names()
    for canonical, own in columns.items():
        if own not in names:
            raise MissingColumn.of(own, names, purpose=f"columns={{{canonical!r}: {own!r}}}")
    shadowed = [name for name in columns if name in names and name not in columns.values() and columns[name] != name]
    if shadowed:
        frame = frame.drop(shadowed)
    if isinstance(frame, nw.DataFrame) and frame.implementation.is_pandas_like():
        frame = nw.from_native(frame.to_native().reset_index(drop=True))
    return frame.rename({own: canonical for canonical, own in columns.items() if own != canonical})


def collected(frame: Any) -> nw.DataFrame[Any]:
    """Return a narwhals frame in memory, whether it was lazy or not."""
    eager: nw.DataFrame[Any] = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return eager


def count_rows(frame: Any) -> int:
    """Count the rows of a narwhals frame, where it lives."""
    return int(collected(frame.select(nw.len())).item())
