"""Columns of values as a dataframe whose types are those of the canonical tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd

from crmkit.errors import MissingExtra
from crmkit.io._cells import Cells
from crmkit.records import Kind

__all__ = ["Backend", "column_names", "to_frame"]

Backend = Literal["pandas", "polars", "pyarrow"]

# Text is a type of its own from pandas 3 on; before, "str" would write None as a word.
_TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"

_TYPES: Mapping[Kind, Any] = {
    "text": nw.String(),
    "choice": nw.String(),
    "id": nw.String(),
    "integer": nw.Int64(),
    "number": nw.Float64(),
    "money": nw.Float64(),
    "flag": nw.Boolean(),
    "instant": nw.Datetime("us", "UTC"),
    "date": nw.Date(),
    "tags": nw.List(nw.String()),
}


def to_frame(columns: Mapping[str, tuple[Cells, Kind]], rows: int, backend: Backend) -> Any:
    """Build the dataframe of these columns.

    Args:
        columns: values and kind of each column by name, in order.
        rows: how many rows each of them has.
        backend: the kind of dataframe.

    Raises:
        MissingExtra: the library of the backend is not installed.
    """
    if backend == "pandas":
        index = pd.RangeIndex(rows)
        series = {name: _pandas_array(cells, kind) for name, (cells, kind) in columns.items()}
        return pd.DataFrame(series, index=index)
    try:
        return nw.from_dict(
            {name: _plain(cells, kind).in_rows() for name, (cells, kind) in columns.items()},
            schema={name: _TYPES[kind] for name, (_, kind) in columns.items()},
            backend=backend,
        ).to_native()
    except ModuleNotFoundError:
        extra = "polars" if backend == "polars" else "duckdb"
        raise MissingExtra.of(extra, purpose=f"a table of kind {backend!r}") from None
