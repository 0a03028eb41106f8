"""Rows that come cell by cell, in any order of columns and with cells left out."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from crmkit.errors import ImportRejected
from crmkit.io._files._header import checked_headers
from crmkit.io._files._rows import Codes, Column, Rows
from crmkit.io._findings import RejectedRow

__all__ = ["SparseRows", "refuse_thin"]

_MANY_CELLS = 10_000_000
_MOST_PER_PART = 100  # cells of a table for each cell, or byte, that the file has of it


class SparseRows:
    """The rows read so far; a cell that was not given is blank.

    Args:
        headers: the columns that there are even where no row has a cell of them.
    """

    def __init__(self, headers: Iterable[str] = ()) -> None:
        self._columns: dict[str, _Cells] = {header: _Cells() for header in headers}
        self._lines = array("q")
        self._cells = 0

    @property
    def width(self) -> int:
        """The number of columns that there are so far."""
        return len(self._columns)

    def add(self, line: int, cells: Iterable[tuple[str, str]]) -> None:
        """Add a row that begins on a line: its cells, each with the name of its column."""
        row = len(self._lines)
        self._lines.append(line)
        for header, text in cells:
            column = self._columns.get(header)
            if column is None:
                column = self._columns[header] = _Cells()
            column.rows.append(row)
            column.codes.append(column.numbers[text])
            self._cells += 1

    def rows(self, file: str, malformed: Sequence[RejectedRow], **said: Any) -> Rows:
        """Return all of them.

        Args:
            file: the name that messages use.
            malformed: the rows that are not taken.
            said: the other parts of the Rows.

        Raises:
            ImportRejected: the names of the columns are no headers, or nearly every cell is blank, so that the
                table would be far larger than the file.
        """
        count = len(self._lines)
        headers = checked_headers(file, list(self._columns))
        refuse_thin(file, count * len(headers), self._cells)
        columns = {
            header: cells.column(header, count) for header, cells in zip(headers, self._columns.values(), strict=True)
        }
        return Rows(file, columns, np.array(self._lines, np.int64), tuple(malformed), **said)


class _Cells:
    """The filled cells of one column: for each, its row and the number of its text."""

    def __init__(self) -> None:
        self.numbers: defaultdict[str, int] = defaultdict()
        self.numbers.default_factory = self.numbers.__len__  # a new text gets the next number
        self.rows = array("i")
        self.codes = array("i")

    def column(self, header: str, count: int) -> Column:
        filled: Codes = np.array(self.codes, np.int32)
        if len(filled) < count:
            codes = np.full(count, self.numbers[""], np.int32)
            codes[np.array(self.rows, np.int32)] = filled
            filled = codes
        return Column(header, tuple(self.numbers), filled)


def refuse_thin(file: str, cells: int, parts: int) -> None:
    """Refuse a table that is far larger than what the file says of it.

    Args:
        file: the name that messages use.
        cells: how many there would be.
        parts: the filled cells or the bytes of the file.

    Raises:
        ImportRejected: there are too many cells (code "too_large").
    """
    if cells > _MANY_CELLS and cells > _MOST_PER_PART * parts:
        reason = f"nearly all of its {cells:,} cells are blank; take out the rows and columns that hold nothing"
        raise ImportRejected.of(reason, file=file, code="too_large")
