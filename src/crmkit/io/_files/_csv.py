"""A CSV file as rows."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from io import TextIOWrapper
from itertools import chain
from typing import TypeAlias

import attrs
import numpy as np

from crmkit.errors import ImportRejected, shown
from crmkit.io._files._format import FileFormat
from crmkit.io._files._header import delimiter_of, header_hint
from crmkit.io._files._kinds import not_utf8, refuse_other_formats
from crmkit.io._files._rows import Codes, Column, Rows, header_key
from crmkit.io._files._source import Source
from crmkit.io._result import Problem, RejectedRow

__all__ = ["read_rows"]

Progress: TypeAlias = Callable[[int, int], None] | None

_CHUNK = 512  # rows that fit the cache together, and too few lists to wake the garbage collector


def read_rows(source: Source, given: FileFormat = FileFormat(), *, progress: Progress = None) -> Rows:  # noqa: B008 (frozen)
    """Read a CSV file: UTF-8, separated by commas, semicolons, tabs or bars.

    Args:
        source: where its bytes come from.
        given: what is known of how it is written.
        progress: called with the bytes read and the bytes in all.

    Raises:
        ImportRejected: it is not such text, its header does not name each column once,
            or a quotation mark is left open, so that nobody can tell where the next row begins.
    """
    try:
        refuse_other_formats(source)
        with TextIOWrapper(source.open(), encoding="utf-8-sig", newline="") as text:
            rows, broken = _parse(source.name, text)
        return _with_raw_lines(source, rows, broken)
    except UnicodeDecodeError as fault:
        raise not_utf8(source, fault.object[fault.start]) from None
    except OSError as fault:
        raise ImportRejected.of(f"it cannot be read: {fault}", file=source.name, code="no_such_file") from None


def _parse(file: str, text: Iterator[str]) -> tuple[Rows, dict[int, str]]:
    """Read all rows; also return the lines that csv cannot take apart, with what it says of them."""
    skipped, first = next(
        ((at, line) for at, line in enumerate(text) if line.strip()),
        (0, ""),
    )
    if not first:
        raise ImportRejected.of("the file is empty: there is no header", file=file, code="empty")
    reader = csv.reader(chain([first], text), delimiter=delimiter_of(first), strict=True)
    headers = _headers(file, reader, skipped + 1)
    collected = _Collected(headers)
    chunk, keep, keep_line = collected.chunk, collected.chunk.append, collected.lines.append  # looked up once
    malformed: list[RejectedRow] = []
    broken: dict[int, str] = {}
    width, ended = len(headers), False
    line = skipped + reader.line_num + 1
    while not ended:
        try:
            for row in reader:
                if len(row) == width:
                    keep(row)
                    keep_line(line)
                    if len(chunk) == _CHUNK:
                        collected.number_chunk()
                elif row and not (len(row) == 1 and not row[0].strip()):
                    malformed.append(_misfit(line, row, width))
                line = skipped + reader.line_num + 1
            ended = True
        except csv.Error as fault:
            _refuse_open_quote(file, line, skipped + reader.line_num, str(fault))
            broken[line] = str(fault)
            line = skipped + reader.line_num + 1
    return attrs.evolve(collected.rows(file, tuple(malformed)), header_line=skipped + 1), broken


def _headers(file: str, reader: Iterator[list[str]], line: int) -> list[str]:
    try:
        headers = [header.strip() for header in next(reader)]
    except csv.Error as fault:
        raise ImportRejected.of(f"the header cannot be read: {fault}", file=file, line=line, code="header") from None
    seen: dict[str, str] = {}
    for position, header in enumerate(headers, 1):
        if not header:
            reason = (
                f"column {position} of {len(headers)} has no header; every column needs a name{header_hint(headers)}"
            )
            raise ImportRejected.of(reason, file=file, line=line, code="empty_header")
        if header_key(header) in seen:
            reason = f"the headers {shown(seen[header_key(header)])} and {shown(header)} are one name; rename one"
            reason += header_hint(headers)
            raise ImportRejected.of(reason, file=file, line=line, column=header, code="duplicate_header")
        seen[header_key(header)] = header
    return headers


def _misfit(line: int, row: list[str], width: int) -> RejectedRow:
    what = "more" if len(row) > width else "fewer"
    reason = f"it has {len(row)} cells, {what} than the {width} of the header"
    return RejectedRow(line, tuple(row), (Problem(None, None, reason, "cells"),))


def _refuse_open_quote(file: str, start: int, end: int, fault: str) -> None:
    # A row that runs over lines until it breaks has, most likely, a quotation mark that nothing closes.
    if "end of data" in fault or end > start:
        reason = "a quotation mark is opened here and not closed where it should be"
        raise ImportRejected.of(reason, file=file, line=start, code="open_quote")


def _with_raw_lines(source: Source, rows: Rows, broken: Mapping[int, str]) -> Rows:
    if not broken:
        return rows
    refused = []
    with TextIOWrapper(source.open(), encoding="utf-8-sig", newline="") as text:
        for line, raw in enumerate(text, 1):
            if line in broken:
                problem = Problem(None, None, f"it cannot be taken apart: {broken[line]}", "quoting")
                refused.append(RejectedRow(line, (raw.rstrip("\r\n"),), (problem,)))
    return attrs.evolve(rows, malformed=tuple(sorted((*rows.malformed, *refused), key=lambda row: row.line)))


class _Collected:
    """The rows read so far: texts numbered by column, and a chunk of rows whose texts have no number yet."""

    def __init__(self, headers: list[str]) -> None:
        self._headers = headers
        self._numbers: list[defaultdict[str, int]] = [defaultdict() for _ in headers]
        for numbers in self._numbers:
            numbers.default_factory = numbers.__len__  # a new text gets the next number
        self._codes: list[list[Codes]] = [[] for _ in headers]
        self.chunk: list[list[str]] = []
        self.lines: list[int] = []

    def number_chunk(self) -> None:
        for numbers, codes, texts in zip(self._numbers, self._codes, zip(*self.chunk, strict=True), strict=False):
            codes.append(np.fromiter(map(numbers.__getitem__, texts), np.int32, len(texts)))
        self.chunk.clear()

    def rows(self, file: str, malformed: tuple[RejectedRow, ...]) -> Rows:
        self.number_chunk()
        nothing = np.zeros(0, np.int32)
        columns = {
            header: Column(header, tuple(numbers), np.concatenate([nothing, *codes]))
            for header, numbers, codes in zip(self._headers, self._numbers, self._codes, strict=True)
        }
        return Rows(file, columns, np.array(self.lines, np.int64), malformed)
