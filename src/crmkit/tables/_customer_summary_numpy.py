"""What customers spent on each day, in numpy: a sparse table of customers by days, which counts in place of sorting."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import NDArray

__all__ = ["NOTHING", "Days", "Numbered", "days_in_numpy", "numbered"]

NOTHING = 1e-9
"""A day whose refunds leave less than this of its orders leaves nothing: the rest is the rounding of a sum."""

# Whole numbers serve as places in a table if they leave no more than this of it empty.
_ROOM, _WHOLE = 4, 2**63


@frozen(eq=False)
class Days:
    """Days of purchase, one entry each, in order within a customer.

    Args:
        starts: where those of each customer start, and the end of the last one's.
        day: the number of the day.
        spend: what was spent on it.
        unspent: on how many days more refunds left nothing.
    """

    starts: NDArray[np.int64]
    day: NDArray[np.int64]
    spend: NDArray[np.float64]
    unspent: int


@frozen(eq=False)
class Numbered:
    """Customers by number.

    Args:
        number: that of the customer, of each order.
        ids: the customer, of each order.
        low: the id of number 0, where the numbers are those of the ids; else None.
    """

    number: NDArray[np.int64]
    ids: nw.Series[Any]
    low: int | None

    def ids_of(self, numbers: NDArray[np.int64]) -> nw.Series[Any]:
        """Return the ids of customers who have orders."""
        if self.low is not None:
            values = self.low + numbers
            return nw.new_series(self.ids.name, values, self.ids.dtype, backend=self.ids.implementation)
        rows = np.zeros(len(self.number), dtype=np.int64)
        rows[self.number] = np.arange(len(self.number))
        found: nw.Series[Any] = self.ids[rows[numbers].tolist()]
        return found


def numbered(ids: nw.Series[Any]) -> Numbered:
    """Return a number from 0 on for each id: in the order of the ids where these are whole numbers close together."""
    values = ids.to_numpy()
    if values.dtype.kind in "iu" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < _ROOM * len(values) and high < _WHOLE:
            return Numbered(values.astype(np.int64) - low, ids, low)
    codes, _ = pd.factorize(ids.to_native() if ids.implementation.is_pandas_like() else values)
    return Numbered(codes.astype(np.int64), ids, None)


def days_in_numpy(who: NDArray[np.int64], day: NDArray[np.int64], amount: NDArray[np.float64]) -> Days:
    """Sum up amounts by customer and day.

    Args:
        who: the number of the customer, of each order.
        day: the number of its day.
        amount: its amount.
    """
    from scipy.sparse import coo_array

    low = int(day.min()) if len(day) else 0
    places = who, day - low
    shape = (int(who.max()) + 1, int(day.max()) - low + 1) if len(day) else (0, 1)
    sums = coo_array((amount, places), shape=shape).tocsr()
    starts, days, spend = sums.indptr.astype(np.int64), sums.indices + np.int64(low), sums.data
    if not len(amount) or amount.min() >= 0:
        return Days(starts, days, spend, 0)
    size = coo_array((np.abs(amount), places), shape=shape).tocsr().data
    buys = (spend > size * NOTHING) | (size == 0)
    kept = np.append(0, np.cumsum(buys))
    return Days(kept[starts], days[buys], spend[buys], int(len(buys) - kept[-1]))
