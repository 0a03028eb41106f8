"""The columns that models read of a table of customers, and the column of answers that they add to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from crmkit.clv._arrays import Floats
from crmkit.clv._customers._summaries import frame_of
from crmkit.errors import InvalidColumn, MissingColumn, shown
from crmkit.tables import collected, handed_back, open_table

__all__ = ["column_of", "columns_of", "counts_of", "numbers_of", "refuse_unless", "with_column"]

_SAME: Mapping[str, str] = MappingProxyType({})


def columns_of(
    data: Any, needed: Sequence[str], *, columns: Mapping[str, str], model: str, remedy: str | None = None
) -> nw.DataFrame[Any]:
    """Read columns under their canonical names, and n, where rows stand for several customers.

    Args:
        data: a CustomerSummary, or any dataframe.
        needed: their canonical names.
        columns: the frame's own names by canonical name.
        model: who needs them, for the message.
        remedy: what to do where one is missing; to name it in `columns`, if not given.

    Raises:
        MissingColumn: one is not there.
    """
    frame = open_table(frame_of(data), columns=columns)
    names = frame.collect_schema().names()
    for name in needed:
        if name not in names:
            raise MissingColumn.of(name, names, purpose=model, remedy=remedy)
    wanted = dict.fromkeys([*needed, *(["n"] if "n" in names else [])])
    return collected(frame.select(*map(nw.col, wanted)))


def with_column(data: Any, name: str, values: Floats) -> Any:
    """Return the frame with one more column, as the kind it was given and with its index; a lazy one is collected."""
    table = frame_of(data)
    frame = collected(open_table(table))
    series = nw.new_series(name, np.asarray(values, dtype=np.float64), nw.Float64(), backend=frame.implementation)
    return handed_back(frame.with_columns(series), table)


def column_of(table: Any, name: str) -> Floats:
    """Return a column of numbers."""
    return np.asarray(nw.from_native(table, eager_only=True)[name].to_numpy(), dtype=np.float64)


def counts_of(table: Any, *, columns: Mapping[str, str] = _SAME) -> Floats:
    """Return how many customers each row stands for."""
    frame = nw.from_native(table, eager_only=True)
    name = columns.get("n", "n")
    return column_of(table, name) if name in frame.columns else np.ones(len(frame))


def refuse_unless(holds: NDArray[np.bool_], values: Floats, name: str, reason: str) -> None:
    """Raise for the first value of a column of which something does not hold.

    Raises:
        InvalidColumn: naming column, row and value, and the reason.
    """
    if not holds.all():
        row = int(np.argmin(holds))
        value = float(values[row])
        raise InvalidColumn(f"column {name!r}, row {row}: {shown(value)} {reason}", column=name, row=row, value=value)


def numbers_of(column: Any, name: str, *, or_true: bool = False) -> Floats:
    """Return a column of numbers, NaN where one is missing.

    Args:
        column: of narwhals, in memory.
        name: its name.
        or_true: whether true and false are taken too, as 1 and 0.

    Raises:
        InvalidColumn: of another type.
    """
    fits = column.dtype.is_numeric() or (or_true and column.dtype == nw.Boolean)
    if not fits and column.is_null().sum() < len(column):
        message = f"column {name!r} is of type {column.dtype}, where numbers are needed"
        message += f", or true and false, as table[{name!r}] == 'Yes' gives" if or_true else ""
        raise InvalidColumn(message, column=name, row=None, value=None)
    return np.asarray(column.cast(nw.Float64).to_numpy(), dtype=np.float64)
