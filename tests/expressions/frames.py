"""The same rows as a frame of every kind."""

from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

_POLARS = {
    "id": pl.Int64,
    "name": pl.String,
    "city": pl.String,
    "count": pl.Int64,
    "size": pl.Int8,
    "amount": pl.Float64,
    "budget": pl.Float64,
    "price": pl.Decimal(20, 2),
    "active": pl.Boolean,
    "at": pl.Datetime("us", "UTC"),
    "closed": pl.Datetime("us", "UTC"),
    "day": pl.Date,
    "due": pl.Date,
    "tags": pl.List(pl.String),
}


def as_polars(rows):
    return pl.DataFrame(rows, schema=_POLARS, orient="row")


def as_polars_other(rows):
    """The same in other types of the same families."""
    return as_polars(rows).with_columns(
        pl.col("name").cast(pl.Categorical),
        pl.col("at").dt.convert_time_zone("Asia/Kathmandu"),
        pl.col("closed").dt.cast_time_unit("ns"),
        pl.col("size").cast(pl.Int32),
    )


def as_arrow(rows):
    table = as_polars(rows).to_arrow()
    return table.cast(pa.schema([_plain(entry) for entry in table.schema]))


def as_duckdb(rows):
    return duckdb.from_arrow(as_arrow(rows))


def as_pandas_arrow(rows):
    return as_arrow(rows).to_pandas(types_mapper=pd.ArrowDtype)


def as_pandas(rows):
    """Numpy's types where they hold the values, objects elsewhere, and an index that is not a range."""
    frame = pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in _POLARS})
    for name in ("name", "city"):
        frame[name] = frame[name].astype("str" if pd.__version__ >= "3" else object)
    for name in ("amount", "budget"):
        frame[name] = frame[name].astype("float64")
    for name in ("count", "size", "active"):
        if not frame[name].isna().any():
            frame[name] = frame[name].astype("bool" if name == "active" else "int64")
    for name in ("at", "closed"):
        frame[name] = pd.Series([row[name] for row in rows], dtype="datetime64[us, UTC]")
    frame.index = pd.Index([3] * len(rows))
    return frame


def as_pandas_masked(rows):
    """The nullable types of pandas, categories, and a zone."""
    frame = as_pandas(rows)
    frame = frame.astype({"count": "Int64", "size": "Int8", "active": "boolean", "amount": "Float64"})
    frame["name"] = frame["name"].astype("category")
    frame["city"] = frame["city"].astype("string")
    frame["at"] = frame["at"].dt.tz_convert("America/New_York")
    frame["closed"] = frame["closed"].dt.as_unit("ns")
    frame["price"] = [None if price is None else Decimal(price) for price in frame["price"]]
    return frame


def _plain(entry):
    kinds = {"large_string": pa.string(), "large_list": pa.list_(pa.string())}
    name = str(entry.type).partition("<")[0]
    return pa.field(entry.name, kinds.get(name, entry.type))


EAGER = {
    "polars": as_polars,
    "polars, other types": as_polars_other,
    "pyarrow": as_arrow,
    "pandas": as_pandas,
    "pandas, masked": as_pandas_masked,
    "pandas, pyarrow": as_pandas_arrow,
}
LAZY = {"polars, lazy": lambda rows: as_polars(rows).lazy(), "duckdb": as_duckdb}


def ids(frame):
    """The rows of a frame, eager or lazy, by their numbers."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return [row[0] for row in frame.select("id").fetchall()]
    column = frame["id"]
    return column.to_pylist() if isinstance(frame, pa.Table) else list(column)
