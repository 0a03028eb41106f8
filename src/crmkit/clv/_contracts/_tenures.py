"""How long customers under contract have stayed, and whether they have left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
from attrs import frozen

from crmkit.clv._arguments import LONGEST
from crmkit.clv._arrays import Floats
from crmkit.clv._customers import columns_of, numbers_of, refuse_unless
from crmkit.errors import InvalidArgument, NotEnoughData, shown

__all__ = ["Tenures", "tenures_of"]


@frozen(eq=False)
class Tenures:
    """Customers by tenure.

    Args:
        left: how many left at the first renewal, at the second...
        stayed: how many were last seen, still there, after no renewal, after one...; one entry more.
    """

    left: Floats
    stayed: Floats

    @property
    def n(self) -> int:
        """The number of customers."""
        return int(self.left.sum() + self.stayed.sum())

    @property
    def asked(self) -> Floats:
        """How many came to the first renewal, to the second..."""
        leaving = np.cumsum(self.left[::-1])[::-1]
        found: Floats = leaving + np.cumsum(self.stayed[::-1])[::-1][1:]
        return found


def tenures_of(data: Any, *, columns: Mapping[str, str], model: str) -> Tenures:
    """Read survivors by period, or a table of tenures.

    Args:
        data: how many of a cohort there were at first, after the first renewal, after the second...; or any dataframe
            with tenure and churned, and n where a row stands for several customers.
        columns: the frame's own names by canonical name.
        model: who asks, for the messages.

    Raises:
        InvalidArgument: survivors that are no counts, or grow.
        MissingColumn, InvalidColumn: no such columns, or a value that cannot be.
        NotEnoughData: no customer.
    """
    listed = isinstance(data, Sequence | np.ndarray) or nw.dependencies.is_into_series(data)
    found = _cohort(data) if listed and not isinstance(data, str | bytes) else _table(data, columns, model)
    if not found.n:
        raise NotEnoughData(f"{model}: there is no customer", model=model, n=0)
    return found


def _cohort(data: Any) -> Tenures:
    try:
        counts = np.asarray(data, dtype=np.float64)
    except (TypeError, ValueError):
        counts = np.array([np.nan])
    whole = counts.ndim == 1 and np.isfinite(counts).all() and (counts == np.floor(counts)).all()
    if not whole or (counts < 0).any() or (np.diff(counts) > 0).any():
        message = f"survivors are counts of customers (not shares) that do not grow, not {shown(data)}"
        raise InvalidArgument(message, argument="data", value=data)
    return Tenures(-np.diff(counts), np.append(np.zeros(max(len(counts) - 1, 0)), counts[-1:]))


def _table(data: Any, columns: Mapping[str, str], model: str) -> Tenures:
    read = columns_of(data, ("tenure", "churned"), columns=columns, model=model)
    tenure, churned = (_numbers(read[name], name) for name in ("tenure", "churned"))
    counts = _numbers(read["n"], "n") if "n" in read.columns else np.ones(len(tenure))
    whole = (tenure == np.floor(tenure)) & (tenure >= 0) & (tenure <= LONGEST)
    refuse_unless(whole, tenure, "tenure", f"is no number of periods up to {LONGEST:,}")
    refuse_unless((churned == 0) | (churned == 1), churned, "churned", "is neither true nor false")
    refuse_unless(
        (tenure > 0) | (churned == 0), tenure, "tenure", "is before the first renewal, where nobody can leave"
    )
    refuse_unless((counts >= 0) & (counts == np.floor(counts)), counts, "n", "is no count")
    most = int(tenure.max(initial=0.0))
    whole_tenure = tenure.astype(np.int64)
    left: Floats = np.bincount(whole_tenure, counts * churned, most + 1).astype(np.float64)
    stayed: Floats = np.bincount(whole_tenure, counts * (1.0 - churned), most + 1).astype(np.float64)
    return Tenures(left[1:], stayed)


def _numbers(column: Any, name: str) -> Floats:
    numbers = numbers_of(column, name, or_true=True)
    refuse_unless(np.isfinite(numbers), numbers, name, "is missing or not finite")
    return numbers
