"""How the dates of a file are written."""

from __future__ import annotations

from collections import abc

from crmkit.io._files import Column, Rows
from crmkit.io._findings import Assumption
from crmkit.io._mapping import Mapping
from crmkit.io._notation import SAME_EITHER_WAY, AmbiguousDates, find_format
from crmkit.io._signs import ENTERED
from crmkit.records import FieldSpec

__all__ = ["counted", "find_formats"]


def find_formats(
    rows: Rows,
    given: Mapping,
    specs: abc.Mapping[str, FieldSpec],
    columns: abc.Mapping[str, str],
    entered: abc.Mapping[str, str],
    assumptions: list[Assumption],
    unproven: set[str],
) -> dict[str, str]:
    """Find out how dates are written, field by field, where the mapping does not say it.

    Args:
        rows: of the file.
        given: what is known.
        specs: the fields.
        columns: their headers.
        entered: the headers of the times in each stage.
        assumptions: grows.
        unproven: grows by the fields whose dates are the same in either order.

    Raises:
        ImportRejected: day and month of a date cannot be told apart.
    """
    formats = dict(given.formats)
    dated = {field: [columns[field]] for field, spec in specs.items() if spec.kind in ("instant", "date")}
    if entered:
        dated[ENTERED.name] = list(entered.values())
    for field, headers in dated.items():
        if field in formats:
            continue
        held = [rows.columns[header] for header in headers]
        try:
            found = find_format(pair for column in held for pair in counted(column, given))
        except AmbiguousDates as doubt:
            column = next(column for column in held if doubt.text in column.texts)
            raise rows.refusal(
                f'{doubt}; say which in the mapping: [formats] {field} = "DD/MM/YYYY" or "MM/DD/YYYY"',
                line=int(rows.lines[column.first_row(doubt.text)]),
                column=column.header,
                value=doubt.text,
                code="ambiguous_dates",
            ) from None
        if found is not None:
            formats[field] = str(found[0])
            unproven |= {field} if found[1] == SAME_EITHER_WAY else set()
            text = f'{field} is written as {found[0]}: {found[1]}. To change: [formats] {field} = "..."'
            assumptions.append(Assumption("date_format", field, text))
    return formats


def counted(column: Column, given: Mapping) -> abc.Iterator[tuple[str, int]]:
    """Return the distinct texts of a column that say something, each with how many rows hold it."""
    nulls = given.nulls or ()
    return (
        (text, rows) for text, rows in zip(column.texts, column.counts().tolist(), strict=True) if text not in nulls
    )
