"""From a table of customers to the same table with a number for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import narwhals as nw
import numpy as np

from crmkit.clv._arrays import Floats
from crmkit.clv._customers._summaries import frame_of
from crmkit.tables import collected, handed_back, open_table

__all__ = ["column_of", "counts_of", "with_column"]

_SAME: Mapping[str, str] = MappingProxyType({})


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
