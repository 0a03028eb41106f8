"""What is wrong with the rows of a file, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from crmkit.io._cells import Readings, is_blank, text_faults
from crmkit.io._columns import is_required
from crmkit.io._dates import Unreadable
from crmkit.io._files import Column, Rows
from crmkit.io._plan import Plan
from crmkit.io._result import Problem, RejectedRow

__all__ = ["rejected_rows"]


def rejected_rows(rows: Rows, plan: Plan, readings: Mapping[str, Readings]) -> dict[int, RejectedRow]:
    """Return the rows that cannot be taken, by their position, each with all its problems.

    Args:
        rows: of the file.
        plan: how it is read.
        readings: its columns, read as fields.
    """
    problems: dict[int, list[Problem]] = {}
    for at, problem in _all_problems(rows, plan, readings):
        problems.setdefault(at, []).append(problem)
    return {at: RejectedRow(int(rows.lines[at]), rows.fields(at), tuple(problems[at])) for at in sorted(problems)}


def _all_problems(rows: Rows, plan: Plan, readings: Mapping[str, Readings]) -> Iterator[tuple[int, Problem]]:
    fields_by_header: dict[str, list[str]] = {}
    for field, header in (plan.mapping.columns or {}).items():
        fields_by_header.setdefault(header, []).append(field)
    for header, column in rows.columns.items():
        unfit = text_faults(column.texts)
        yield from _in_rows(column, unfit)
        for field in fields_by_header.get(header, ()):
            faults = readings[field].faults
            yield from _in_rows(column, {at: fault for at, fault in faults.items() if at not in unfit})
            if is_required(str(plan.mapping.record), plan.specs[field]):
                yield from _in_rows(column, _missing(column, field))
            if field == "id":
                yield from _repeated(rows, column)


def _in_rows(column: Column, faults: Mapping[int, Unreadable]) -> Iterator[tuple[int, Problem]]:
    """Give each row that holds one of the faulty texts its problem."""
    faulty = np.zeros(len(column.texts), np.bool_)
    faulty[list(faults)] = True
    for at in np.flatnonzero(faulty[column.codes]).tolist():
        fault = faults[int(column.codes[at])]
        yield at, Problem(column.header, column.texts[column.codes[at]], str(fault), fault.code)


def _missing(column: Column, field: str) -> dict[int, Unreadable]:
    fault = Unreadable("missing", f"it is empty, and every record needs its {field}")
    return {at: fault for at, text in enumerate(column.texts) if is_blank(text)}


def _repeated(rows: Rows, column: Column) -> Iterator[tuple[int, Problem]]:
    """Refuse each row whose id an earlier row has, whether that one is taken or not."""
    _, first = np.unique(column.codes, return_index=True)
    for at in np.flatnonzero(first[column.codes] != np.arange(len(column.codes))).tolist():
        text = column.texts[column.codes[at]]
        if not is_blank(text):
            line = int(rows.lines[first[column.codes[at]]])
            yield at, Problem(column.header, text, f"the id stands on line {line} already", "duplicate_id")
