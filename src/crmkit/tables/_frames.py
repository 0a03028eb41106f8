"""From any dataframe, under its own column names, to one handle, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import narwhals as nw
import pandas as pd
from narwhals.exceptions import NarwhalsError

from crmkit.errors import InvalidArgument, MissingColumn, TableError, shown

__all__ = ["collected", "count_rows", "doubled_id", "handed_back", "open_table"]

_COUNT = "__crmkit_count"


def open_table(
    table: Any, *, columns: Mapping[str, str] = MappingProxyType({})
) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """Return a dataframe as a narwhals frame under canonical column names; pandas' rows are numbered from 0.

    Args:
        table: a frame of pandas, polars, pyarrow, DuckDB or any other kind that narwhals knows, eager or lazy.
        columns: the frame's own names by canonical name: {"status": "deal_stage"}. A column that already has the
            canonical name gives way.

    Raises:
        InvalidArgument: columns that are no mapping.
        TableError: not a dataframe, or one whose columns are not told apart by their names.
        MissingColumn: a name in `columns` that the frame does not have.
    """
    if not isinstance(columns, Mapping):
        message = f"columns is a mapping of canonical names to the table's own, {{'T': 'age'}}, not {shown(columns)}"
        raise InvalidArgument(message, argument="columns", value=columns)
    try:
        frame: nw.DataFrame[Any] | nw.LazyFrame[Any] = nw.from_native(table, allow_series=False)
        names = _names(frame)
    except TypeError as fault:
        raise TableError(
            f"expected a dataframe (pandas, polars, pyarrow, DuckDB...), got {type(table).__name__}; "
            + ("pass its .table" if hasattr(table, "table") else "tables.to_table(records, Deal) makes one of records"),
            code="not_a_table",
        ) from fault
    except NarwhalsError as fault:
        raise TableError(f"the table cannot be read: {fault}", code="not_a_table") from fault
    if isinstance(frame, nw.DataFrame) and frame.implementation.is_pandas_like():
        frame = nw.from_native(_in_utc(frame.to_native().reset_index(drop=True)))
    for canonical, own in columns.items():
        if own not in names:
            remedy = f"say columns={{{canonical!r}: 'its name'}}"
            raise MissingColumn.of(own, names, purpose=f"columns={{{canonical!r}: {own!r}}}", remedy=remedy)
    if all(canonical == own for canonical, own in columns.items()):
        return frame
    called = {name: [canonical for canonical, own in columns.items() if own == name] for name in names}
    kept = [(name, new) for name in names for new in called[name] or ([] if name in columns else [name])]
    return frame.select(*(nw.col(name).alias(new) for name, new in kept))


def _in_utc(native: pd.DataFrame) -> pd.DataFrame:
    """Return pandas' instants in UTC: narwhals reads neither zones with an underscore nor fixed offsets there."""
    zoned = {
        str(name): native[name].dt.tz_convert("UTC")
        for name, dtype in native.dtypes.items()
        if isinstance(dtype, pd.DatetimeTZDtype) and str(dtype.tz) != "UTC"
    }
    return native.assign(**zoned) if zoned else native


def _names(frame: nw.DataFrame[Any] | nw.LazyFrame[Any]) -> list[str]:
    """Return the names of the columns, each a text that stands once."""
    names: list[str] = frame.collect_schema().names()
    for name in names:
        if not isinstance(name, str):
            raise TableError(f"column {shown(name)} is not named by a text; say frame.columns.astype(str)", column=name)
    if frame.implementation.is_duckdb():  # whose schema tells the first of several namesakes only
        for name, times in Counter(frame.to_native().columns).items():
            if times > 1:
                raise TableError(f"column {name!r} stands {times} times; names stand once", column=name)
    return names


def handed_back(frame: Any, table: Any) -> Any:
    """Return a narwhals frame as the caller gave it: native or not, and with pandas' index, since no row has moved."""
    native = frame.to_native()
    if frame.implementation.is_pandas_like():
        native = native.set_axis(nw.to_native(table).index if _is_narwhals(table) else table.index)
    return nw.from_native(native) if _is_narwhals(table) else native


def _is_narwhals(table: Any) -> bool:
    return isinstance(table, nw.DataFrame | nw.LazyFrame)


def collected(frame: Any) -> nw.DataFrame[Any]:
    """Return a narwhals frame in memory, whether it was lazy or not."""
    eager: nw.DataFrame[Any] = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return eager


def count_rows(frame: Any) -> int:
    """Count the rows of a narwhals frame, where it lives."""
    return int(collected(frame.select(nw.len())).item())


def doubled_id(frame: Any) -> tuple[Any, int] | None:
    """Return the least id that stands more than once, and how often; None where ids stand once."""
    counts = frame.filter(~nw.col("id").is_null()).group_by("id").agg(nw.len().alias(_COUNT))
    doubled = collected(counts.filter(nw.col(_COUNT) > 1).sort("id").head(1)).rows()
    return (doubled[0][0], int(doubled[0][1])) if doubled else None
