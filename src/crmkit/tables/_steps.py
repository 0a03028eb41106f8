"""A stage history as arrays: the steps of every deal in the order of time, deals and stages by number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from attrs import frozen
from numpy.typing import NDArray

from crmkit.errors import InvalidArgument, InvalidColumn, MissingColumn, UnknownField, shown
from crmkit.records import StageChange, fields_of
from crmkit.tables._frames import collected, open_table
from crmkit.tables._remedies import no_instants

__all__ = ["StageSteps", "stage_steps"]

Whole = NDArray[np.int64]
_NEEDED = ("deal_id", "to_stage", "changed_at")


@frozen(eq=False)
class StageSteps:
    """A stage history of n rows; every array but `order` has an entry for each row, in the table's own order.

    Args:
        frame: the rows in memory, as a narwhals frame under canonical names.
        deal: which deal, by number; -1 where the table does not say.
        at: microseconds since 1970; 0 where `dated` is false.
        dated: whether the table says when.
        came_from: position in `names`, -1 where missing; None where the table has no `from_stage`.
        went_to: position in `names`, -1 where missing.
        names: the stages: first those that the caller named, then what else the table holds.
        order: the rows that say which deal and when, deal by deal in the order of time; at the same time, as they
            stand.
        implementation: the library of the table.
        lazy: whether the table was lazy.
    """

    frame: nw.DataFrame[Any]
    deal: Whole
    at: Whole
    dated: NDArray[np.bool_]
    came_from: Whole | None
    went_to: Whole
    names: tuple[str, ...]
    order: Whole
    implementation: nw.Implementation
    lazy: bool

    def numbered(self, name: str) -> tuple[Whole, tuple[str, ...]]:
        """Return a column that may be absent as numbers, -1 where missing, and the texts that they number."""
        if name not in self.frame.columns:
            return np.full(len(self.deal), -1), ()
        numbers, values = _numbered(self.frame.get_column(name))
        return numbers, tuple(str(value) for value in values)


def stage_steps(
    history: Any,
    *,
    stages: Iterable[str] = (),
    columns: Mapping[str, str],
    also: Iterable[str] = (),
    optional: Iterable[str] = (),
    purpose: str,
) -> StageSteps:
    """Return the steps of a stage history.

    Args:
        history: any dataframe of StageChange rows, eager or lazy; `from_stage` may be absent.
        stages: names of stages to number first.
        columns: the frame's own names by canonical name.
        also: further columns that the caller needs.
        optional: columns that are taken along where they are there.
        purpose: who asks, for the messages.

    Raises:
        InvalidArgument: `columns` is no mapping from names to names.
        UnknownField: a name in `columns` that is neither a field of StageChange nor in `also`.
        MissingColumn: a column that is needed and absent.
        InvalidColumn: `changed_at` holds something other than instants with a time zone, or deals and stages cannot be
            told apart.
    """
    needed = [*_NEEDED, *also]
    fields = fields_of(StageChange)
    if not _is_renaming(columns):
        reason = f"columns is {shown(columns)}; it takes names by canonical name: {{'changed_at': 'date_entered'}}"
        raise InvalidArgument(reason, argument="columns", value=columns)
    for name in columns:
        if name not in fields and name not in needed:
            raise UnknownField.of(name, fields, place="a table of stage_change records")
    opened = open_table(history, columns=columns)
    present = opened.collect_schema().names()
    for name in needed:
        if name not in present:
            raise MissingColumn.of(name, present, purpose=purpose)
    kept = dict.fromkeys([*needed, *(name for name in ("from_stage", *optional) if name in present)])
    frame = collected(opened.select(*kept))
    numbers = {name: position for position, name in enumerate(stages)}
    deal, _ = _numbered(frame.get_column("deal_id"))
    at, dated = _instants(frame.get_column("changed_at"), opened, own=columns.get("changed_at", "changed_at"))
    went_to = _stages(frame.get_column("to_stage"), numbers)
    came_from = _stages(frame.get_column("from_stage"), numbers) if "from_stage" in kept else None
    told = np.flatnonzero(dated & (deal >= 0))
    return StageSteps(
        frame=frame,
        deal=deal,
        at=at,
        dated=dated,
        came_from=came_from,
        went_to=went_to,
        names=tuple(numbers),
        order=told[np.lexsort((at[told], deal[told]))],
        implementation=opened.implementation,
        lazy=isinstance(opened, nw.LazyFrame),
    )


def _numbered(column: nw.Series[Any]) -> tuple[Whole, Any]:
    """Number the distinct values of a column in the order in which they come; -1 stands for missing."""
    pandas = column.implementation.is_pandas_like()
    if isinstance(column.dtype, nw.Float32 | nw.Float64):
        column = column.fill_nan(None)
    if not pandas and not isinstance(column.dtype, nw.String | nw.List | nw.Struct | nw.Object):
        column = column.cast(nw.String)  # numpy keeps no whole numbers beside missing ones, and no categories
    try:
        numbers, values = pd.factorize(column.to_native() if pandas else column.to_numpy())
    except TypeError as fault:  # of lists, which have no hash
        raise InvalidColumn(
            f"column {column.name!r} holds {column.dtype}; its values cannot be told apart, make them text",
            column=column.name,
            row=None,
            value=str(column.dtype),
        ) from fault
    return numbers.astype(np.int64), values


def _stages(column: nw.Series[Any], numbers: dict[str, int]) -> Whole:
    """Number the stages of a column as `numbers` does, and add those that are not there yet."""
    codes, words = _numbered(column)
    told = [numbers.setdefault(str(word), len(numbers)) for word in words]
    return np.array([*told, -1], dtype=np.int64)[codes]


def _instants(column: nw.Series[Any], opened: Any, *, own: str) -> tuple[Whole, NDArray[np.bool_]]:
    """Return microseconds since 1970, and of which rows they are told.

    Args:
        column: the instants.
        opened: the frame they are of, for the message.
        own: the name that the caller has for the column, for the message.
    """
    dtype = column.dtype
    dated = ~column.is_null().to_numpy().astype(bool)
    if dated.any() and not (isinstance(dtype, nw.Datetime) and dtype.time_zone is not None):
        message = no_instants(opened, column.name, own=own)
        raise InvalidColumn(message, column=column.name, row=None, value=str(dtype))
    at = np.zeros(len(column), dtype=np.int64)
    if dated.any():
        at[dated] = column.drop_nulls().dt.timestamp("us").to_numpy().astype(np.int64)
    return at, dated


def _is_renaming(columns: object) -> bool:
    return isinstance(columns, Mapping) and all(isinstance(name, str) for pair in columns.items() for name in pair)
