"""Columns of values as a dataframe whose types are those of the canonical tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC
from importlib import import_module
from itertools import count
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crmkit.errors import MissingExtra
from crmkit.expressions import Kind
from crmkit.io._cells import Cells
from crmkit.tables import DTYPES, Backend

__all__ = ["column_names", "to_frame"]

_EXTRAS = {"polars": "polars", "pyarrow": "duckdb"}

# Text is a type of its own from pandas 3 on; before, "str" would write None as a word.
_TEXT: Any = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"


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
        import_module(backend)
    except ModuleNotFoundError:
        raise MissingExtra.of(_EXTRAS[backend], purpose=f"a table of kind {backend!r}") from None
    return nw.from_dict(
        {name: _plain(cells, kind).in_rows() for name, (cells, kind) in columns.items()},
        schema={name: DTYPES[kind] for name, (_, kind) in columns.items()},
        backend=backend,
    ).to_native()


def column_names(headers: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Name the columns that stand for no field: in lower snake case, with a number where the name is taken.

    Args:
        headers: of the file.
        taken: the names that fields have.
    """
    used = set(taken)
    names = {}
    for position, header in enumerate(headers, 1):
        name = re.sub(r"\W+", "_", header.lower()).strip("_") or f"column_{position}"
        numbered = (f"{name}_{number}" for number in count(2))
        unique = name if name not in used else next(other for other in numbered if other not in used)
        used.add(unique)
        names[header] = unique
    return names


def _pandas_array(cells: Cells, kind: Kind) -> Any:
    if kind in ("text", "choice", "id"):
        return pd.array(cells.values, dtype=_TEXT).take(cells.codes)
    if kind == "integer":
        return pd.array(cells.values, dtype="Int64").take(cells.codes)
    if kind == "flag":
        return pd.array(cells.values, dtype="boolean").take(cells.codes)
    if kind in ("number", "money"):
        return np.array([np.nan if value is None else float(value) for value in cells.values]).take(cells.codes)
    if kind == "instant":
        instants = np.array(cells.values, dtype="datetime64[us]").take(cells.codes)
        return pd.DatetimeIndex(instants).tz_localize("UTC")
    objects = np.empty(len(cells.values), dtype=object)
    objects[:] = cells.values
    return objects.take(cells.codes)


def _plain(cells: Cells, kind: Kind) -> Cells:
    """Return the values as other dataframes take them."""
    if kind == "instant":
        return Cells([at if at is None else at.replace(tzinfo=UTC) for at in cells.values], cells.codes)
    if kind in ("number", "money"):
        return Cells([number if number is None else float(number) for number in cells.values], cells.codes)
    return Cells([list(tags) for tags in cells.values], cells.codes) if kind == "tags" else cells
