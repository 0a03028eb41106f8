"""What the customers of each segment are worth together."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crmkit.clv._arrays import Floats
from crmkit.errors import MissingColumn

__all__ = ["segments_of"]


def segments_of(table: Any, by: str, value: Floats, counts: Floats) -> Any:
    """Return by segment the number of customers, their value and its mean, the most valuable segment first.

    Args:
        table: the customers, in memory.
        by: the column that says the segment; what is missing is one of its own.
        value: that of each.
        counts: how many customers each row stands for.

    Raises:
        MissingColumn: no such column.
    """
    frame = nw.from_native(table, eager_only=True)
    if by not in frame.columns:
        raise MissingColumn.of(by, frame.columns, purpose="lifetime_value(by=...)")
    column = frame[by]
    native = column.to_native() if column.implementation.is_pandas_like() else column.to_numpy()
    codes, _ = pd.factorize(native, use_na_sentinel=False)
    sums = counts * value
    order = np.lexsort((sums, codes))  # each segment's in rising order: the order of the rows changes no bit
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    weights = np.add.reduceat(counts[order], starts)
    sums = np.add.reduceat(sums[order], starts)
    ranked = np.argsort(-sums, kind="stable")
    names = column[order[starts[ranked]].tolist()]
    means = np.divide(sums, weights, out=np.full(len(sums), np.nan), where=weights > 0)
    made = {"customers": weights, "lifetime_value": sums, "mean_lifetime_value": means}
    series = [
        nw.new_series(name, values[ranked], nw.Float64(), backend=frame.implementation) for name, values in made.items()
    ]
    native = names.to_frame().to_native()
    if frame.implementation.is_pandas_like():
        native = native.reset_index(drop=True)
    return nw.from_native(native, eager_only=True).with_columns(*series).to_native()
