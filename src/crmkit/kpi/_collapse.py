"""Reduce a table, where it lives, to what a metric needs.

Each distinct combination of what is read comes back once, with the number of records that have it. So a billion rows
cost numpy only their distinct values, and equal tables give equal bits in any order of rows, on any engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
from attrs import frozen

from crmkit.errors import TableError, shown
from crmkit.kpi._measures import Counts, Floats, Measure
from crmkit.kpi._quantities import Quantity
from crmkit.tables import collected, is_missing

__all__ = ["PERIOD", "Group", "collapse"]

PERIOD = "__crmkit_period"
_WHY, _COUNT, _CURRENCY = "__crmkit_why", "__crmkit_count", "__crmkit_currency"

Slot = tuple[tuple[Any, ...], int]


@frozen
class Group:
    """What was found for one slice.

    Args:
        values: for each quantity, its value in each distinct combination.
        counts: how many records have that combination.
        excluded: how many records lack a value, by reason.
        currencies: the currencies of the records counted; None stands for unstated.
    """

    values: tuple[Floats, ...]
    counts: Counts
    excluded: Mapping[str, int]
    currencies: frozenset[str | None]

    @classmethod
    def empty(cls, quantities: int) -> Group:
        """Return the group of no records."""
        return cls(tuple(np.empty(0) for _ in range(quantities)), np.empty(0, dtype=np.int64), {}, frozenset())


def collapse(frame: Any, measure: Measure, *, by: tuple[str, ...], period: bool, currency: bool) -> dict[Slot, Group]:
    """Return the groups of a narwhals frame by (values of the `by` columns, position of the period), sorted.

    Args:
        frame: the rows that count.
        measure: names the quantities.
        by: the columns to cut by.
        period: whether the frame has the column `PERIOD`.
        currency: whether amounts are added, so that their currencies must be told apart.
    """
    names = tuple(f"__crmkit_{position}" for position in range(len(measure.quantities)))
    for name, quantity in zip(names, measure.quantities, strict=True):
        frame = quantity.add(frame, name)
    why, reasons = _why(measure.quantities, names)
    keys = [*by] + ([PERIOD] if period else [])
    extra = [_CURRENCY] if currency and "currency" in frame.collect_schema().names() else []
    frame = frame.with_columns(why.alias(_WHY), *(nw.col("currency").alias(name) for name in extra))
    try:
        counted = (
            frame.select(*keys, *extra, _WHY, *names).group_by(*keys, *extra, _WHY, *names).agg(nw.len().alias(_COUNT))
        )
        rows = collected(counted)
    except TypeError as fault:  # pandas, of a column of lists
        raise TableError(
            f"cannot cut by {', '.join(map(shown, by))}: its values cannot be told apart ({fault})"
        ) from fault
    divisors = [quantity.divisor for quantity in measure.quantities]
    values = [_floats(rows.get_column(name)) / divisor for name, divisor in zip(names, divisors, strict=True)]
    return _grouped(rows, by, values, reasons, period=period, currency=bool(extra))


def _why(quantities: tuple[Quantity, ...], names: tuple[str, ...]) -> tuple[nw.Expr, tuple[str, ...]]:
    """Return a column that numbers the first reason why a row lacks a value, 0 for none, and the reasons."""
    tests = [(nw.col(column).is_null(), f"{column} missing") for one in quantities for column in one.columns]
    tests += [(nw.col(name).is_null(), one.fault) for name, one in zip(names, quantities, strict=True)]
    reasons = tuple(dict.fromkeys(reason for _, reason in tests))
    why: Any = nw.lit(0)
    for test, reason in reversed(tests):
        why = nw.when(test).then(nw.lit(reasons.index(reason) + 1)).otherwise(why)
    return why, reasons


def _grouped(
    rows: nw.DataFrame[Any],
    by: tuple[str, ...],
    values: list[Floats],
    reasons: tuple[str, ...],
    *,
    period: bool,
    currency: bool,
) -> dict[Slot, Group]:
    """Split the collapsed rows into slices."""
    total = len(rows)
    labels = [[_label(key) for key in rows.get_column(name).to_list()] for name in by]
    positions = rows.get_column(PERIOD).to_list() if period else [0] * total
    slots: list[Slot] = [
        (key, int(at)) for key, at in zip(zip(*labels, strict=True) if by else [()] * total, positions, strict=True)
    ]
    ordered = sorted(set(slots), key=_rank)
    number = {slot: position for position, slot in enumerate(ordered)}
    codes = np.fromiter((number[slot] for slot in slots), dtype=np.int64, count=total)
    why = rows.get_column(_WHY).to_numpy().astype(np.int64)
    counts = rows.get_column(_COUNT).to_numpy().astype(np.int64)
    money = np.array([_label(one) for one in rows.get_column(_CURRENCY).to_list()], dtype=object) if currency else None
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(ordered) + 1))
    groups = {}
    for slot, start, end in zip(ordered, bounds[:-1], bounds[1:], strict=True):
        mine = order[start:end]
        kept = mine[why[mine] == 0]
        lacking = {reason: int(counts[mine[why[mine] == at]].sum()) for at, reason in enumerate(reasons, start=1)}
        groups[slot] = Group(
            tuple(column[kept] for column in values),
            counts[kept],
            {reason: count for reason, count in lacking.items() if count},
            frozenset({None}) if money is None else frozenset(money[kept].tolist()),
        )
    return groups


def _floats(column: nw.Series[Any]) -> Floats:
    """Read a quantity; a key that is told apart but not calculated with has no numbers."""
    if not column.dtype.is_numeric():
        return np.zeros(len(column))
    return np.asarray(column.cast(nw.Float64).to_numpy(), dtype=np.float64)


def _label(key: Any) -> Any:
    """Return a slice's key, None where it is missing in any engine's way."""
    return None if is_missing(key) else key


def _rank(slot: Slot) -> tuple[Any, ...]:
    """Order slices by key, the missing last, whatever their types."""
    keys, position = slot
    return (*((key is None, str(type(key).__name__), key if key is not None else 0) for key in keys), position)
