"""Columns as the one sheet of an Excel workbook, written by openpyxl."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any, BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from crmkit.errors import MissingExtra, TableError
from crmkit.io._files._excel import MOST_ROWS
from crmkit.io._writers._columns import WrittenColumn, refuse_cell, refuse_name
from crmkit.io._writers._csv import in_rows
from crmkit.io._writers._texts import Form, calculates, cell_texts

__all__ = ["workbook_file"]

_LONGEST = 32_767  # characters of a cell in Excel, as UTF-16 counts them
_EXACT = 2**53  # the whole numbers up to here are those that a cell holds exactly
_FIRST_DAY = datetime(1980, 1, 1)  # noqa: DTZ001 - of zip archives, which know no zones
_UNIX = 3
# What XML forbids or reads as something else, and what would be read as an escape of it (ISO 29500, ST_Xstring).
_ESCAPED = re.compile("[\x01-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class _Held(NamedTuple):
    """What a cell holds: a text, what openpyxl calls its type, and whether it is marked as no formula."""

    text: str
    kind: str
    is_quoted: bool = False


def workbook_file(stream: BinaryIO, columns: Sequence[WrittenColumn], *, form: Form, sheet: str) -> None:
    """Write columns as a workbook: texts and times as texts, which are never calculated, and numbers as numbers.

    Args:
        stream: gets the bytes.
        columns: what is written.
        form: "spreadsheet" marks texts that look like formulas, so that they stay texts where somebody edits them.
        sheet: the name of the sheet.

    Raises:
        TableError: it has more rows than a sheet (code "too_large"), or a name that is too long for a cell.
        InvalidColumn: a text that is too long for a cell (code "not_writable").
        MissingExtra: openpyxl is not installed.
    """
    rows = len(columns[0].cells.codes)
    if rows >= MOST_ROWS:
        reason = (
            f"the table has {rows:,} rows, and a sheet of Excel {MOST_ROWS:,} with the headers; write CSV or Parquet"
        )
        raise TableError(reason, code="too_large")
    try:
        from openpyxl import Workbook
        from openpyxl.styles import Font
        from openpyxl.writer.excel import ExcelWriter
    except ModuleNotFoundError as fault:
        raise MissingExtra.of("excel", purpose="writing an Excel workbook") from fault
    workbook = Workbook(write_only=True)
    workbook.properties.creator = "crmkit"
    workbook.properties.created = workbook.properties.modified = _FIRST_DAY
    page = workbook.create_sheet(sheet)
    page.freeze_panes = "A2"
    headers = [_cell(page, _header(column)) for column in columns]
    for header in headers:
        header.font = Font(name="Calibri", size=11, bold=True)
    held = [_held(column, form) for column in columns]
    page.append(headers)
    for row in in_rows(held, [column.cells for column in columns]):
        page.append([_cell(page, cell) for cell in row])
    with _dateless(stream) as archive:
        ExcelWriter(workbook, archive).write_data()


@contextmanager
def _dateless(stream: BinaryIO) -> Iterator[ZipFile]:
    """Give an archive whose members become those of another, all of the first day of 1980.

    So the same table gives the same bytes.
    """
    with TemporaryFile() as plain:
        with ZipFile(plain, "w") as archive:
            yield archive
        with ZipFile(plain) as archive, ZipFile(stream, "w") as target:
            for member in archive.infolist():
                copy = ZipInfo(member.filename)
                copy.compress_type, copy.create_system, copy.file_size = ZIP_DEFLATED, _UNIX, member.file_size
                with archive.open(member) as part, target.open(copy, "w") as written:
                    copyfileobj(part, written)


def _header(column: WrittenColumn) -> _Held:
    text = _escaped(column.header)
    if _is_long(text):
        refuse_name(column.header, f"is longer than the {_LONGEST:,} characters of a cell in Excel")
    return _Held(text, "s")


def _held(column: WrittenColumn, form: Form) -> list[_Held | None]:
    """Return what the cell of each distinct value holds; None for an empty one."""
    if column.kind == "flag":
        return [None if value is None else _Held(f"{value:d}", "b") for value in column.cells.values]
    numbers = column.kind in ("integer", "number", "money")
    held: list[_Held | None] = []
    for at, (value, text) in enumerate(zip(column.cells.values, cell_texts(column, "transfer"), strict=True)):
        if numbers and value is not None and (column.kind != "integer" or abs(value) <= _EXACT):
            held.append(_Held(repr(value), "n"))  # with all its digits; of a number, openpyxl writes 16
            continue
        escaped = _escaped(text)
        if _is_long(escaped):
            reason = f"it is longer than the {_LONGEST:,} characters of a cell in Excel; write CSV or Parquet"
            refuse_cell(column, at, reason)
        held.append(_Held(escaped, "s", form == "spreadsheet" and calculates(text)) if text else None)
    return held


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _is_long(text: str) -> bool:
    return len(text) > _LONGEST // 2 and len(text.encode("utf-16-le")) // 2 > _LONGEST


def _cell(page: Any, held: _Held | None) -> Any:
    """Return a new cell, as openpyxl changes those that it has written; None for an empty one."""
    from openpyxl.cell import WriteOnlyCell

    if held is None:
        return None
    cell = WriteOnlyCell(page, held.text)
    cell.data_type = held.kind  # whatever the text looks like: a formula, the name of an error
    if held.is_quoted:
        cell.quotePrefix = True
    return cell
