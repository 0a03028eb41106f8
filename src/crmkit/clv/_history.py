"""What the models read of customers: frequency, recency and age, each distinct triple once with its count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from crmkit.clv._maximise import Floats
from crmkit.clv._refused import refuse_unless
from crmkit.errors import InvalidColumn, MissingColumn, NotEnoughData
from crmkit.tables import collected, open_table

__all__ = ["History", "Pairs", "collapsed", "history_of", "pairs_of"]

_TRIPLE = ("frequency", "recency", "T")


@frozen(eq=False)
class History:
    """Histories of purchases: one entry a customer, or one a distinct triple with its count.

    Args:
        frequency: repeat purchases, whole and from 0 on.
        recency: age at the last purchase, 0 without repeat purchase.
        age: age at the end of the observation, `T`.
        counts: how many customers each entry stands for.
    """

    frequency: Floats
    recency: Floats
    age: Floats
    counts: Floats

    @property
    def n(self) -> int:
        """The number of customers."""
        return int(self.counts.sum())


@frozen(eq=False)
class Pairs:
    """The distinct pairs of two columns, in rising order.

    Args:
        first: the values of the one.
        second: those of the other.
        index: which pair each entry is.
    """

    first: Floats
    second: Floats
    index: NDArray[np.intp]


def history_of(data: Any, *, columns: Mapping[str, str], model: str) -> History:
    """Read a customer summary, or a frame of its shape, in the order of its rows.

    Args:
        data: a CustomerSummary, or any dataframe with frequency, recency and T; and n, where a row stands for several
            customers.
        columns: the frame's own names by canonical name.
        model: who asks, for the messages.

    Raises:
        MissingColumn, InvalidColumn: no such columns; a value that no history has; the message names row and value.
        NotEnoughData: no customer.
    """
    frame = open_table(getattr(data, "table", data), columns=columns)
    names = frame.collect_schema().names()
    for name in _TRIPLE:
        if name not in names:
            raise MissingColumn.of(name, names, purpose=model)
    wanted = [*_TRIPLE, *(["n"] if "n" in names else [])]
    read = collected(frame.select(*(nw.col(name) for name in wanted)))
    found = {name: _numbers(read[name], name) for name in wanted}
    counts = found.get("n", np.ones(len(found["T"])))
    history = History(found["frequency"], found["recency"], found["T"], counts)
    _prove(history)
    if not history.counts.sum():
        raise NotEnoughData(f"{model}: there is no customer", model=model, n=0)
    return history


def collapsed(history: History) -> History:
    """Return each distinct triple once, in rising order: equal data give equal bits, however they were collapsed."""
    order = np.lexsort((history.age, history.recency, history.frequency))
    columns = [column[order] for column in (history.frequency, history.recency, history.age)]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (columns[0][1:] != columns[0][:-1]) | (columns[1][1:] != columns[1][:-1])
    new[1:] |= columns[2][1:] != columns[2][:-1]
    starts = np.flatnonzero(new)
    counts = np.add.reduceat(history.counts[order], starts)
    present = counts > 0
    kept = starts[present]
    return History(columns[0][kept], columns[1][kept], columns[2][kept], counts[present])


def pairs_of(first: Floats, second: Floats) -> Pairs:
    """Return the distinct pairs of two columns."""
    order = np.lexsort((second, first))
    ones, others = first[order], second[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (ones[1:] != ones[:-1]) | (others[1:] != others[:-1])
    index = np.empty(len(order), dtype=np.intp)
    index[order] = np.cumsum(new) - 1
    return Pairs(ones[new], others[new], index)


def _numbers(column: Any, name: str) -> Floats:
    if not column.dtype.is_numeric():
        message = f"column {name!r} is of type {column.dtype}, where numbers are needed"
        raise InvalidColumn(message, column=name, row=None, value=None)
    numbers = column.cast(nw.Float64).to_numpy().astype(np.float64)
    refuse_unless(np.isfinite(numbers), numbers, name, "is missing or not finite")
    return np.asarray(numbers, dtype=np.float64)


def _prove(history: History) -> None:
    frequency, recency, age = history.frequency, history.recency, history.age
    refuse_unless(
        (frequency >= 0) & (frequency == np.floor(frequency)), frequency, "frequency", "is no count of purchases"
    )
    refuse_unless((recency >= 0) & (recency <= age), recency, "recency", "is not between 0 and T")
    refuse_unless(
        (frequency > 0) | (recency == 0), recency, "recency", "is not 0, although there is no repeat purchase"
    )
    refuse_unless(
        (history.counts >= 0) & (history.counts == np.floor(history.counts)), history.counts, "n", "is no count"
    )
