"""Where the records and the cells of a plain CSV text stand, found in whole blocks of bytes.

A text is plain when its quotation marks stand around whole cells only, or doubled within them, each CR is that of a
CR LF, and there is no NUL. What is found here is then exactly what Python's csv module finds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

import attrs
import numpy as np
import numpy.typing as npt

from crmkit.io._files._content import Bytes, Content, packed
from crmkit.io._files._dialect import Dialect
from crmkit.io._files._distinct import Cells, Places, distinct_texts
from crmkit.io._files._records import Misfits, Records
from crmkit.io._findings import RejectedRow

__all__ = ["Grid", "grid_of", "grid_records"]

_BLOCK = 1 << 18  # fits the cache
_LF, _CR = 10, 13
_MOST_IN_INT32 = 2**31 - 1


@attrs.frozen(eq=False)
class Grid:
    """The records of a plain text.

    Args:
        ends: the bytes at which cells end, separators and line ends; before them the byte before the first cell.
        last: which of `ends` is the end of each record; before them 0.
        cells: how many cells each record has; 0 for an empty line.
        lines: on which line each begins, counted from 0; behind them the line on which the next one would.
        has_quotes: whether there are quotation marks.
        has_cr: whether there are lines that end in CR LF.
    """

    ends: Places
    last: Places
    cells: Places
    lines: npt.NDArray[np.int64]
    has_quotes: bool
    has_cr: bool

    def begin(self, record: int) -> int:
        """Return the byte at which a record begins, or would."""
        return int(self.ends[self.last[record]]) + 1


def grid_of(content: Content, start: int, stop: int, dialect: Dialect) -> Grid | None:
    """Find the records of a text; None where it is not plain.

    Args:
        content: the bytes, in UTF-8.
        start: where a record begins.
        stop: where to end. What stands behind the last line end before it is no record yet.
        dialect: how the cells are separated.
    """
    marks = dialect.bytes
    if start == stop or marks is None:
        return None
    found = list(_blocks(content.buffer, start, stop, marks))
    ends = np.concatenate([np.array([start - 1], found[0].ends.dtype), *(block.ends for block in found)])
    counts = np.cumsum([1, *(len(block.ends) for block in found)]).tolist()
    line_ends = (block.line_ends + count for block, count in zip(found, counts, strict=False))
    last = np.concatenate([np.zeros(1, np.int64), *line_ends]).astype(ends.dtype)
    closes = ends[last]
    fault = min((block.fault for block in found if block.fault is not None), default=stop)
    if fault < stop and (fault <= closes[-1] or len(last) == 1):
        return None
    if _longest(ends, closes) > csv.field_size_limit():
        return None
    lines = np.arange(len(last))
    within = np.concatenate([block.within for block in found])
    if len(within):
        lines += np.searchsorted(within, closes)
    cells = np.diff(last)
    _mark_empty(cells, content.buffer, closes)
    has_quotes = any(block.has_quotes for block in found)
    return Grid(ends, last, cells, lines, has_quotes, any(block.has_cr for block in found))


def _longest(ends: Places, closes: Places) -> int:
    """Return a bound of the bytes of a cell: exact where it may be too many."""
    longest = int(np.diff(closes).max(initial=0))
    return int(np.diff(ends).max(initial=0)) if longest > csv.field_size_limit() else longest


def _mark_empty(cells: Places, buffer: Bytes, closes: Places) -> None:
    single = np.flatnonzero(cells == 1)
    begins, stops = closes[single] + 1, closes[single + 1]
    cells[single[(stops == begins) | ((stops == begins + 1) & (buffer[begins] == _CR))]] = 0


def grid_records(content: Content, grid: Grid, line: int, width: int, dialect: Dialect) -> Records:
    """Return the records that were found as rows.

    Args:
        content: the bytes that the grid was found in.
        grid: where they stand.
        line: the line on which the first begins.
        width: how many cells a row has.
        dialect: how the cells are separated.
    """
    rows = np.flatnonzero(grid.cells == width)
    begins = grid.last[rows] if len(rows) < len(grid.cells) else grid.last[:-1]
    quote = ord(dialect.quote) if grid.has_quotes else None
    columns = [
        distinct_texts(Cells(content, grid.ends, begins, at, quote, grid.has_cr and at == width))
        for at in range(1, width + 1)
    ]
    return Records(columns, grid.lines[rows] + line, _misfits(content, grid, line, width, dialect))


def _misfits(content: Content, grid: Grid, line: int, width: int, dialect: Dialect) -> list[RejectedRow]:
    misfits = Misfits(width)
    others = np.flatnonzero((grid.cells != width) & (grid.cells != 0))
    if len(others):
        begins, whole = grid.ends[grid.last] + 1, content.view(0, content.size)
        runs = np.split(others, np.flatnonzero(np.diff(others) > 1) + 1)
        apart = packed([whole[begins[run[0]] : begins[run[-1] + 1]] for run in runs])
        lines = (grid.lines[others] + line).tolist()
        with apart.text(0, apart.size) as text:
            for here, row in zip(lines, csv.reader(text, **dialect.for_csv), strict=True):
                misfits.add(here, row)
    return misfits.rows


@attrs.frozen(eq=False)
class _Block:
    """What stands in a block of bytes.

    Args:
        ends: where cells end.
        line_ends: which of these are line ends.
        within: the line ends within quotation marks.
        fault: the first byte that makes the text not plain.
        has_quotes: whether there are quotation marks in it.
        has_cr: whether there is a CR.
    """

    ends: Places
    line_ends: npt.NDArray[np.int64]
    within: npt.NDArray[np.int64]
    fault: int | None
    has_quotes: bool
    has_cr: bool


def _blocks(buffer: Bytes, start: int, stop: int, marks: tuple[int, int | None]) -> Iterator[_Block]:
    separator, quote = marks
    is_small = stop <= _MOST_IN_INT32
    is_open = False
    for at in range(start, stop, _BLOCK):
        to = min(at + _BLOCK, stop)
        block = buffer[at:to]
        lf, cr = block == _LF, block == _CR
        ends = (block == separator) | lf
        faults = block == 0
        has_cr = bool(cr.any())
        if has_cr:
            faults |= cr & (buffer[at + 1 : to + 1] != _LF)
        within = np.zeros(0, np.int64)
        quotes = block == quote if quote is not None else np.zeros(0, np.bool_)
        has_quotes = bool(quotes.any())
        if has_quotes or is_open:
            inside = np.bitwise_xor.accumulate(quotes.view(np.uint8)).view(np.bool_) ^ is_open
            faults[_misplaced(buffer, start, np.flatnonzero(quotes) + at, inside[quotes], marks) - at] = True
            within = np.flatnonzero(lf & inside) + at
            ends &= ~inside
            is_open = bool(inside[-1])
        found = np.flatnonzero(ends)
        fault = at + int(faults.argmax()) if faults.any() else None
        places = (found + at).astype(np.int32) if is_small else found + at
        yield _Block(places, np.flatnonzero(lf[found]), within, fault, has_quotes, has_cr)


def _misplaced(
    buffer: Bytes,
    start: int,
    quotes: npt.NDArray[np.int64],
    opening: npt.NDArray[np.bool_],
    marks: tuple[int, int | None],
) -> npt.NDArray[np.int64]:
    """Return the quotation marks that open or close within a cell."""
    separator, quote = marks
    before, behind = buffer[quotes - 1], buffer[quotes + 1]
    opens = (before == separator) | (before == _LF) | (before == quote) | (quotes == start)
    closes = (behind == separator) | (behind == _LF) | (behind == _CR) | (behind == quote)
    placed: npt.NDArray[np.bool_] = np.where(opening, opens, closes)
    return quotes[~placed]
