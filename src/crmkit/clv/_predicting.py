"""From a table of customers to the same table with a number for each of them."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np

from crmkit.clv._maximise import Floats
from crmkit.clv._summaries import frame_of
from crmkit.tables import collected, open_table

__all__ = ["with_column"]


def with_column(data: Any, name: str, values: Floats) -> Any:
    """Return the frame with one more column, as the kind it was given; a lazy one is collected."""
    frame = collected(open_table(frame_of(data)))
    series = nw.new_series(name, np.asarray(values, dtype=np.float64), nw.Float64(), backend=frame.implementation)
    return frame.with_columns(series).to_native()
