"""Columns as the one sheet of an Excel workbook.

openpyxl makes the workbook around the cells. These are written here, many times as fast and with all their letters,
and so is the archive, so that the same table gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from crmkit.errors import MissingExtra, TableError
from crmkit.io._files._sheet import MOST_ROWS, column_name
from crmkit.io._writers._columns import WrittenColumn, refuse_cell, refuse_name
from crmkit.io._writers._csv import in_rows
from crmkit.io._writers._texts import Form, calculates, cell_texts

__all__ = ["workbook_file"]

_LONGEST = 32_767  # characters of a cell in Excel, as UTF-16 counts them
_EXACT = 2**53  # the whole numbers up to here are those that a cell holds exactly
_LARGE = (
    10_000_000  # so many cells may come to more than the 2 GB of a member of an archive that is not marked as large
)
_FIRST_DAY = datetime(1980, 1, 1)  # noqa: DTZ001 - of zip archives, which know no zones
_UNIX = 3
_SHEET = "xl/worksheets/sheet1.xml"
# What XML forbids or reads as something else, and what would be read as an escape of it (ISO 29500, ST_Xstring).
_ESCAPED = re.compile("[\x01-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class _Template(NamedTuple):
    """An empty workbook: its parts, and the numbers of the styles of a header and of a text that is no formula."""

    parts: dict[str, bytes]
    header: int
    no_formula: int


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
    template = _template(sheet)
    headers = [_header(column, template.header) for column in columns]
    cells = [_cells(column, template.no_formula if form == "spreadsheet" else 0) for column in columns]
    letters = [column_name(at) for at in range(1, len(columns) + 1)]
    with ZipFile(stream, "w") as archive:
        for name, content in template.parts.items():
            member = ZipInfo(name)  # of the first day of 1980
            member.compress_type, member.create_system = ZIP_DEFLATED, _UNIX
            with archive.open(member, "w", force_zip64=rows * len(columns) > _LARGE) as part:
                if name != _SHEET:
                    part.write(content)
                    continue
                above, below = re.split(rb"<sheetData.*</sheetData>", content)
                extent = f'<dimension ref="A1:{letters[-1]}{rows + 1}"'
                part.write(re.sub(rb'<dimension ref="[^"]*"', extent.encode(), above) + b"<sheetData>")
                part.write(_row(1, letters, headers))
                for number, row in enumerate(in_rows(cells, [column.cells for column in columns]), 2):
                    part.write(_row(number, letters, row))
                part.write(b"</sheetData>" + below)


def _template(sheet: str) -> _Template:
    try:
        from openpyxl import Workbook
        from openpyxl.styles import Font
        from openpyxl.writer.excel import ExcelWriter
    except ModuleNotFoundError as fault:
        raise MissingExtra.of("excel", purpose="writing an Excel workbook") from fault
    workbook = Workbook()
    workbook.properties.creator = "crmkit"
    workbook.properties.created = workbook.properties.modified = _FIRST_DAY
    page = workbook.worksheets[0]
    page.title, page.freeze_panes = sheet, "A2"
    header, text = page.cell(1, 1), page.cell(2, 1)
    header.font = Font(name="Calibri", size=11, bold=True)
    text.quotePrefix = True
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        ExcelWriter(workbook, archive).write_data()
    with ZipFile(packed) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return _Template(parts, header.style_id, text.style_id)


def _row(number: int, letters: Sequence[str], cells: Sequence[str]) -> bytes:
    filled = "".join(f'<c r="{letter}{number}"{cell}' for letter, cell in zip(letters, cells, strict=True) if cell)
    return f'<row r="{number}">{filled}</row>'.encode()


def _header(column: WrittenColumn, style: int) -> str:
    if _is_long(column.header):
        refuse_name(column.header, f"is longer than the {_LONGEST:,} characters of a cell in Excel")
    return _text(column.header, style)


def _cells(column: WrittenColumn, no_formula: int) -> list[str]:
    """Return the cell of each distinct value, all of it but its place; "" for an empty one."""
    if column.kind == "flag":
        return ["" if value is None else f' t="b"><v>{value:d}</v></c>' for value in column.cells.values]
    numbers = column.kind in ("integer", "number", "money")
    cells = []
    for at, (value, text) in enumerate(zip(column.cells.values, cell_texts(column, "transfer"), strict=True)):
        if numbers and value is not None and (column.kind != "integer" or abs(value) <= _EXACT):
            cells.append(f"><v>{value!r}</v></c>")
            continue
        if _is_long(text):
            reason = f"it is longer than the {_LONGEST:,} characters of a cell in Excel; write CSV or Parquet"
            refuse_cell(column, at, reason)
        cells.append(_text(text, no_formula if calculates(text) else 0))
    return cells


def _is_long(text: str) -> bool:
    return len(text) > _LONGEST // 2 and len(text.encode("utf-16-le")) // 2 > _LONGEST


def _text(text: str, style: int) -> str:
    if not text:
        return ""
    styled = f' s="{style}"' if style else ""
    plain = _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text).translate(_MARKUP)
    return f'{styled} t="inlineStr"><is><t xml:space="preserve">{plain}</t></is></c>'
