"""The records of a CSV text by Python's csv module: slower than in whole blocks, and right for every text."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from crmkit.errors import ImportRejected
from crmkit.io._files._content import Content
from crmkit.io._files._dialect import Dialect
from crmkit.io._files._rows import Codes
from crmkit.io._findings import Problem, RejectedRow

__all__ = ["Misfits", "Records", "read_records"]

_CHUNK = 512  # rows that fit the cache together, and too few lists to wake the garbage collector


@attrs.frozen(eq=False)
class Records:
    """Rows of cells.

    Args:
        columns: the distinct texts of each, and in every row the position of its text among them.
        lines: the line on which each row begins.
        malformed: the rows that do not fit the header.
    """

    columns: Sequence[tuple[Sequence[str], Codes]]
    lines: npt.NDArray[np.int64]
    malformed: Sequence[RejectedRow]


class Misfits:
    """The rows that have more or fewer cells than the header."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._problems: dict[int, tuple[Problem]] = {}
        self.rows: list[RejectedRow] = []

    def add(self, line: int, row: Sequence[str]) -> None:
        """Add a row, unless it is a blank line."""
        count = len(row)
        if count > 1 or (count and row[0].strip()):
            if count not in self._problems:
                self._problems[count] = (Problem(None, None, _misfit(count, self._width), "cells"),)
            self.rows.append(RejectedRow(line, tuple(row), self._problems[count]))


def read_records(
    file: str, content: Content, start: int, stop: int, line: int, width: int, dialect: Dialect
) -> Records:
    """Read rows.

    Args:
        file: the name that messages use.
        content: the bytes, in UTF-8.
        start: where the first row begins.
        stop: where the last one ends.
        line: the line on which the first begins.
        width: how many cells a row has.
        dialect: how the cells are separated.

    Raises:
        ImportRejected: a quotation mark is left open, so that nobody can tell where the next row begins.
    """
    collected, misfits = _Collected(width), Misfits(width)
    chunk, keep, keep_line = collected.chunk, collected.chunk.append, collected.lines.append  # looked up once
    broken: dict[int, str] = {}
    with content.text(start, stop) as text:
        reader = csv.reader(text, **dialect.for_csv)
        here, ended = line, False
        while not ended:
            try:
                for row in reader:
                    if len(row) == width:
                        keep(row)
                        keep_line(here)
                        if len(chunk) == _CHUNK:
                            collected.number_chunk()
                    else:
                        misfits.add(here, row)
                    here = line + reader.line_num
                ended = True
            except csv.Error as fault:
                _refuse_open_quote(file, here, line + reader.line_num - 1, str(fault))
                broken[here] = str(fault)
                here = line + reader.line_num
    if broken:
        misfits.rows += _raw_lines(content, start, stop, line, broken)
        misfits.rows.sort(key=lambda row: row.line)
    return collected.records(misfits.rows)


def _misfit(count: int, width: int) -> str:
    cells = "1 cell" if count == 1 else f"{count} cells"
    if count > width:
        way_out = "take the separator that is too many out, or put quotation marks around the cell that it is part of"
        return f"it has {cells}, more than the {width} of the header; {way_out}"
    return f"it has {cells}, fewer than the {width} of the header; every row needs a cell for each, blank or not"


def _refuse_open_quote(file: str, start: int, end: int, fault: str) -> None:
    # A row that runs over lines until it breaks has, most likely, a quotation mark that nothing closes.
    if "end of data" in fault or end > start:
        reason = (
            "a quotation mark is opened here and not closed where it should be; close it behind the cell, and double "
            "it where it is part of the text"
        )
        raise ImportRejected.of(reason, file=file, line=start, code="open_quote")


def _raw_lines(content: Content, start: int, stop: int, line: int, broken: Mapping[int, str]) -> list[RejectedRow]:
    rows = []
    problems = {fault: (_not_taken_apart(fault),) for fault in broken.values()}
    with content.text(start, stop) as text:
        for here, raw in enumerate(text, line):
            if here in broken:
                rows.append(RejectedRow(here, (raw.rstrip("\r\n"),), problems[broken[here]]))
    return rows


def _not_taken_apart(fault: str) -> Problem:
    if "limit" in fault:
        reason = f"one of its cells has more than the {csv.field_size_limit():,} characters that a cell may have"
        return Problem(None, None, f"{reason}; shorten it", "too_long")
    reason = (
        f"it cannot be taken apart: {fault}; a quotation mark within a cell is doubled, and the cell stands in "
        "quotation marks"
    )
    return Problem(None, None, reason, "quoting")


class _Collected:
    """The rows read so far: texts numbered by column, and a chunk of rows whose texts have no number yet."""

    def __init__(self, width: int) -> None:
        self._numbers: list[defaultdict[str, int]] = [defaultdict() for _ in range(width)]
        for numbers in self._numbers:
            numbers.default_factory = numbers.__len__  # a new text gets the next number
        self._codes: list[list[Codes]] = [[] for _ in range(width)]
        self.chunk: list[list[str]] = []
        self.lines: list[int] = []

    def number_chunk(self) -> None:
        for numbers, codes, texts in zip(self._numbers, self._codes, zip(*self.chunk, strict=True), strict=False):
            codes.append(np.fromiter(map(numbers.__getitem__, texts), np.int32, len(texts)))
        self.chunk.clear()

    def records(self, malformed: Sequence[RejectedRow]) -> Records:
        self.number_chunk()
        nothing = np.zeros(0, np.int32)
        columns = [
            (tuple(numbers), np.concatenate([nothing, *codes]))
            for numbers, codes in zip(self._numbers, self._codes, strict=True)
        ]
        return Records(columns, np.array(self.lines, np.int64), malformed)
