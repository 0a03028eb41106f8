"""From a file to a canonical table: the story of reading."""

from __future__ import annotations

import os
from collections import abc
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from crmkit.errors import ImportRejected, InvalidArgument, did_you_mean, shown
from crmkit.expressions import Kind
from crmkit.io._cells import Cells, Readings, is_blank, read_cells
from crmkit.io._derive import derived
from crmkit.io._faults import rejected_rows
from crmkit.io._files import Rows, read_rows
from crmkit.io._frame import column_names, to_frame
from crmkit.io._mapping import Mapping, mapping_of
from crmkit.io._plan import Plan, decide
from crmkit.io._result import Assumption, ImportResult, RejectedRow
from crmkit.records import RECORDS, CustomFields, fields_of
from crmkit.tables import Backend

__all__ = ["read"]

OnError = Literal["collect", "strict"]


def read(
    path: str | os.PathLike[str],
    *,
    mapping: Mapping | abc.Mapping[str, Any] | str | os.PathLike[str] | None = None,
    on_error: OnError = "collect",
    custom: CustomFields | None = None,
    backend: Backend = "pandas",
) -> ImportResult:
    """Read a CSV export of any CRM as a canonical table.

    Args:
        path: of the file: UTF-8, separated by commas, semicolons, tabs or bars, with one line of headers.
        mapping: what its columns mean, as a Mapping, a dict or the path of a TOML file. What it leaves out is guessed,
            and each guess is one of the result's assumptions.
        on_error: "collect" keeps the good rows and lists the others with their problems; "strict" takes all or nothing.
        custom: the custom fields that the columns may be.
        backend: the kind of dataframe: "pandas", "polars" or "pyarrow".

    Raises:
        ImportRejected: the file cannot be read, what it holds is not recognised, the order of day and month in a date
            or the meaning of the point in an amount is open, or, in strict mode, a row is faulty.
        InvalidArgument: an unknown `on_error` or `backend`, or a `path` or `mapping` of another type.
        InvalidPeriod: the mapping names an unknown time zone.
        MissingExtra: the library of the backend is not installed.
    """
    if not isinstance(path, str | os.PathLike):
        kind = type(path).__name__
        reason = f"path is {'an' if kind[0] in 'aeiou' else 'a'} {kind}; it takes the path of a CSV file"
        raise InvalidArgument(reason, argument="path", value=path)
    rows = read_rows(path)
    for argument, value, known in (("on_error", on_error, OnError), ("backend", backend, Backend)):
        if value not in get_args(known):
            hint = did_you_mean(str(value), get_args(known))
            raise InvalidArgument(f"no {argument} {shown(value)}{hint}", argument=argument, value=value)
    given = mapping_of(mapping)
    plan = decide(rows, given, custom)
    columns = plan.mapping.columns or {}
    readings = {
        field: read_cells(rows.columns[columns[field]], spec, plan.mapping) for field, spec in plan.specs.items()
    }
    faulty = rejected_rows(rows, plan, readings)
    rejected = tuple(sorted((*rows.malformed, *faulty.values()), key=lambda row: row.line))
    if rejected and on_error == "strict":
        raise _first_fault(rows, rejected)
    kept = np.delete(np.arange(len(rows)), list(faulty))
    fields, assumed = derived(
        {field: found.cells.of(kept) for field, found in readings.items()}, rows.lines[kept], plan
    )
    return ImportResult(
        _table(rows, plan, fields, kept, custom, backend),
        str(plan.mapping.record),
        plan.mapping,
        (*plan.assumptions, *_noted(readings, kept, plan, zone_given=given.timezone is not None), *assumed),
        rejected,
    )


def _first_fault(rows: Rows, rejected: tuple[RejectedRow, ...]) -> ImportRejected:
    row = rejected[0]
    problem = row.problems[0]
    more = f" ({len(rejected) - 1:,} more rows are faulty)" if len(rejected) > 1 else ""
    return rows.refusal(
        f"{problem.reason}{more}", line=row.line, column=problem.column, value=problem.value, code=problem.code
    )


def _noted(
    readings: abc.Mapping[str, Readings], kept: npt.NDArray[np.int64], plan: Plan, *, zone_given: bool
) -> list[Assumption]:
    """Say what was assumed of single times."""
    place = plan.mapping.timezone
    said = {
        "zoneless": f"do not say their zone and are read as {place}, a date as the beginning of that day. "
        'To change: timezone = "..."',
        "shown_twice": f"were shown twice by the clocks of {place}; the first of the two is taken.",
        "time_dropped": "have a time of day, which a date does not keep.",
    }
    assumptions = []
    for note, text in said.items():
        counts = {
            field: int(np.isin(reading.cells.codes[kept], reading.notes.get(note, [])).sum())
            for field, reading in readings.items()
        }
        listed = ", ".join(f"{count:,} of {field}" for field, count in counts.items() if count)
        if listed and not (note == "zoneless" and zone_given):
            subject = "timezone" if note == "zoneless" else listed.split(" ")[-1]
            assumptions.append(Assumption(note, subject, f"Of the times, {listed} {text}"))
    return assumptions


def _table(
    rows: Rows,
    plan: Plan,
    fields: abc.Mapping[str, Cells],
    kept: npt.NDArray[np.int64],
    custom: CustomFields | None,
    backend: Backend,
) -> Any:
    """Put the fields into the record's order, and behind them the columns that are none."""
    specs = fields_of(RECORDS[str(plan.mapping.record)], custom)
    columns: dict[str, tuple[Cells, Kind]] = {
        name: (fields[name], specs[name].kind) for name in specs if name in fields
    }
    used = set((plan.mapping.columns or {}).values())
    others = [header for header in rows.columns if header not in used]
    for header, name in column_names(others, specs).items():
        column = rows.columns[header]
        texts = Cells([None if is_blank(text) else text for text in column.texts], column.codes)
        columns[name] = (texts.of(kept), "text")
    return to_frame(columns, len(kept), backend)
