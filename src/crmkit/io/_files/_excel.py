"""A sheet of an Excel workbook as rows.

The cells are read here and not by openpyxl, which does not tell a formula without a result from an empty one, keeps
the escapes of line ends in texts, and fills a sparse sheet up. What a number format shows, it knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - a class, whatever its name

from crmkit.errors import ImportRejected, MissingExtra, did_you_mean, shown
from crmkit.io._files._format import FileFormat
from crmkit.io._files._header import checked_headers
from crmkit.io._files._package import Package, Sheet
from crmkit.io._files._rows import Rows
from crmkit.io._files._sheet import Cell, Row, SheetReader, column_name
from crmkit.io._files._source import Progress, Source
from crmkit.io._files._sparse import SparseRows, refuse_thin
from crmkit.io._findings import Assumption, Problem, RejectedRow

__all__ = ["read_workbook"]


_OLD = b"\xd0\xcf\x11\xe0"


def read_workbook(source: Source, given: FileFormat = FileFormat(), *, progress: Progress = None) -> Rows:  # noqa: B008 (frozen)
    """Read a sheet of an Excel workbook (.xlsx, .xlsm): its first row that is not empty holds the headers.

    Args:
        source: where its bytes come from.
        given: which sheet it is; otherwise the only one that holds anything.
        progress: called with the bytes read and the bytes in all.

    Raises:
        ImportRejected: it is damaged or no such workbook, it does not have that sheet, more than one holds something,
            or the headers do not name each column once.
        MissingExtra: openpyxl is not installed.
    """
    with _opened(source) as package:
        reader = SheetReader(package)
        sheet, assumptions = _sheet(source.name, reader, package.sheets, given.sheet)
        rows = _rows(source.name, reader.rows(sheet, progress), sheet, assumptions)
    if progress is not None:
        progress(source.size, source.size)
    return rows


@contextmanager
def _opened(source: Source) -> Iterator[Package]:
    try:
        with source.open() as stream:
            if stream.read(len(_OLD)) == _OLD:
                reason = "this is an old workbook (.xls) or one with a password; save it as .xlsx without a password"
                raise ImportRejected.of(reason, file=source.name, code="not_a_workbook")
            with ZipFile(stream) as archive:
                yield Package(source, archive)
    except ModuleNotFoundError as fault:
        raise MissingExtra.of("excel", purpose=f"reading {source.name}, an Excel workbook,") from fault
    except ImportRejected:
        raise
    except _DAMAGES as fault:
        what = f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__
        reason = f"the workbook is damaged ({shown(what)}); open it in Excel and save it anew"
        raise ImportRejected.of(reason, file=source.name, code="damaged") from None


# What zipfile, zlib and expat raise at bytes that are no workbook, and what is missing or no number in it.
_DAMAGES = (
    BadZipFile,
    ZlibError,
    ExpatError,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def _sheet(file: str, reader: SheetReader, sheets: list[Sheet], name: str | None) -> tuple[Sheet, list[Assumption]]:
    """Return the sheet to read, and what was assumed of it."""
    names = [sheet.name for sheet in sheets]
    if name is not None:
        if name not in names:
            reason = f"[file] sheet = {shown(name)}: the workbook has no such sheet{did_you_mean(name, names)}"
            raise ImportRejected.of(reason, file=file, code="sheet")
        return sheets[names.index(name)], []
    filled = [sheet for sheet in sheets if any(cells for _, cells in reader.rows(sheet))]
    if not filled:
        raise ImportRejected.of("the workbook is empty: there is no header", file=file, code="empty")
    if len(filled) > 1:
        listed = ", ".join(shown(sheet.name) for sheet in filled)
        reason = f'{len(filled)} of its sheets hold something: {listed}; say which: [file] sheet = "..."'
        raise ImportRejected.of(reason, file=file, code="sheet")
    if len(sheets) == 1:
        return filled[0], []
    text = f'The sheet is {shown(filled[0].name)}, the only one that holds anything. To change: [file] sheet = "..."'
    return filled[0], [Assumption("sheet", "sheet", text)]


def _rows(file: str, found: Iterator[Row], sheet: Sheet, assumptions: list[Assumption]) -> Rows:
    filled = ((line, cells) for line, cells in found if cells)
    header_line, header = next(filled, (0, {}))
    if not header:
        reason = f"the sheet {shown(sheet.name)} is empty: there is no header"
        raise ImportRejected.of(reason, file=file, code="empty")
    for cell in header.values():
        if cell.lacks_result:
            reason = f"the header {shown(cell.text)} is a formula without a result; write the name itself"
            raise ImportRejected.of(reason, file=file, line=header_line, code="formula")
    span = range(min(header), max(header) + 1)
    texts = [header[at].text if at in header else "" for at in span]
    headers = dict(zip(span, checked_headers(file, texts, header_line), strict=True))
    rows = SparseRows(headers.values())
    malformed: list[RejectedRow] = []
    shown_cells = filled_cells = 0
    for line, cells in filled:
        problems = list(_problems(cells, headers))
        if not problems:
            rows.add(line, ((headers[at], cell.text) for at, cell in cells.items()))
            continue
        fields = _as_it_stands(cells, span)
        malformed.append(RejectedRow(line, tuple(fields), tuple(problems)))
        shown_cells += len(fields)
        filled_cells += len(cells)
        refuse_thin(file, shown_cells, filled_cells)
    return rows.rows(
        file,
        malformed,
        header_line=header_line,
        format=FileFormat(sheet=sheet.name),
        assumptions=tuple(assumptions),
    )


def _as_it_stands(cells: dict[int, Cell], span: range) -> list[str]:
    """Return the cells below the headers, and behind them those beside."""
    below = [""] * len(span)
    beside = []
    for at, cell in cells.items():
        if at in span:
            below[at - span.start] = cell.text
        else:
            beside.append(cell.text)
    return below + beside


def _problems(cells: dict[int, Cell], headers: dict[int, str]) -> Iterator[Problem]:
    for at, cell in cells.items():
        if at not in headers:
            reason = f"its cell in column {column_name(at)} stands beside the {len(headers)} columns that have a header"
            yield Problem(None, cell.text, reason, "cells")
        elif cell.lacks_result:
            reason = (
                "the formula has no result stored with it; open the workbook in Excel and save it, or write the value"
            )
            yield Problem(headers[at], cell.text, reason, "formula")
