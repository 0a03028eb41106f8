"""Rows of a file that are no records of their own: deleted, merged away, or a further line of the record above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from crmkit.io._cells import Cells, Readings, is_blank
from crmkit.io._files import Rows
from crmkit.io._findings import Assumption
from crmkit.io._plan import Plan

__all__ = ["Aside", "first_filled", "set_aside"]

Places: TypeAlias = npt.NDArray[np.int64]


@attrs.frozen(eq=False)
class Aside:
    """Which rows are set aside.

    Args:
        reasons: for each reason, the rows.
        leader: for each row the first row of its record; a row that is a record of its own leads itself.
        assumptions: what to say of them.
    """

    reasons: Mapping[str, Places]
    leader: Places
    assumptions: tuple[Assumption, ...]

    def gone(self) -> npt.NDArray[np.bool_]:
        """Tell for every row whether it is out of the way: empty, deleted or merged, whatever else it holds."""
        gone = np.zeros(len(self.leader), np.bool_)
        for reason in ("blank", "deleted", "merged"):
            gone[self.reasons.get(reason, [])] = True
        return gone


def set_aside(rows: Rows, plan: Plan, readings: Mapping[str, Readings]) -> Aside:
    """Find the rows that are no records of their own.

    Args:
        rows: of the file.
        plan: how they are read.
        readings: their columns.
    """
    reasons: dict[str, Places] = {}
    assumptions = []
    count, gone = len(rows), _blank(rows)
    if gone.any():
        reasons["blank"] = np.flatnonzero(gone)
        text = f"{int(gone.sum()):,} rows are empty and are left out, such as line {rows.lines[reasons['blank'][0]]}."
        assumptions.append(Assumption("blank", "file", text))
    for reason, sign in (("merged", "merged_into"), ("deleted", "is_deleted")):
        if sign not in readings:
            continue
        cells = readings[sign].cells
        marked = (cells.filled() if sign == "merged_into" else cells.where((True,))) & ~gone
        if marked.any():
            gone |= marked
            reasons[reason] = np.flatnonzero(marked)
            header = plan.columns[sign]
            text = (
                f"{int(marked.sum()):,} rows are {reason}, as {header!r} says, and are left out. "
                f'To keep them: [columns] {sign} = ""'
            )
            assumptions.append(Assumption(reason, sign, text))
    leader = np.arange(count)
    if plan.mapping.fold and "id" in readings:
        leader = _leaders(readings["id"].cells, gone)
        folded = np.flatnonzero(leader != np.arange(count))
        if len(folded):
            reasons["folded"] = folded
            text = (
                f"{len(folded):,} rows are further lines of the record above, by {plan.columns['id']!r}: each of its "
                f"fields is taken from the first line that has it. To take every row for itself: fold = false"
            )
            assumptions.append(Assumption("folded", "id", text))
    return Aside(reasons, leader, tuple(assumptions))


def _blank(rows: Rows) -> npt.NDArray[np.bool_]:
    blank = np.ones(len(rows), np.bool_)
    for column in rows.columns.values():
        if not blank.any():
            break
        blank &= np.array([is_blank(text) for text in column.texts], np.bool_)[column.codes]
    return blank


def _leaders(ids: Cells, gone: npt.NDArray[np.bool_]) -> Places:
    codes = ids.same_codes()
    usable = ids.filled() & ~gone
    rows = np.arange(len(codes))
    first = np.full(int(codes.max(initial=-1)) + 1, len(codes))
    np.minimum.at(first, codes[usable], rows[usable])
    return np.where(usable, first[codes], rows) if len(codes) else rows


def first_filled(cells: Cells, leader: Places) -> Cells:
    """Give the first row of each record the first value that one of its lines has.

    Args:
        cells: a column.
        leader: for each row the first row of its record.
    """
    filled = np.flatnonzero(cells.filled())
    codes = cells.codes.copy()
    leaders, first = np.unique(leader[filled], return_index=True)
    codes[leaders] = cells.codes[filled[first]]
    return Cells(cells.values, codes)
