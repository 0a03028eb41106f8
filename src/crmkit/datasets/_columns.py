"""From arrays to canonical tables: identifiers, texts picked from a pool, one column after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen

from crmkit import tables
from crmkit.datasets._random import Array
from crmkit.records import FieldSpec, User, fields_of

__all__ = ["NOWHERE", "Picked", "identifiers", "objects", "positions", "ranks", "table"]

NOWHERE = np.datetime64("NaT", "s")
"""The missing instant."""

_TEXT = tables.to_table([], User)["id"].dtype
_NO_TAGS = np.frompyfunc(lambda _: (), 1, 1)


@frozen(eq=False)
class Picked:
    """A column of texts, each picked from a pool by its position; -1 picks nothing.

    It becomes a column of pandas without a Python object for each row, which is what makes a million rows cheap.
    """

    pool: Sequence[Any] | Array | pd.Series[Any]
    index: Array

    def tolist(self) -> list[Any]:
        """Return the texts, None for nothing."""
        chosen: list[Any] = objects([*self.pool, None])[self.index].tolist()
        return chosen

    def to_series(self) -> pd.Series[Any]:
        """Return the texts as a canonical column."""
        if pd.api.types.is_object_dtype(_TEXT):
            return pd.Series(self.tolist(), dtype="object")
        pool = pd.Series(self.pool, dtype=_TEXT).array
        column: pd.Series[Any] = pd.Series(pool.take(self.index, allow_fill=True))
        return column


def identifiers(prefix: str, size: int) -> pd.Series[Any]:
    """Return the ids of a table's rows: prefix-1, prefix-2..."""
    numbers = pd.Series(np.arange(1, size + 1)).astype("str").astype(_TEXT)
    named: pd.Series[Any] = (f"{prefix}-" + numbers).astype(_TEXT)
    return named


def objects(values: Iterable[Any]) -> Array:
    """Return an array of Python objects: texts, tuples of texts, dates."""
    return np.fromiter(values, dtype=object)


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
        columns: by field, an array of its values or one value for all; what is not given is missing, where it
            may not be, 0, and empty in `tags`.
    """
    made = {name: _series(columns, spec, size) for name, spec in fields_of(record).items()}
    return pd.DataFrame(made, copy=False)


def _series(columns: Mapping[str, Any], spec: FieldSpec, size: int) -> pd.Series[Any]:
    values: Any = columns.get(spec.name)
    match spec.kind:
        case "instant":
            instants = np.full(size, NOWHERE) if values is None else values
            return pd.Series(instants.astype("M8[us]")).dt.tz_localize("UTC")
        case "date":
            return _dates(values)
        case "integer":
            nothing = pd.NA if spec.nullable else 0
            return pd.Series(values if values is not None else [nothing] * size, dtype="Int64")
        case "number" | "money":
            return pd.Series(values, dtype="float64")
        case "flag":
            return pd.Series(np.full(size, values), dtype="boolean")
        case "tags":
            return pd.Series(_NO_TAGS(np.zeros(size)) if values is None else values, dtype="object")
        case _:
            return _texts(values, size)


def _texts(values: Any, size: int) -> pd.Series[Any]:
    if values is None:
        values = Picked((), np.full(size, -1))
    if isinstance(values, str):
        values = Picked((values,), np.zeros(size, dtype=np.int64))
    if not isinstance(values, Picked):
        values = Picked(values, np.arange(size))
    column: pd.Series[Any] = values.to_series()
    return column


def _dates(instants: Array) -> pd.Series[Any]:
    """Return instants as dates of Python, one object for each distinct day."""
    days, index = np.unique(instants.astype("M8[D]"), return_inverse=True)
    return pd.Series(objects(days.astype(object).tolist())[index], dtype="object")
