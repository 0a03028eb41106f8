"""From a table of customers to the same table with a number for each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import narwhals as nw
import numpy as np

from crmkit.clv._history import History, history_of
from crmkit.clv._maximise import Floats
from crmkit.tables import collected, open_table

__all__ = ["per_customer", "with_column"]


def per_customer(
    data: Any, name: str, compute: Callable[[History], Floats], *, columns: Mapping[str, str], model: str
) -> Any:
    """Return the table of a CustomerSummary, or a frame of its shape, with one more column.

    Args:
        data: the customers.
        name: of the new column.
        compute: from their histories, in the order of the rows, to one number each.
        columns: the frame's own names by canonical name.
        model: who asks, for the messages.

    Raises:
        MissingColumn, InvalidColumn, NotEnoughData: as fitting does.
    """
    return with_column(data, name, compute(history_of(data, columns=columns, model=model)))


def with_column(data: Any, name: str, values: Floats) -> Any:
    """Return the frame with one more column, as the kind it was given; a lazy one is collected."""
    frame = collected(open_table(getattr(data, "table", data)))
    series = nw.new_series(name, np.asarray(values, dtype=np.float64), nw.Float64(), backend=frame.implementation)
    return frame.with_columns(series).to_native()
