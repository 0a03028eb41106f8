"""One arrow table as a frame of every kind, and the cells of any frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

EAGER: Mapping[str, Callable[[pa.Table], Any]] = {
    "pandas": lambda table: table.to_pandas(),
    "pandas, pyarrow": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.from_arrow,
    "pyarrow": lambda table: table,
}
LAZY: Mapping[str, Callable[[pa.Table], Any]] = {
    "polars, lazy": lambda table: pl.from_arrow(table).lazy(),
    "duckdb": duckdb.from_arrow,
}
KINDS = {**EAGER, **LAZY}


def deals(**columns: Any) -> pa.Table:
    """A table with ids, and columns of plain values or arrow arrays."""
    rows = max(len(column) for column in columns.values())
    return pa.table({"id": [f"d{row}" for row in range(rows)]} | columns)


def cells(frame: Any, name: str) -> list[Any]:
    """The values of one column as Python's own, missing ones as None."""
    return [row[name] for row in rows(frame)]


def rows(frame: Any) -> list[dict[str, Any]]:
    """The rows of any frame, their values as Python's own, missing ones as None."""
    view = nw.from_native(frame)
    view = view.collect() if isinstance(view, nw.LazyFrame) else view
    return [{name: _plain(value) for name, value in row.items()} for row in view.rows(named=True)]


def types(frame: Any) -> dict[str, Any]:
    """The types of the columns."""
    return dict(nw.from_native(frame).collect_schema())


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | np.ndarray):
        return tuple(value)
    if value is None or value is pd.NA or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if isinstance(value, np.generic) else value
