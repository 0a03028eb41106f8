"""What is wrong with the rows of a file, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from crmkit.io._cells import Cells, Readings, text_faults
from crmkit.io._files import Column, Rows
from crmkit.io._findings import Problem, RejectedRow
from crmkit.io._notation import Unreadable
from crmkit.io._plan import Plan, is_required
from crmkit.io._table._aside import Aside, first_filled

__all__ = ["Seen", "rejected_rows"]

_ONE_ID = "leave out one of the two, or declare fold = true if they are lines of one record"

# Tells which of some ids, each of them another, were asked for before, and remembers them.
Seen: TypeAlias = Callable[[Sequence[str]], npt.NDArray[np.bool_]]


def rejected_rows(
    rows: Rows, plan: Plan, readings: Mapping[str, Readings], aside: Aside, seen: Seen | None = None
) -> dict[int, RejectedRow]:
    """Return the rows that cannot be taken, by their position, each with all its problems.

    Args:
        rows: of the file.
        plan: how it is read.
        readings: its columns, read as fields.
        aside: the rows that are no records of their own.
        seen: tells which ids stand on earlier lines, where these rows are not the first of their file.
    """
    gone = aside.gone()
    problems: dict[int, list[Problem]] = {}
    for at, problem in _all_problems(rows, plan, readings, aside, seen):
        if not gone[at]:
            problems.setdefault(at, []).append(problem)
    for at, problem in _of_rejected(rows, plan, aside, problems):
        problems[at] = [problem]
    before = dict(enumerate(rows.original.tolist())) if rows.original is not None else {}
    return {
        at: RejectedRow(int(rows.lines[at]), rows.fields(at), tuple(problems[at]), before.get(at))
        for at in sorted(problems)
    }


def _all_problems(
    rows: Rows, plan: Plan, readings: Mapping[str, Readings], aside: Aside, seen: Seen | None
) -> Iterator[tuple[int, Problem]]:
    fields_by_header: dict[str, list[str]] = {}
    for field, header in plan.columns.items():
        fields_by_header.setdefault(header, []).append(field)
    for header, column in rows.columns.items():
        unfit = text_faults(column.texts)
        yield from _in_rows(column, unfit)
        for field in fields_by_header.get(header, ()):
            faults = readings[field].faults
            yield from _in_rows(column, {at: fault for at, fault in faults.items() if at not in unfit})
            if is_required(str(plan.mapping.record), plan.specs[field]):
                yield from _in_rows(column, _missing(readings[field].cells, faults, field))
            if field == "id":
                yield from _repeated(rows, column, readings[field], aside, seen)
            elif "folded" in aside.reasons and field in (plan.mapping.columns or {}):
                yield from _contradicting(rows, column, readings[field].cells, aside)


def _of_rejected(rows: Rows, plan: Plan, aside: Aside, faulty: Mapping[int, object]) -> list[tuple[int, Problem]]:
    """Refuse the other lines of a record of which one line is refused: it is taken whole or not at all."""
    if not plan.mapping.fold or "id" not in plan.columns:
        return []
    culprit = _malformed_lines(rows, plan.columns["id"], aside)
    for at in sorted(faulty, reverse=True):
        culprit[int(aside.leader[at])] = int(rows.lines[at])
    wanting = np.flatnonzero(np.isin(aside.leader, list(culprit))).tolist()
    reason = {at: f"line {culprit[int(aside.leader[at])]} of the same record is refused" for at in wanting}
    return [(at, Problem(None, None, reason[at], "line")) for at in wanting if at not in faulty]


def _malformed_lines(rows: Rows, header: str, aside: Aside) -> dict[int, int]:
    """Return, by the first row of a record, a malformed line that has its id."""
    place, column = list(rows.columns).index(header), rows.columns[header]
    lines = {row.fields[place]: row.line for row in rows.malformed if len(row.fields) > place}
    found = {at: lines[text] for at, text in enumerate(column.texts) if text in lines}
    touched = np.flatnonzero(np.isin(column.codes, list(found))) if found else ()
    return {int(aside.leader[at]): found[int(column.codes[at])] for at in touched}


def _in_rows(column: Column, faults: Mapping[int, Unreadable]) -> Iterator[tuple[int, Problem]]:
    """Give each row that holds one of the faulty texts its problem."""
    faulty = np.zeros(len(column.texts), np.bool_)
    faulty[list(faults)] = True
    for at in np.flatnonzero(faulty[column.codes]).tolist():
        fault = faults[int(column.codes[at])]
        yield at, Problem(column.header, column.texts[column.codes[at]], str(fault), fault.code)


def _missing(cells: Cells, faults: Mapping[int, Unreadable], field: str) -> dict[int, Unreadable]:
    if None not in cells.values:
        return {}
    fault = Unreadable("missing", f"it is empty, and every record needs its {field}; fill it in")
    return {at: fault for at, value in enumerate(cells.values) if value is None and at not in faults}


def _repeated(
    rows: Rows, column: Column, reading: Readings, aside: Aside, seen: Seen | None
) -> Iterator[tuple[int, Problem]]:
    """Refuse each row whose id an earlier row has, whether that one is taken or not."""
    cells = reading.cells
    codes = cells.same_codes() if reading.notes else cells.codes  # only where texts were changed can two be one id
    alone = cells.filled() & ~aside.gone() & (aside.leader == np.arange(len(codes)))
    at_hand = np.flatnonzero(alone)
    _, first, back = np.unique(codes[at_hand], return_index=True, return_inverse=True)
    earlier = at_hand[first[back]]
    stood = np.zeros(len(first), np.bool_)
    if seen is not None:
        stood = seen([cells.values[code] for code in cells.codes[at_hand[first]].tolist()])
    for which in np.flatnonzero((at_hand != earlier) | stood[back]).tolist():
        at = int(at_hand[which])
        where = "an earlier line" if stood[back[which]] else f"line {rows.lines[earlier[which]]}"
        text = column.texts[column.codes[at]]
        yield at, Problem(column.header, text, f"the id stands on {where} already; {_ONE_ID}", "duplicate_id")


def _contradicting(rows: Rows, column: Column, cells: Cells, aside: Aside) -> Iterator[tuple[int, Problem]]:
    """Refuse a further line of a record that says something else than the lines above."""
    same = Cells(cells.values, cells.same_codes().astype(np.int32))
    first = first_filled(Cells(cells.values, cells.codes), aside.leader).same_codes()[aside.leader]
    for at in np.flatnonzero(cells.filled() & (same.codes != first)).tolist():
        reason = f"the record began on line {rows.lines[aside.leader[at]]} and says something else here"
        yield at, Problem(column.header, column.texts[column.codes[at]], reason, "contradiction")
