"""The first lines of a CSV text: what separates its cells, and its headers."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import chain

import attrs

from crmkit.errors import ImportRejected, shown
from crmkit.io._files._content import Content
from crmkit.io._files._dialect import Dialect, dialect_of, refuse_no_marks, said_separator
from crmkit.io._files._encoding import Encoding
from crmkit.io._files._format import FileFormat
from crmkit.io._files._header import checked_headers
from crmkit.io._files._kinds import refuse_other_texts
from crmkit.io._files._records import Records
from crmkit.io._files._rows import Column, Rows
from crmkit.io._findings import Assumption

__all__ = ["Head", "counted_lines", "head_of"]

_MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@attrs.frozen
class Head:
    """What stands above the rows of a text.

    Args:
        file: the name that messages use.
        headers: of the columns.
        line: of the headers.
        dialect: how the cells are separated.
        start: the byte at which the first row begins.
        first_line: the line on which it begins.
        format: how the file is written.
        assumptions: what of that was neither declared nor is plain.
    """

    file: str
    headers: tuple[str, ...]
    line: int
    dialect: Dialect
    start: int
    first_line: int
    format: FileFormat
    assumptions: tuple[Assumption, ...] = ()

    def rows(self, records: Records) -> Rows:
        """Return the records as rows with these headers."""
        columns = {
            header: Column(header, tuple(texts), codes)
            for header, (texts, codes) in zip(self.headers, records.columns, strict=True)
        }
        malformed = tuple(records.malformed)
        return Rows(self.file, columns, records.lines, malformed, self.line, self.format, self.assumptions)


def head_of(file: str, content: Content, start: int, given: FileFormat, encoding: Encoding) -> Head:
    """Read the headers.

    Args:
        file: the name that messages use.
        content: the bytes, in UTF-8.
        start: where the text begins, behind a byte order mark.
        given: what is known of how the file is written.
        encoding: of the file.

    Raises:
        ImportRejected: there is no header, or it does not name each column once.
    """
    refuse_no_marks(file, given)
    sizes: list[int] = []
    with content.text(start, content.size) as text:
        lines = counted_lines(text, sizes)
        first = _next_filled(lines)
        said = said_separator(first)
        if said is not None:
            first = _next_filled(lines)
        if not first:
            raise ImportRejected.of("the file is empty: there is no header", file=file, code="empty")
        refuse_other_texts(file, first)
        line = len(sizes)
        dialect = dialect_of(first, given, said)
        try:
            cells = next(csv.reader(chain([first], lines), **dialect.for_csv))
        except csv.Error as fault:
            reason = f"the header cannot be read: {fault}; put each name in quotation marks, or none"
            raise ImportRejected.of(reason, file=file, line=line, code="header") from None
    headers = checked_headers(file, cells, line)
    form = FileFormat(encoding.name, dialect.separator, dialect.quote)
    assumptions = () if given.separator is not None else _assumed(dialect.separator, said, line)
    return Head(
        file, headers, line, dialect, start + sum(sizes), len(sizes) + 1, form, (*encoding.assumptions, *assumptions)
    )


def counted_lines(lines: Iterable[str], sizes: list[int]) -> Iterator[str]:
    """Give lines, and add to `sizes` how many bytes each has."""
    for line in lines:
        sizes.append(len(line.encode()))
        yield line


def _next_filled(lines: Iterator[str]) -> str:
    return next((line for line in lines if line.strip()), "")


def _assumed(separator: str, said: str | None, line: int) -> tuple[Assumption, ...]:
    if separator == ",":
        return ()
    evidence = f"as the line sep={separator} says" if said else f"which stand most often in line {line}"
    text = (
        f"The cells are separated by {_MARKS.get(separator, shown(separator))}, {evidence}. "
        f"To change: [file] separator = {json.dumps(separator)}"
    )
    return (Assumption("separator", "separator", text),)
