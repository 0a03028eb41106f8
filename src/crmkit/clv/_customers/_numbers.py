"""Columns of numbers, and what they are refused for."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from crmkit.clv._arrays import Floats
from crmkit.errors import InvalidColumn, shown

__all__ = ["numbers_of", "refuse_unless"]


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
