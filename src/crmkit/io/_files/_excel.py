"""A sheet of an Excel workbook as rows, read by openpyxl."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, time
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple

from crmkit.errors import ImportRejected, MissingExtra, did_you_mean, shown
from crmkit.io._files._archive_checks import check_archive, refused_as_damaged
from crmkit.io._files._format import FileFormat
from crmkit.io._files._header import MOST_COLUMNS, checked_headers
from crmkit.io._files._rows import Rows
from crmkit.io._files._source import Progress, Source
from crmkit.io._files._sparse import SparseRows, refuse_thin
from crmkit.io._files._typed import text_of
from crmkit.io._findings import Assumption, Problem, RejectedRow

__all__ = ["MOST_ROWS", "read_workbook"]

MOST_ROWS = 1_048_576

_TOLD_EVERY = 1000  # rows


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
    with warnings.catch_warnings(), source.open() as stream:
        warnings.filterwarnings("ignore", module="openpyxl")  # of what it leaves out, which is no cell
        check_archive(source, stream)
        book = _Book(source, stream)
        sheet, assumptions = _sheet(book, given.sheet)
        rows = _rows(book, book.lines(sheet, progress), book.names[sheet], assumptions)
    if progress is not None:
        progress(source.size, source.size)
    return rows


class _Cell(NamedTuple):
    """A filled cell: its text, and whether it is a formula whose result the file does not hold."""

    text: str
    lacks_result: bool = False


class _Line(NamedTuple):
    """A row that holds something: its number, and its filled cells by the number of their column."""

    number: int
    cells: dict[int, _Cell]


class _Book:
    """An open workbook.

    Args:
        source: the file.
        stream: its bytes.
    """

    def __init__(self, source: Source, stream: BinaryIO) -> None:
        self.file = source.name
        self._source, self._stream = source, stream
        with refused_as_damaged(self.file):
            self._sheets = self._opened(results=False)
        self.names: list[str] = [sheet.title for sheet in self._sheets]
        if not self.names:
            raise self.refusal("no sheet can be found in it; open it in Excel and save it anew", "damaged")

    def refusal(self, reason: str, code: str, **place: Any) -> ImportRejected:
        """Build the error that refuses this file."""
        return ImportRejected.of(reason, file=self.file, code=code, **place)

    def lines(self, sheet: int, progress: Progress = None) -> Iterator[_Line]:
        """Give the rows of a sheet that hold something.

        Args:
            sheet: its position.
            progress: called with the bytes read and the bytes in all.
        """
        read = filled = done = 0
        for number, cells, width in self._read(sheet):
            read, filled = read + width, filled + len(cells)
            refuse_thin(self.file, read, filled)
            if cells:
                yield _Line(number, cells)
            if progress is not None and number % _TOLD_EVERY == 0:
                done = max(done, min(self._stream.tell(), self._source.size))
                progress(done, self._source.size)

    def _opened(self, *, results: bool) -> list[Any]:
        """Return the sheets, with the formulas in their cells or with the results of these."""
        try:
            from openpyxl import load_workbook
        except ModuleNotFoundError as fault:
            raise MissingExtra.of("excel", purpose=f"reading {self.file}, an Excel workbook,") from fault
        book = load_workbook(self._stream, read_only=True, data_only=results, keep_links=False)
        sheets: list[Any] = list(book.worksheets)
        for sheet in sheets:
            sheet.reset_dimensions()  # which need not be true
        return sheets

    def _read(self, sheet: int) -> Iterator[tuple[int, dict[int, _Cell], int]]:
        """Give of each row that there is its number, its filled cells, and how many there are with those between."""
        results: Iterator[tuple[int, Any]] | None = None
        with refused_as_damaged(self.file):
            for number, row in enumerate(self._sheets[sheet].iter_rows(), 1):
                if number > MOST_ROWS or len(row) > MOST_COLUMNS:
                    raise ValueError(f"row {number} has {len(row)} columns")
                if not row:
                    continue
                shows = row
                if any(cell.data_type == "f" for cell in row):
                    if results is None:
                        results = enumerate(self._opened(results=True)[sheet].iter_rows(), 1)
                    shows = next(found for at, found in results if at == number)
                yield number, _filled(row, shows), len(row)


def _filled(row: tuple[Any, ...], shows: tuple[Any, ...]) -> dict[int, _Cell]:
    """Return the filled cells of a row.

    Args:
        row: its cells, with formulas.
        shows: the same, with their results.
    """
    filled: dict[int, _Cell] = {}
    for at, (cell, result) in enumerate(zip(row, shows, strict=True), 1):
        if result.value is not None:
            text = _text(result)
            if text and not text.isspace():
                filled[at] = _Cell(text)
        # The result may be an empty text; an empty number is none, as programs leave it that do not calculate.
        elif cell.data_type == "f" and result.data_type != "str":
            formula = getattr(cell.value, "text", cell.value)
            filled[at] = _Cell(formula if isinstance(formula, str) and formula != "=" else "=...", lacks_result=True)
    return filled


def _text(cell: Any) -> str:
    """Return what a cell shows, with all its digits."""
    value = cell.value
    if isinstance(value, str):
        return _unescaped(value)
    if isinstance(value, datetime) and value.time() == time.min and not _shows_time(cell.number_format):
        value = value.date()
    return text_of(value)


def _unescaped(text: str) -> str:
    """Return a text with the characters in place of their escapes: _x000D_ is a carriage return."""
    if "_x" in text:
        from openpyxl.utils.escape import unescape

        with suppress(UnicodeDecodeError):  # half of a surrogate pair is no text, so that was none of Excel's escapes
            return unescape(text).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    return text


@lru_cache
def _shows_time(number_format: str) -> bool:
    from openpyxl.styles.numbers import STRIP_RE

    letters = STRIP_RE.sub("", number_format.split(";")[0]).lower()
    return "h" in letters or "s" in letters


def _sheet(book: _Book, name: str | None) -> tuple[int, list[Assumption]]:
    """Return the position of the sheet to read, and what was assumed of it."""
    if name is not None:
        if name not in book.names:
            reason = f"[file] sheet = {shown(name)}: the workbook has no such sheet{did_you_mean(name, book.names)}"
            raise book.refusal(reason, "sheet")
        return book.names.index(name), []
    filled = [at for at in range(len(book.names)) if any(book.lines(at))]
    if not filled:
        raise book.refusal("the workbook is empty: there is no header", "empty")
    if len(filled) > 1:
        listed = ", ".join(shown(book.names[at]) for at in filled)
        raise book.refusal(
            f'{len(filled)} of its sheets hold something: {listed}; say which: [file] sheet = "..."', "sheet"
        )
    if len(book.names) == 1:
        return filled[0], []
    named = shown(book.names[filled[0]])
    text = f'The sheet is {named}, the only one that holds anything. To change: [file] sheet = "..."'
    return filled[0], [Assumption("sheet", "sheet", text)]


def _rows(book: _Book, lines: Iterator[_Line], sheet: str, assumptions: list[Assumption]) -> Rows:
    header_line, header = next(lines, _Line(0, {}))
    if not header:
        raise book.refusal(f"the sheet {shown(sheet)} is empty: there is no header", "empty")
    for cell in header.values():
        if cell.lacks_result:
            reason = f"the header {shown(cell.text)} is a formula without a result; write the name itself"
            raise book.refusal(reason, "formula", line=header_line)
    span = range(min(header), max(header) + 1)
    texts = [header[at].text if at in header else "" for at in span]
    headers = dict(zip(span, checked_headers(book.file, texts, header_line), strict=True))
    rows = SparseRows(headers.values())
    malformed: list[RejectedRow] = []
    for line, cells in lines:
        problems = tuple(_problems(cells, headers))
        if not problems:
            rows.add(line, ((headers[at], cell.text) for at, cell in cells.items()))
            continue
        below = [cells[at].text if at in cells else "" for at in span]
        beside = [cell.text for at, cell in cells.items() if at not in span]
        malformed.append(RejectedRow(line, tuple(below + beside), problems))
    form = FileFormat(sheet=sheet)
    return rows.rows(book.file, malformed, header_line=header_line, format=form, assumptions=tuple(assumptions))


def _problems(cells: dict[int, _Cell], headers: dict[int, str]) -> Iterator[Problem]:
    from openpyxl.utils import get_column_letter

    for at, cell in cells.items():
        if at not in headers:
            column = get_column_letter(at)
            reason = f"its cell in column {column} stands beside the {len(headers)} columns that have a header"
            yield Problem(None, cell.text, reason, "cells")
        elif cell.lacks_result:
            reason = (
                "the formula has no result stored with it; open the workbook in Excel and save it, or write the value"
            )
            yield Problem(headers[at], cell.text, reason, "formula")
