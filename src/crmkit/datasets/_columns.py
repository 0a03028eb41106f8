"""From arrays to canonical tables: identifiers, texts picked from a pool, one column after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from crmkit import tables
from crmkit.datasets._random import Array
from crmkit.records import FieldSpec, fields_of

__all__ = ["NOWHERE", "identifiers", "picked", "positions", "ranks", "table", "texts"]

NOWHERE = np.datetime64("NaT", "s")
"""The missing instant."""


def identifiers(prefix: str, size: int) -> Array:
    """Return the ids of a table's rows: prefix-1, prefix-2..."""
    return texts([f"{prefix}-{number}" for number in range(1, size + 1)])


def texts(values: Sequence[Any]) -> Array:
    """Return an array of Python objects: texts, tuples of texts."""
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def picked(pool: Sequence[Any] | Array, index: Array) -> Array:
    """Return the value of a pool at each position; None where the position is -1."""
    values = np.empty(len(pool) + 1, dtype=object)
    for position, value in enumerate(pool):
        values[position] = value
    chosen: Array = values[index]
    return chosen


def ranks(groups: Array) -> Array:
    """Number the rows within each group from 0; rows of a group stand together."""
    size = len(groups)
    first = np.ones(size, dtype=bool)
    first[1:] = groups[1:] != groups[:-1]
    started = np.maximum.accumulate(np.where(first, np.arange(size), 0))
    numbered: Array = np.arange(size) - started
    return numbered


def positions(order: Array) -> Array:
    """Return where each row stands after sorting by `order`."""
    inverse = np.empty(len(order), dtype=np.int64)
    inverse[order] = np.arange(len(order))
    return inverse


def table(record: type, size: int, **columns: Any) -> pd.DataFrame:
    """Return a canonical table of a record class.

    Args:
        record: the class; it says columns and types.
        size: number of rows.
        columns: by field, an array of its values or one value for all; what is not given is missing, 0 in `version`
            and empty in `tags`.
    """
    blank = tables.to_table([], record)
    specs = fields_of(record)
    return pd.DataFrame(
        {name: _series(columns, spec, size).astype(blank[name].dtype) for name, spec in specs.items()}
    )


def _series(columns: Mapping[str, Any], spec: FieldSpec, size: int) -> pd.Series[Any]:
    values: Any = columns.get(spec.name)
    match spec.kind:
        case "instant":
            instants = np.full(size, NOWHERE) if values is None else values
            return pd.Series(instants.astype("M8[us]")).dt.tz_localize("UTC")
        case "date":
            return _dates(np.full(size, NOWHERE) if values is None else values)
        case "integer":
            return pd.Series(np.full(size, values or 0) if np.ndim(values) == 0 else values, dtype="Int64")
        case "number" | "money":
            return pd.Series(np.full(size, np.nan) if values is None else values, dtype="float64")
        case "flag":
            return pd.Series(np.full(size, values), dtype="boolean")
        case "tags":
            return pd.Series(picked([()], np.zeros(size, dtype=np.int8)) if values is None else values, dtype="object")
        case _:
            return pd.Series(np.full(size, values, dtype=object) if np.ndim(values) == 0 else values, dtype="object")


def _dates(instants: Array) -> pd.Series[Any]:
    """Return instants as dates of Python, one object for each distinct day."""
    days, index = np.unique(instants.astype("M8[D]"), return_inverse=True)
    return pd.Series(texts(days.astype(object))[index], dtype="object")
