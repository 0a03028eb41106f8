"""What the customers of each segment are worth together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import frame_of
from crmkit.clv._lifetime_value._draws import drawn_bounds
from crmkit.errors import InvalidArgument, InvalidColumn, MissingColumn, shown
from crmkit.tables import open_table

__all__ = ["segment_of", "segments_of"]

_MADE = (
    "customers",
    "lifetime_value",
    "lifetime_value_low",
    "lifetime_value_high",
    "mean_lifetime_value",
    "discounted_expected_purchases",
    "expected_average_value",
)


def segment_of(data: Any, by: object, columns: Mapping[str, str]) -> str:
    """Return the frame's own name of the column that says the segment.

    Args:
        data: the customers.
        by: the name, or the canonical one.
        columns: the frame's own names by canonical name.

    Raises:
        InvalidArgument: no name of a column, or that of one which the answer has.
        MissingColumn: no such column.
    """
    if not isinstance(by, str):
        message = f"by is the name of one column, not {shown(by)}; make one column of several first"
        raise InvalidArgument(message, argument="by", value=by)
    name = columns.get(by, by)
    if name in _MADE:
        message = f"column {name!r} is one that lifetime_value makes; give that of the segments another name"
        raise InvalidArgument(message, argument="by", value=by)
    names = open_table(frame_of(data)).collect_schema().names()
    if name not in names:
        remedy = "by takes the name of a column of the table"
        raise MissingColumn.of(name, names, purpose="lifetime_value(by=...)", remedy=remedy)
    return name


def segments_of(table: Any, by: str, value: Floats, counts: Floats, drawn: Floats | None, confidence: float) -> Any:
    """Return by segment the number of customers, their value and its mean, the most valuable segment first.

    Args:
        table: the customers, in memory.
        by: the column that says the segment; what is missing is one of its own.
        value: that of each.
        counts: how many customers each row stands for.
        drawn: the value of each under each draw of parameters, for an interval of each segment's; None without.
        confidence: of the intervals.

    Raises:
        InvalidColumn: values that name no segment, such as lists.
    """
    frame = nw.from_native(table, eager_only=True)
    column = frame[by]
    native = column.to_native() if column.implementation.is_pandas_like() else column.to_numpy()
    try:
        codes, _ = pd.factorize(native, use_na_sentinel=False)
    except TypeError:
        message = f"column {by!r} holds lists or the like, which are no segments"
        raise InvalidColumn(message, column=by, row=None, value=None) from None
    sums = counts * value
    order = np.lexsort((sums, codes))  # each segment's in rising order: the order of the rows changes no bit
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    weights = np.add.reduceat(counts[order], starts)
    sums = np.add.reduceat(sums[order], starts)
    ranked = np.argsort(-sums, kind="stable")
    names = column[order[starts[ranked]].tolist()]
    means = np.divide(sums, weights, out=np.full(len(sums), np.nan), where=weights > 0)
    made = {"customers": weights.astype(np.int64), "lifetime_value": sums, "mean_lifetime_value": means}
    if drawn is not None:
        each = np.stack([np.add.reduceat((counts * draw)[order], starts) for draw in drawn.T])
        lows, highs = drawn_bounds(each, confidence)
        made |= {"lifetime_value_low": lows, "lifetime_value_high": highs}
    series = [nw.new_series(name, values[ranked], backend=frame.implementation) for name, values in made.items()]
    native = names.to_frame().to_native()
    if frame.implementation.is_pandas_like():
        native = native.reset_index(drop=True)
    return nw.from_native(native, eager_only=True).with_columns(*series).to_native()
