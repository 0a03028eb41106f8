"""What the Gamma-Gamma model reads of customers: on how many purchases they spent how much in the mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from crmkit.clv._arrays import Floats
from crmkit.clv._customers import columns_of, distinct, numbers_of, refuse_unless
from crmkit.tables import CustomerSummary

__all__ = ["Spend", "collapsed_spend", "spend_of"]

_MOST = 1e100


@frozen(eq=False)
class Spend:
    """Customers: one entry each, or one a distinct pair with its count.

    Args:
        frequency: on how many purchases the mean rests.
        value: the mean spend; 0 where frequency is 0.
        counts: how many customers each entry stands for.
    """

    frequency: Floats
    value: Floats
    counts: Floats

    @property
    def n(self) -> int:
        """The number of customers."""
        return int(self.counts.sum())

    def where(self, holds: NDArray[np.bool_]) -> Spend:
        """Return some of the customers."""
        return Spend(self.frequency[holds], self.value[holds], self.counts[holds])


def spend_of(data: Any, *, columns: Mapping[str, str], model: str) -> Spend:
    """Read a customer summary, or a frame of its shape, in the order of its rows.

    Args:
        data: a CustomerSummary, or any dataframe with frequency and monetary_value; and n, where a row stands for
            several customers.
        columns: the frame's own names by canonical name.
        model: who asks, for the messages.

    Raises:
        MissingColumn, InvalidColumn: no such columns; a frequency that is no count, a spend below 0, or none where
            there are purchases.
    """
    remedy = "make the summary with amounts, and without collapse" if isinstance(data, CustomerSummary) else None
    read = columns_of(data, ("frequency", "monetary_value"), columns=columns, model=model, remedy=remedy)
    frequency, spent = (numbers_of(read[name], name) for name in ("frequency", "monetary_value"))
    counts = numbers_of(read["n"], "n") if "n" in read.columns else np.ones(len(read))
    refuse_unless(
        (frequency >= 0) & (frequency == np.floor(frequency)), frequency, "frequency", "is no count of purchases"
    )
    refuse_unless((counts >= 0) & (counts == np.floor(counts)), counts, "n", "is no count")
    value = np.where(frequency > 0, spent, 0.0)
    reason = "is no mean spend; net refunds against the purchases of their day, as tables.customer_summary does"
    refuse_unless((value >= 0) & np.isfinite(value), value, "monetary_value", reason)
    within = (value == 0) | ((value >= 1 / _MOST) & (value <= _MOST))
    refuse_unless(within, value, "monetary_value", f"is no amount: they lie between {1 / _MOST:g} and {_MOST:g}")
    return Spend(frequency, value, counts)


def collapsed_spend(spend: Spend) -> Spend:
    """Return each distinct pair once, in rising order: equal data give equal bits, however they were collapsed."""
    places, which = distinct(spend.frequency, spend.value)
    counts = np.asarray(np.bincount(which, spend.counts), dtype=np.float64)
    return Spend(spend.frequency[places], spend.value[places], counts).where(counts > 0)
