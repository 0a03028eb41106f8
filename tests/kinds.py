"""One table as every kind of dataframe."""

from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa


def _polars(frame: pd.DataFrame) -> pl.DataFrame:
    return pl.from_pandas(frame)


KINDS: Mapping[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "pandas with pyarrow types": lambda frame: _polars(frame).to_pandas(use_pyarrow_extension_array=True),
    "polars": _polars,
    "polars lazy": lambda frame: _polars(frame).lazy(),
    "pyarrow": lambda frame: _polars(frame).to_arrow(),
    "duckdb": lambda frame: _relation(_polars(frame).to_arrow()),
    "duckdb in Berlin": lambda frame: _in_berlin(_polars(frame).to_arrow()),
}


def _in_berlin(table: pa.Table) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect()
    connection.execute("set timezone = 'Europe/Berlin'")
    return connection.from_arrow(table)


def _relation(table: pa.Table) -> duckdb.DuckDBPyRelation:
    return duckdb.from_arrow(table)


def rows(table: Any) -> list[dict[str, Any]]:
    """The rows of any kind of table, NaN and NaT as None."""
    frame: Any = nw.from_native(table)
    eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return [
        {name: None if cell is None or cell is pd.NA or cell != cell else cell for name, cell in row.items()}
        for row in eager.rows(named=True)
    ]
