"""Rejected rows as a file that is mended and read again."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

import attrs
import numpy as np
import numpy.typing as npt

from crmkit.io._files import Column, FileFormat, Rows, header_key
from crmkit.io._findings import RejectedRow
from crmkit.io._result import ImportResult
from crmkit.io._signs import signs_of
from crmkit.io._writers import calculates, replacing
from crmkit.records import RECORDS, fields_of

__all__ = ["without_notes", "write_rejected"]

LINE, PROBLEMS = "crmkit line", "crmkit problems"

_NOTES = {header_key(LINE), header_key(PROBLEMS)}
_SIGNED_NUMBER = re.compile(r"[+-][0-9][0-9.,' ]*")
_LINE_NUMBER = re.compile("[0-9]{1,18}")


def write_rejected(result: ImportResult, path: str | os.PathLike[str]) -> None:
    """Write the rows that were not taken as a CSV file, to be mended and read again with the result's mapping.

    Its first two columns say the line of each row and what is wrong with it; reading leaves them out. The others are
    those of the file, and the cells stand as they stood there. A row that could not be taken apart stands whole in the
    first of them. The file has the encoding, the separator and the quotation mark that the mapping declares; otherwise
    it is UTF-8 with a byte order mark, which spreadsheets need, and commas.

    A cell that a spreadsheet would calculate gets an apostrophe in front, which reading takes off again, unless the
    mapping says `apostrophes = "keep"`.

    Args:
        result: of reading a file.
        path: of the file to write. It appears whole or not at all.

    Raises:
        CrmError: it cannot be written (code "cannot_write").
    """
    written = result.mapping.file
    encoding = "utf-8-sig" if written.encoding in (None, "utf-8") else written.encoding
    with replacing(Path(path)) as stream:
        # What the encoding has no letter for can only stand in the notes.
        text = TextIOWrapper(stream, encoding, errors="backslashreplace", newline="")
        _write_lines(text, _lines(result), written)
        text.flush()
        text.detach()


def without_notes(rows: Rows) -> Rows:
    """Leave out the columns that `write_rejected` adds, and keep the lines that they name."""
    notes = [header for header in rows.columns if header_key(header) in _NOTES]
    if not notes:
        return rows
    positions = {at for at, header in enumerate(rows.columns) if header in notes}
    named = next((rows.columns[header] for header in notes if header_key(header) == header_key(LINE)), None)
    return attrs.evolve(
        rows,
        columns={header: column for header, column in rows.columns.items() if header not in notes},
        malformed=tuple(_without(positions, row) for row in rows.malformed),
        original=None if named is None else _numbers(named),
    )


def _without(positions: set[int], row: RejectedRow) -> RejectedRow:
    if len(row.fields) == 1:
        return row  # a line as it stands, not taken apart
    cells = list(enumerate(row.fields))
    named = [int(cell) for at, cell in cells if at in positions and _LINE_NUMBER.fullmatch(cell)]
    fields = tuple(cell for at, cell in cells if at not in positions)
    return attrs.evolve(row, fields=fields, original=named[0] if named else None)


def _numbers(column: Column) -> npt.NDArray[np.int64] | None:
    """Return the lines that a column names; None unless it names one for each row, and no line twice."""
    if not all(map(_LINE_NUMBER.fullmatch, column.texts)) or (column.counts() > 1).any():
        return None
    return np.array([int(text) for text in column.texts], np.int64)[column.codes]


def _lines(result: ImportResult) -> Iterator[list[str]]:
    guarded = _as_it_stands if result.mapping.apostrophes == "keep" else _guarded
    calculated = _calculated(result)
    headers = [guarded(header, as_text=True) for header in result.headers]
    same = [
        new if header_key(new) == header_key(old) else old for new, old in zip(headers, result.headers, strict=True)
    ]
    yield [LINE, PROBLEMS, *same]
    for row in result.rejected:
        fits = len(row.fields) == len(result.headers)
        cells = [guarded(cell, as_text=fits and at not in calculated) for at, cell in enumerate(row.fields)]
        yield [str(row.original or row.line), guarded(_said(row), as_text=True), *cells]


def _calculated(result: ImportResult) -> set[int]:
    """Return the positions of the columns that are read as something else than a text."""
    record = str(result.record)
    specs = {**fields_of(RECORDS[record]), **signs_of(record)}
    texts = {field for field, spec in specs.items() if spec.kind in ("text", "id")}
    columns = result.mapping.columns or {}
    others = {header for field, header in columns.items() if field not in texts}
    others |= set((result.mapping.entered or {}).values())
    return {at for at, header in enumerate(result.headers) if header in others}


def _said(row: RejectedRow) -> str:
    return "; ".join(
        f"{problem.column}: {problem.reason}" if problem.column else problem.reason for problem in row.problems
    )


def _guarded(cell: str, *, as_text: bool) -> str:
    number = not as_text and _SIGNED_NUMBER.fullmatch(cell) is not None
    return f"'{cell}" if calculates(cell) and not cell.startswith("'") and not number else cell


def _as_it_stands(cell: str, *, as_text: bool) -> str:
    return cell


def _write_lines(stream: TextIO, lines: Iterator[list[str]], written: FileFormat) -> None:
    separator = written.separator or ","
    if written.quote == "":  # no cell of such a file holds a separator or an end of a line; only the notes may
        unfit = str.maketrans({separator: " ", "\r": " ", "\n": " "})
        stream.writelines(
            separator.join([line, said.translate(unfit), *cells]) + "\r\n" for line, said, *cells in lines
        )
        return
    marks: dict[str, Any] = {"delimiter": separator, "quotechar": written.quote or '"'}
    # The separator is told by the line of headers, so nothing else in it may look like one.
    csv.writer(stream, quoting=csv.QUOTE_ALL, **marks).writerow(next(lines))
    csv.writer(stream, **marks).writerows(lines)
