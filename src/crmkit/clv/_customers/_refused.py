"""A column refused for its first value that cannot be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from crmkit.clv._arrays import Floats
from crmkit.errors import InvalidColumn, shown

__all__ = ["refuse_unless"]


def refuse_unless(holds: NDArray[np.bool_], values: Floats, name: str, reason: str) -> None:
    """Raise for the first value of a column of which something does not hold.

    Raises:
        InvalidColumn: naming column, row and value, and the reason.
    """
    if not holds.all():
        row = int(np.argmin(holds))
        value = float(values[row])
        raise InvalidColumn(f"column {name!r}, row {row}: {shown(value)} {reason}", column=name, row=row, value=value)
